import type { SqlDialect } from '../dialect.ts';
import { nearest } from '../nearest.ts';
import type { Token } from '../token.ts';
import { likelyUnclosed } from './brackets.ts';
import { clauseWords, reservedWords, spellingWords, statementWords } from './keywords.ts';
import type { Statement, SyntaxFault } from './statementAst.ts';

/** A statement as it was parsed, with what decided how: the basis for taking it over when the text changes elsewhere. */
export interface ParsedStatement {
  readonly statement: Statement;
  /** Index of its first token. */
  at: number;
  /** How many tokens it takes, its semicolon included. */
  readonly length: number;
  /** How many tokens from the first were looked at. */
  readonly reach: number;
  /** How many blocks were open around it. */
  readonly blocks: number;
}

/** Statements of this and earlier parses by their first token. */
export type ParsedStatements = Map<Token, ParsedStatement>;

/** Brackets and expressions nested deeper than this are not read on: a guard against hostile text. */
const maxDepth = 400;

/** How many tokens are looked through for the partner of a bracket: every open one looks, so hostile text would take hours. */
const maxSearch = 5000;

/**
 * A cursor over tokens with one fault slot. The grammar's functions take it, move it forward and build nodes. They never throw: the
 * first fault of a statement is kept, the rest of that statement is read as well as possible, so that completion and
 * navigation work in unfinished text.
 */
export class Parser {
  readonly tokens: readonly Token[];
  readonly dialect: SqlDialect;
  readonly parsed: ParsedStatements;
  index = 0;
  /** The furthest token index looked at since it was last set. */
  furthest = 0;
  fault: SyntaxFault | null = null;
  /** How many statement blocks (BEGIN, a procedure's body) are open. */
  blocks = 0;
  private depth = 0;
  /** Where a list was last taken to go on without a comma. */
  private guessedComma = -1;
  private readonly end: Token;

  constructor(tokens: readonly Token[], dialect: SqlDialect, parsed: ParsedStatements = new Map()) {
    this.tokens = tokens;
    this.dialect = dialect;
    this.parsed = parsed;
    const end = tokens.at(-1);
    if (end?.kind !== 'end') throw new RangeError('The tokens must end with the end token.');
    this.end = end;
  }

  get token(): Token {
    return this.peek(0);
  }

  peek(ahead: number): Token {
    const at = this.index + ahead;
    if (at > this.furthest) this.furthest = at;
    return this.tokens[at] ?? this.end;
  }

  /** The token before the cursor; at the very start, the token at it. */
  get previous(): Token {
    return this.tokens[this.index - 1] ?? this.token;
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.index++;
    return token;
  }

  /** Whether the token is the keyword or operator. Quoted names and strings never are. */
  at(upper: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.upper === upper && (token.kind === 'word' || token.kind === 'operator');
  }

