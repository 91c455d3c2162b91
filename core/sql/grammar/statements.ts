import type { Token } from '../token.ts';
import { parseDelete, parseExecTail, parseInsert, parseMerge, parseUpdate } from './changes.ts';
import { parseBegin, parseEnd, parseIf, parseWhile, sessionOptions } from './control.ts';
import { parseVariable } from './definitions.ts';
import { parseExpr } from './expressions.ts';
import { statementWords } from './keywords.ts';
import { parseName } from './names.ts';
import { parseObjectStatement } from './objects.ts';
import { isHardStart, type Parser } from './parser.ts';
import { parseQuery, parseQueryAfterWith, parseWith } from './queries.ts';
import type { Script, Statement, VariableDefinition } from './statementAst.ts';
import { base } from './statementBase.ts';

/** Parses a whole script. Every token belongs to one statement or is a lone semicolon. */
export function parseScript(p: Parser): Script {
  const statements: Statement[] = [];
  while (p.token.kind !== 'end') {
    const statement = parseStatement(p);
    if (statement !== null) statements.push(statement);
  }
  return { statements };
}

/**
 * Parses one statement and what ends it. A statement with a fault is read to where the next one starts, so that
 * it spoils itself only. Null for a lone semicolon.
 */
export function parseStatement(p: Parser): Statement | null {
  if (p.accept(';')) return null;
  const start = p.index;
  const first = p.token;
  const known = p.parsed.get(first);
  if (known !== undefined && known.at === start && known.blocks === p.blocks) {
    p.index = start + known.length;
    p.furthest = Math.max(p.furthest, start + known.reach);
    return known.statement;
  }
  const outerFault = p.fault;
  const outerFurthest = p.furthest;
  p.fault = null;
  p.furthest = start;
  const statement = p.nested(
    () => statementHere(p),
    () => skipStatement(p, p.next(), 'NESTED'),
  );
  if (!endsHere(p) && p.fault === null) strayToken(p);
  if (p.fault !== null) recover(p, first);
  if (p.index === start) p.next();
  if (statement.kind !== 'block' || p.fault === null) p.accept(';');
  statement.fault = p.fault;
  const { blocks } = p;
  p.parsed.set(first, { statement, at: start, length: p.index - start, reach: p.furthest - start, blocks });
  p.fault = outerFault;
  p.furthest = Math.max(outerFurthest, p.furthest);
  return statement;
}

/** Words that start a statement in PostgreSQL alone. */
const postgresStarts = new Set('ABORT DISCARD IMPORT REASSIGN SECURITY START TABLE UNLISTEN'.split(' '));

function statementHere(p: Parser): Statement {
  const first = p.token;
  if (first.kind === 'go') {
    p.next();
    return { kind: 'plain', verb: 'GO', exprs: [], ...base(p, first) };
  }
  if (p.at('(')) return queryStatement(p, first);
  if (first.kind === 'word') {
    if (p.at(':', 1) && p.dialect === 'tsql' && p.atName()) {
      p.index += 2;
      return { kind: 'plain', verb: 'LABEL', exprs: [], ...base(p, first) };
    }
    if (statementWords.has(first.upper)) return keywordStatement(p, first);
    if (p.dialect === 'postgres' && postgresStarts.has(first.upper)) return skipStatement(p, p.next(), first.upper);
  }
  return implicitExecute(p, first);
}

function queryStatement(p: Parser, first: Token): Statement {
  const query = parseQuery(p);
  return { kind: 'queryStatement', query, ...base(p, first) };
}

function keywordStatement(p: Parser, first: Token): Statement {
  switch (first.upper) {
    case 'SELECT':
    case 'VALUES':
      return queryStatement(p, first);
    case 'WITH':
      return parseWithStatement(p, first);
    case 'INSERT':
    case 'REPLACE':
      return parseInsert(p, first, []);
    case 'UPDATE':
      return p.at('STATISTICS', 1) ? skipStatement(p, p.next(), 'UPDATE STATISTICS') : parseUpdate(p, first, []);
    case 'DELETE':
      return parseDelete(p, first, []);
    case 'MERGE':
      return parseMerge(p, first, []);
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return parseObjectStatement(p);
    case 'TRUNCATE': {
      p.next();
      if (p.accept('TABLE') === null && p.dialect === 'tsql') p.faultHere('TABLE is expected here.', ['TABLE']);
      const name = parseName(p, 'The name of a table is expected here.');
      while (['CASCADE', 'RESTRICT', 'RESTART', 'CONTINUE', 'IDENTITY'].includes(p.token.upper) && !p.token.firstOnLine)
        p.next();
      if (p.at('WITH') && p.at('(', 1)) skipStatement(p, first, 'TRUNCATE');
      return { kind: 'drop', objectKind: 'TRUNCATE', ifExists: null, names: [name], ...base(p, first) };
    }
    case 'DECLARE':
      return parseDeclare(p, first);
    case 'SET':
      return parseSet(p, first);
    case 'IF':
      return parseIf(p);
    case 'WHILE':
      return parseWhile(p);
    case 'BEGIN':
      return parseBegin(p);
    case 'END':
    case 'ELSE':
      return parseEnd(p);
    case 'EXEC':
    case 'EXECUTE': {
      p.next();
      if ((p.at('AS') && !p.at('.', 1)) || p.dialect === 'postgres') return skipStatement(p, first, 'EXECUTE');
      const tail = parseExecTail(p);
      return { kind: 'execute', ...tail, ...base(p, first) };
    }
    case 'PRINT':
    case 'RETURN':
    case 'THROW':
    case 'RAISERROR':
      return parseMessage(p, first);
    case 'USE': {
      p.next();
      parseName(p, 'The name of a database is expected here.');
      return { kind: 'plain', verb: 'USE', exprs: [], ...base(p, first) };
    }
    case 'BREAK':
    case 'CONTINUE':
      p.next();
      return { kind: 'plain', verb: first.upper, exprs: [], ...base(p, first) };
    case 'EXPLAIN': {
      p.next();
      while (p.at('ANALYZE') || p.at('VERBOSE') || p.at('QUERY') || p.at('PLAN')) p.next();
      return p.at('SELECT') || p.at('WITH') ? queryStatement(p, first) : skipStatement(p, first, 'EXPLAIN');
    }
    default:
      return p.at('(', 1) && p.atName() && p.dialect === 'tsql'
        ? implicitExecute(p, first)
        : skipStatement(p, p.next(), first.upper);
  }
}

function parseWithStatement(p: Parser, first: Token): Statement {
  const { ctes, recursive } = parseWith(p);
  if (p.at('INSERT')) return parseInsert(p, first, ctes);
  if (p.at('UPDATE')) return parseUpdate(p, first, ctes);
  if (p.at('DELETE')) return parseDelete(p, first, ctes);
  if (p.at('MERGE')) return parseMerge(p, first, ctes);
  const query = parseQueryAfterWith(p, first, ctes, recursive);
  return { kind: 'queryStatement', query, ...base(p, first) };
}

function parseDeclare(p: Parser, first: Token): Statement {
  p.next();
  const variables: VariableDefinition[] = [];
  if (p.token.kind !== 'variable') return parseCursor(p, first);
  if (p.at('CURSOR', 1)) p.index += 2;
  else {
    do {
      if (p.token.kind !== 'variable') {
        p.faultHere('A variable is expected here.');
        break;
      }
      variables.push(parseVariable(p));
    } while (p.listGoesOn());
  }
  return { kind: 'declare', variables, query: null, ...base(p, first) };
}

const cursorWords = new Set(
  'INSENSITIVE SCROLL CURSOR LOCAL GLOBAL FORWARD_ONLY STATIC KEYSET DYNAMIC FAST_FORWARD READ_ONLY SCROLL_LOCKS OPTIMISTIC TYPE_WARNING NO WITH WITHOUT HOLD BINARY'.split(
    ' ',
  ),
);