  atAny(words: ReadonlySet<string>, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === 'word' || token.kind === 'operator') && words.has(token.upper);
  }

  /** Whether the words stand here one after the other. */
  atWords(...words: readonly string[]): boolean {
    return words.every((word, index) => this.at(word, index));
  }

  accept(upper: string): Token | null {
    return this.at(upper) ? this.next() : null;
  }

  acceptWords(...words: readonly string[]): boolean {
    if (!this.atWords(...words)) return false;
    this.index += words.length;
    return true;
  }

  /** Takes the keyword, or reports that it is missing here and goes on without it. */
  expect(upper: string): Token | null {
    const found = this.accept(upper);
    if (found === null) this.faultHere(`${upper} is expected here.`, [upper]);
    return found;
  }

  /** Whether a name can start here: quoted, or a word that is no reserved keyword. */
  atName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'quotedName' || (token.kind === 'word' && !reservedWords.has(token.upper));
  }

  /** Whether a name without AS in front can be an alias here. */
  atBareAlias(): boolean {
    const token = this.token;
    if (token.kind === 'quotedName') return true;
    if (token.kind !== 'word' || reservedWords.has(token.upper) || this.atLabel()) return false;
    if (!clauseWords.has(token.upper)) return !isStatementStart(this);
    return !clauseFollows(this);
  }

  /** Runs the inner rule one level deeper; gives the fallback when the text nests too deep. */
  nested<T>(inner: () => T, fallback: () => T): T {
    if (this.depth >= maxDepth) {
      this.report({ code: 'SQL-001', at: this.token, message: 'This nests too deeply to be checked.', fix: null });
      return fallback();
    }
    this.depth++;
    try {
      return inner();
    } finally {
      this.depth--;
    }
  }

  report(fault: SyntaxFault): void {
    this.fault ??= fault;
  }

  /**
   * Reports that the token does not fit. Looks first whether it, or the word before it that was taken for a name,
   * is a misspelt keyword: the fault is there then.
   */
  faultHere(message: string, expected: readonly string[] = []): void {
    if (this.fault !== null) return;
    const misspelt = this.misspeltKeyword(expected);
    if (misspelt !== null) {
      const { token, keyword } = misspelt;
      const said = `"${token.text}" is not expected here. Did you mean ${keyword}?`;
      const fix = { title: `Change to ${keyword}`, kind: 'replace', text: keyword } as const;
      this.report({ code: 'SQL-001', at: token, message: said, fix });
    } else if (this.token.kind === 'end' || this.token.kind === 'go' || this.at(';')) {
      this.report({
        code: 'SQL-005',
        at: this.previous,
        message: `The statement is not finished. ${message}`,
        fix: null,
      });
    } else this.report({ code: 'SQL-001', at: this.token, message, fix: null });
  }

  private misspeltKeyword(expected: readonly string[]): { token: Token; keyword: string } | null {
    const words = expected.length > 0 ? [...expected, ...spellingWords] : spellingWords;
    const led = leadWords[this.token.upper] ?? [];
    for (const token of [this.token, this.previous]) {
      if (token.kind !== 'word' || token.text.length < 2 || reservedWords.has(token.upper)) continue;
      const short = token === this.token ? [...expected, 'AND', 'END', 'SET'] : [...expected, ...led];
      const keyword = nearest(token.upper, token.text.length < 4 ? short : [...led, ...words]);
      if (keyword !== undefined && keyword !== token.upper) return { token, keyword };
    }
    return null;
  }

  /**
   * Closes a parenthesis. Where the closing one is missing, the opening one is at fault; garbage before it is
   * skipped when the partner is still to come.
   */
  close(open: Token): Token {
    const closing = this.accept(')');
    if (closing !== null) return closing;
    const partner = this.partnerAhead();
    if (partner < 0 || (this.token.kind === 'word' && reservedWords.has(this.token.upper))) {
      this.unclosed(open);
    } else this.faultHere('This is not expected here.');
    if (partner >= 0) {
      this.index = partner;
      return this.next();
    }
    return this.previous;
  }

  unclosed(open: Token): void {
    if (this.fault !== null) return;
    if (this.partnerAhead() >= 0 && this.misspeltKeyword([]) !== null) {
      this.faultHere('This is not expected here.');
      return;
    }
    const at = likelyUnclosed(this.tokens, open, this.index);
    this.report({
      code: 'SQL-003',
      at,
      message: 'This bracket is not closed. Add ")" where it should end.',
      fix: null,
    });
  }

  /** Whether a word that could be an alias looks like a clause's keyword misspelt, with the clause's bracket behind it. */
  atMisspeltClause(): boolean {
    const token = this.token;
    if (token.kind !== 'word' || token.text.length < 4 || !this.at('(', 1)) return false;
    return nearest(token.upper, ['WHERE', 'HAVING', 'JOIN', 'UNION']) !== undefined;
  }

  /** Whether a word stands here that looks like SELECT misspelt, with what could be its first column behind it. */
  atMisspeltSelect(): boolean {
    const token = this.token;
    if (token.kind !== 'word' || token.text.length < 5 || token.upper === 'SELECT') return false;
    const after = this.peek(1);
    const item =
      after.kind === 'number' ||
      after.kind === 'string' ||
      after.kind === 'quotedName' ||
      this.atName(1) ||
      after.upper === '*' ||
      after.upper === 'CASE' ||
      after.upper === 'DISTINCT' ||
      after.upper === 'TOP';
    return item && nearest(token.upper, ['SELECT']) !== undefined;
  }

  /** Index of the closing parenthesis that matches from here, within the statement; -1 when there is none. */
  private partnerAhead(): number {
    let depth = 0;
    for (let ahead = 0; ahead < maxSearch; ahead++) {
      const token = this.peek(ahead);
      if (token.kind === 'end' || token.kind === 'go' || token.upper === ';') return -1;
      if (isHardStart(this, ahead)) return -1;
      if (token.kind !== 'operator') continue;
      if (token.upper === '(') depth++;
      else if (token.upper === ')' && depth-- === 0) return this.index + ahead;
    }
    return -1;
  }

  /**
   * Separator of a list: takes a comma and says whether another item follows. Two values side by side are read as
   * a list whose comma is missing, which is reported at the second.
   */
  listGoesOn(): boolean {
    const comma = this.accept(',');
    if (comma !== null) {
      const after = this.token;
      const ends =
        (after.kind === 'word' && listEnders.has(after.upper)) || this.at(')') || this.at(';') || after.kind === 'end';
      if (!ends) return true;
      const fix = { title: 'Remove the comma', kind: 'remove', text: '' } as const;
      this.report({ code: 'SQL-004', at: comma, message: 'Nothing follows this comma.', fix });
      return false;
    }
    const token = this.token;
    const called = (this.at('LEFT') || this.at('RIGHT')) && this.at('(', 1);
    const value = ['string', 'number', 'variable'].includes(token.kind) || this.atName() || this.at('CASE') || called;
    if (this.atLabel() || (this.previous.kind === 'variable' && typeWords.has(token.upper))) return false;
    if (!value || this.atAny(clauseWords) || this.misspeltAhead()) return false;
    if (this.isMisspeltClause()) {
      this.faultHere('This is not expected here.', ['DISTINCT', 'CASE', ...clauses]);
      return false;
    }
    // What could not be read the first time, such as too deep a nesting, will not be read now.
    if (this.guessedComma === this.index) return false;
    this.guessedComma = this.index;
    const fix = { title: 'Insert a comma', kind: 'insertBefore', text: ',' } as const;
    this.report({ code: 'SQL-004', at: token, message: `A comma is missing before "${token.text}".`, fix });
    return true;
  }

  /** Whether a label stands here, `retry:` on a line of its own, which starts the next statement. */
  private atLabel(): boolean {
    return this.dialect === 'tsql' && this.token.firstOnLine && this.atName() && this.at(':', 1);
  }

  /** Whether the word here looks like a misspelt keyword that starts a statement. */
  misspeltStatement(): boolean {
    const token = this.token;
    if (token.kind !== 'word' || token.text.length < 4) return false;
    const keyword = nearest(token.upper, statementWords);
    return keyword !== undefined && keyword !== token.upper;
  }

  /** Whether the word before the cursor, taken for an alias, is a clause's keyword misspelt: `SELECT a FORM t`. */
  private isMisspeltClause(): boolean {
    const token = this.previous;
    if (token.kind !== 'word' || token.text.length < 3 || reservedWords.has(token.upper)) return false;
    const afterSelect = this.tokens[this.index - 2]?.upper === 'SELECT';
    return (
      nearest(token.upper, afterSelect ? ['DISTINCT', 'TOP', 'CASE', ...clauses] : ['CASE', ...clauses]) !== undefined
    );
  }

  private misspeltAhead(): boolean {
    const token = this.token;
    return token.kind === 'word' && token.text.length >= 4 && nearest(token.upper, spellingWords) !== undefined;
  }
}