function parseCursor(p: Parser, first: Token): Statement {
  if (p.atName()) p.next();
  else p.faultHere('A variable or the name of a cursor is expected here.');
  while (p.token.kind === 'word' && cursorWords.has(p.token.upper)) p.next();
  if (p.accept('FOR') === null) return skipStatement(p, first, 'DECLARE');
  const query = parseQuery(p);
  if (p.at('FOR')) {
    while (p.at('FOR') || p.at('READ') || p.at('UPDATE') || p.at('ONLY') || p.at('OF')) p.next();
    while (p.atName() && !p.token.firstOnLine) {
      p.next();
      if (p.accept(',') === null) break;
    }
  }
  return { kind: 'declare', variables: [], query, ...base(p, first) };
}

function parseSet(p: Parser, first: Token): Statement {
  p.next();
  if (p.token.kind === 'variable') {
    const token = p.next();
    while (p.at('.')) {
      p.index += 2;
      if (p.at('(')) return skipStatement(p, first, 'SET');
    }
    const assigned = ['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='].includes(p.token.upper);
    if (assigned) p.next();
    else p.faultHere('= is expected here.');
    if (p.at('CURSOR')) return parseCursor(p, first);
    const value = parseExpr(p);
    const target = { kind: 'variable', token, first: token, last: token } as const;
    return { kind: 'plain', verb: 'SET @', exprs: [target, value], ...base(p, first) };
  }
  if (p.dialect === 'tsql' && p.token.kind === 'word' && !sessionOptions.has(p.token.upper)) {
    p.faultHere('A variable or an option is expected after SET.', [...sessionOptions]);
  }
  return skipStatement(p, first, 'SET');
}

/** PRINT, RETURN, THROW and RAISERROR: the keyword, and values that start on the same line. */
function parseMessage(p: Parser, first: Token): Statement {
  p.next();
  const exprs = [];
  const here = p.token;
  const bare = first.upper === 'RETURN' || first.upper === 'THROW';
  const starts =
    here.kind !== 'end' &&
    here.kind !== 'go' &&
    !p.at(';') &&
    !(here.kind === 'word' && statementWords.has(here.upper));
  if (starts && !(bare && here.firstOnLine)) {
    do exprs.push(parseExpr(p));
    while (p.listGoesOn());
  } else if (!bare) p.faultHere('A message is expected here.');
  if (first.upper === 'RAISERROR' && p.at('WITH')) {
    p.next();
    do p.next();
    while (p.accept(','));
  }
  return { kind: 'plain', verb: first.upper, exprs, ...base(p, first) };
}

/** The first statement of a T-SQL batch may be a procedure call without EXEC. Anything else here is no statement. */
function implicitExecute(p: Parser, first: Token): Statement {
  const before = p.tokens[p.index - 1];
  const opensBatch = before === undefined || before.kind === 'go';
  const called = p.dialect === 'tsql' && opensBatch && p.atName();
  if (called) {
    const close = p.misspeltStatement();
    const argument = p.peek(1);
    const alone =
      argument.kind === 'end' ||
      argument.kind === 'go' ||
      argument.upper === ';' ||
      argument.upper === '.' ||
      argument.firstOnLine;
    if (!close || alone || argument.kind === 'string' || argument.kind === 'number') {
      const tail = parseExecTail(p);
      return { kind: 'execute', ...tail, ...base(p, first) };
    }
  }
  p.faultHere(first.kind === 'word' ? `"${first.text}" starts no statement.` : 'No statement starts like this.', [
    'SELECT',
    'SET',
    'IF',
    'USE',
    'EXEC',
    'WITH',
    'UPDATE',
    'END',
    'ELSE',
  ]);
  p.next();
  return skipStatement(p, first, 'UNKNOWN');
}

/** Statements without keywords of other statements inside, so that the next one may start on the same line. */
const shortStatements = new Set([
  'OPEN',
  'CLOSE',
  'DEALLOCATE',
  'FETCH',
  'COMMIT',
  'ROLLBACK',
  'SAVE',
  'GOTO',
  'SET',
  'BEGIN TRANSACTION',
]);

/**
 * Reads over the rest of a statement whose grammar does not matter here: to a semicolon, GO, or a keyword that
 * starts a statement on a new line.
 */
export function skipStatement(p: Parser, first: Token, verb: string): Statement {
  let depth = 0;
  let open: Token | null = null;
  while (p.token.kind !== 'end' && p.token.kind !== 'go' && !p.at(';')) {
    if (depth > 0 && p.dialect === 'tsql' && isHardStart(p)) break;
    if (
      depth === 0 &&
      p.token.firstOnLine &&
      p.token.kind === 'word' &&
      statementWords.has(p.token.upper) &&
      p.token !== first
    ) {
      if (!['WITH', 'ADD', 'SET', 'MOVE', 'DO', 'VALUES', 'REPLACE'].includes(p.token.upper)) break;
      if (p.at('SET') && (p.peek(1).kind === 'variable' || sessionOptions.has(p.peek(1).upper))) break;
      if (p.at('WITH') && p.at('AS', 2)) break;
    }
    if (p.at('END') && p.blocks > 0 && depth === 0) break;
    const goesOn = p.token === first || p.previous === first || p.at('WITH');
    if (depth === 0 && shortStatements.has(verb) && !goesOn && p.atAny(statementWords)) break;
    if (p.at('(') && depth++ === 0) open = p.token;
    if (p.at(')')) depth--;
    p.next();
  }
  if (depth > 0 && open !== null) p.unclosed(open);
  return { kind: 'plain', verb, exprs: [], ...base(p, first) };
}

/** Whether a statement may end at the cursor. */
function endsHere(p: Parser): boolean {
  const token = p.token;
  if (token.kind === 'end' || token.kind === 'go' || p.at(';')) return true;
  if (p.previous.upper === ';' || p.previous.kind === 'go') return true;
  if (token.kind !== 'word') return p.at('(') && token.firstOnLine;
  if (statementWords.has(token.upper)) return true;
  return p.at(':', 1) && token.firstOnLine;
}

function strayToken(p: Parser): void {
  if (p.at(')')) {
    const fix = { title: 'Remove the bracket', kind: 'remove', text: '' } as const;
    p.report({ code: 'SQL-003', at: p.token, message: 'This bracket has no opening partner.', fix });
  } else p.faultHere('This is not expected here.');
}

/** Goes on from a fault to where the next statement starts. */
function recover(p: Parser, start: Token): void {
  let depth = 0;
  for (;;) {
    const token = p.token;
    if (token.kind === 'end' || token.kind === 'go' || p.at(';')) return;
    if (isHardStart(p) && token !== start) return;
    if (token.kind === 'word' && token.firstOnLine && token !== start && statementWords.has(token.upper)) {
      const before = p.previous.upper;
      if (['SELECT', 'WITH', 'UPDATE', 'DELETE', 'MERGE', 'IF', 'BEGIN', 'RETURN'].includes(token.upper)) {
        const joined = ['UNION', 'ALL', 'EXCEPT', 'INTERSECT', '(', 'AS', 'THEN', ',', 'DO', 'FOR'].includes(before);
        const withHint = token.upper === 'WITH' && p.at('(', 1);
        if (!joined && !withHint && (depth <= 0 || token.upper === 'IF' || token.upper === 'BEGIN')) return;
      } else if (token.upper === 'SET') {
        if (p.peek(1).kind === 'variable' || sessionOptions.has(p.peek(1).upper)) return;
      } else if ((token.upper === 'END' || token.upper === 'ELSE') && p.blocks > 0 && depth <= 0) return;
    }
    if (p.at('(')) depth++;
    if (p.at(')')) depth--;
    p.next();
  }
}