/** Keywords that stand right before another one: what a misspelt word before it most likely is. */
const leadWords: Readonly<Record<string, readonly string[]>> = {
  WHEN: ['CASE'],
  BY: ['GROUP', 'ORDER', 'PARTITION'],
  JOIN: ['LEFT', 'INNER', 'CROSS', 'RIGHT', 'FULL'],
  APPLY: ['OUTER', 'CROSS'],
  MATCHED: ['WHEN', 'NOT'],
  NULL: ['NOT', 'IS'],
  EXISTS: ['NOT'],
};

/** Types of which one behind a name shows that a column or a variable is defined there. */
export const typeWords: ReadonlySet<string> = new Set(
  'BIGINT BIT CHAR DATE DATETIME DATETIME2 DECIMAL FLOAT INT INTEGER MONEY NCHAR NUMERIC NVARCHAR REAL SMALLINT SYSNAME TIME TINYINT UNIQUEIDENTIFIER VARBINARY VARCHAR XML TEXT JSONB'.split(
    ' ',
  ),
);

/** Keywords that end a select list or a table list. */
const clauses = ['FROM', 'WHERE', 'GROUP', 'ORDER', 'HAVING', 'UNION'];

/** Words after a comma that show that the list's last item is missing. */
const listEnders = new Set('FROM WHERE GROUP ORDER HAVING INTO UNION EXCEPT INTERSECT FOR OPTION'.split(' '));

/** Words that start a statement wherever they are first on a line, whatever is still open before them. */
const hardStarts = new Set(
  'ALTER BACKUP CREATE DBCC DEALLOCATE DECLARE DROP EXEC EXECUTE GRANT INSERT PRINT RAISERROR TRUNCATE WHILE USE COMMIT ROLLBACK'.split(
    ' ',
  ),
);

/** Whether the token starts a statement for certain, whatever is still open before it. */
export function isHardStart(p: Parser, ahead = 0): boolean {
  const token = p.peek(ahead);
  if (!token.firstOnLine || token.kind !== 'word' || ahead + p.index === 0) return false;
  if (!hardStarts.has(token.upper)) return false;
  return !['THEN', 'AS', ',', '(', 'ON'].includes(p.peek(ahead - 1).upper);
}

/** Statement keywords that are legal names in T-SQL: they start a statement only with what follows them. */
const softStarts = new Set(
  'ANALYZE ATTACH CALL CLUSTER COMMENT COPY DETACH DISABLE DO ENABLE EXPLAIN GET LISTEN LOCK MOVE NOTIFY PRAGMA PREPARE RECEIVE REFRESH REINDEX RELEASE REPLACE RESET SAVEPOINT SEND SHOW THROW VACUUM'.split(
    ' ',
  ),
);

function isStatementStart(p: Parser): boolean {
  const token = p.token;
  if (!softStarts.has(token.upper) || !token.firstOnLine) return false;
  if (token.upper === 'THROW')
    return p.at(';', 1) || p.peek(1).kind === 'number' || p.peek(1).kind === 'variable' || p.at('END', 1);
  if (token.upper === 'ENABLE' || token.upper === 'DISABLE') return p.at('TRIGGER', 1);
  return p.atName(1) && !p.at('(', 1);
}

/** Whether a word that may be a clause's start is one here. */
function clauseFollows(p: Parser): boolean {
  const following = p.peek(1);
  switch (p.token.upper) {
    case 'LIMIT':
    case 'OFFSET':
      return (
        following.kind === 'number' ||
        following.kind === 'variable' ||
        following.upper === '(' ||
        following.upper === 'ALL' ||
        following.upper === '$'
      );
    case 'WINDOW':
      return p.at('AS', 2);
    case 'USING':
      return following.upper === '(' || p.atName(1);
    case 'NATURAL':
      return ['JOIN', 'LEFT', 'RIGHT', 'INNER', 'FULL'].includes(following.upper);
    case 'OUTPUT':
    case 'RETURNING':
      return following.upper !== ',' && following.upper !== 'FROM' && following.kind !== 'end';
    case 'APPLY':
    case 'WITHIN':
    case 'LATERAL':
      return following.upper === '(' || following.upper === 'GROUP' || p.atName(1);
    default:
      return true;
  }
}
