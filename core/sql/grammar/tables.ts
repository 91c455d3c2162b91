import type { Token } from '../token.ts';
import type { ColumnDefinition, Expr, Query, TableRef } from './ast.ts';
import { parseTableCall } from './calls.ts';
import { parseColumnDefinition } from './definitions.ts';
import { parseExpr } from './expressions.ts';
import { parseName, parseNameList, parseType } from './names.ts';
import type { Parser } from './parser.ts';
import { startsQuery } from './primaries.ts';
import { parseInnerQuery, parseQueryFrom, parseValues, skipParens } from './queries.ts';

/** The tables behind FROM: joined ones, with commas between them. */
export function parseTableList(p: Parser): TableRef[] {
  const tables: TableRef[] = [];
  do tables.push(parseJoined(p));
  while (p.accept(','));
  return tables;
}

/** Joins in one FROM; more are not read on, a guard against hostile text. */
const maxJoins = 500;

/** One table with everything that is joined to it. */
export function parseJoined(p: Parser): TableRef {
  let left = parseTableItem(p);
  for (let joins = 0; ; joins++) {
    const how = joins > maxJoins ? null : parseJoinWords(p);
    if (how === null) return left;
    const natural = how.startsWith('NATURAL');
    const applied = how.endsWith('APPLY');
    let right = parseTableItem(p);
    let on: Expr | null = null;
    let using: Token[] = [];
    const needsOn = !applied && !natural && how !== 'CROSS';
    // `a JOIN b JOIN c ON .. ON ..`: the inner join comes first.
    if (needsOn && !p.at('ON') && !p.at('USING') && joinsAhead(p)) right = nestedJoin(p, right);
    if (p.accept('ON')) on = parseExpr(p);
    else if (p.at('USING') && p.at('(', 1)) {
      p.next();
      using = parseNameList(p);
      if (p.accept('AS')) p.next();
    } else if (needsOn && p.dialect !== 'sqlite')
      p.faultHere('ON and the condition of the join are expected here.', ['ON', 'USING']);
    left = { kind: 'join', how, left, right, on, using, natural, first: left.first, last: p.previous };
  }
}

function joinsAhead(p: Parser): boolean {
  return (
    ['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS', 'OUTER'].includes(p.token.upper) && p.token.kind === 'word'
  );
}

function nestedJoin(p: Parser, start: TableRef): TableRef {
  return p.nested(
    () => parseNestedJoin(p, start),
    () => start,
  );
}

function parseNestedJoin(p: Parser, start: TableRef): TableRef {
  let left = start;
  for (;;) {
    const mark = p.index;
    const how = parseJoinWords(p);
    if (how === null) return left;
    let right = parseTableItem(p);
    if (how !== 'CROSS' && !how.endsWith('APPLY')) {
      if (!p.at('ON') && joinsAhead(p)) right = nestedJoin(p, right);
      if (p.accept('ON') === null) {
        if (p.index === mark) return left;
        p.faultHere('ON and the condition of the join are expected here.', ['ON']);
        return {
          kind: 'join',
          how,
          left,
          right,
          on: null,
          using: [],
          natural: false,
          first: left.first,
          last: p.previous,
        };
      }
    }
    const on = how === 'CROSS' || how.endsWith('APPLY') ? null : parseExpr(p);
    left = { kind: 'join', how, left, right, on, using: [], natural: false, first: left.first, last: p.previous };
    if (p.at('ON')) return left;
  }
}

const joinHints = new Set(['LOOP', 'HASH', 'MERGE', 'REMOTE']);

/** The words of a join: `LEFT`, `CROSS APPLY`, ...; null when no join starts here. */
function parseJoinWords(p: Parser): string | null {
  let words = '';
  if (p.at('NATURAL') && p.peek(1).kind === 'word' && joinStarts.has(p.peek(1).upper)) {
    p.next();
    words = 'NATURAL ';
  }
  if (p.accept('JOIN')) return `${words}INNER`;
  if (p.at('CROSS') || p.at('OUTER')) {
    const first = p.next().upper;
    if (p.accept('APPLY')) return `${first} APPLY`;
    if (p.accept('JOIN') === null)
      p.faultHere(`${first === 'CROSS' ? 'JOIN or APPLY' : 'APPLY'} is expected here.`, ['JOIN', 'APPLY']);
    return first === 'CROSS' ? 'CROSS' : 'OUTER APPLY';
  }
  for (const how of ['INNER', 'LEFT', 'RIGHT', 'FULL']) {
    if (!p.at(how)) continue;
    p.next();
    if (how !== 'INNER') p.accept('OUTER');
    if (p.token.kind === 'word' && joinHints.has(p.token.upper)) p.next();
    if (p.accept('JOIN') === null) {
      p.faultHere('JOIN is expected here.', ['JOIN', 'OUTER']);
      if (p.atName() && p.atName(1)) p.next();
    }
    return words + how;
  }
  return null;
}

const joinStarts = new Set(['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL']);

function parseTableItem(p: Parser): TableRef {
  return p.nested(
    () => withPivots(p, tableItem(p)),
    () => nothing(p),
  );
}

function nothing(p: Parser): TableRef {
  const at = p.token;
  return { kind: 'table', name: { parts: [], first: at, last: at }, alias: null, columns: [], first: at, last: at };
}

function tableItem(p: Parser): TableRef {
  const first = p.token;
  const lateral = p.at('LATERAL') && (p.at('(', 1) || p.atName(1)) ? p.next() !== undefined : false;
  if (p.at('(')) return parseParenthesised(p, lateral);
  if (p.at('ROWS') && p.at('FROM', 1)) {
    skipParens(p, 2);
    return finishFunction(p, first, { kind: 'other', parts: [], first, last: p.previous }, '');
  }
  if (p.token.kind === 'variable' && p.at('.', 1)) {
    const call = parseExpr(p);
    return finishFunction(p, first, call, 'NODES');
  }
  if (isTableFunction(p)) {
    const call = parseTableCall(p);
    return finishFunction(p, first, call, call.kind === 'call' ? call.upper : '');
  }
  if (p.token.kind === 'word' && p.token.upper === 'ONLY' && p.atName(1)) p.next();
  const name = parseName(p, 'The name of a table is expected here.');
  if (name.parts.length === 0) return nothing(p);
  p.accept('*');
  // `FROM t FOR SYSTEM_TIME AS OF '...'`
  if (p.at('FOR') && (p.at('SYSTEM_TIME', 1) || p.at('PATH', 1))) skipSystemTime(p);
  skipSample(p);
  const alias = parseTableAlias(p);
  const columns = alias !== null && p.at('(') && !isHintList(p) ? parseNameList(p) : [];
  skipSample(p);
  skipHints(p);
  return { kind: 'table', name, alias, columns, first, last: p.previous };
}

/** Whether `name(` follows, other than `name (hints)`, which old T-SQL allows. */
function isTableFunction(p: Parser): boolean {
  if (['OPENROWSET', 'OPENQUERY', 'OPENDATASOURCE'].includes(p.token.upper)) return true;
  let ahead = 0;
  while (p.atName(ahead) || (ahead > 0 && p.peek(ahead).kind === 'word')) {
    if (p.at('(', ahead + 1)) return !isHintList(p, ahead + 1);
    if (!p.at('.', ahead + 1)) return false;
    ahead += 2;
    if (p.at('.', ahead)) ahead++;
  }
  return false;
}

const hintWords = new Set(
  'NOLOCK READUNCOMMITTED READCOMMITTED READCOMMITTEDLOCK READPAST REPEATABLEREAD SERIALIZABLE HOLDLOCK ROWLOCK PAGLOCK TABLOCK TABLOCKX UPDLOCK XLOCK NOWAIT INDEX FORCESEEK FORCESCAN NOEXPAND SNAPSHOT KEEPIDENTITY KEEPDEFAULTS IGNORE_CONSTRAINTS IGNORE_TRIGGERS FASTFIRSTROW'.split(
    ' ',
  ),
);

function isHintList(p: Parser, ahead = 0): boolean {
  return (
    p.at('(', ahead) &&
    p.peek(ahead + 1).kind === 'word' &&
    hintWords.has(p.peek(ahead + 1).upper) &&
    !p.at('.', ahead + 2)
  );
}

function skipHints(p: Parser): void {
  if (isHintList(p)) skipParens(p, 0);
  if (p.at('WITH') && (p.at('(', 1) || hintWords.has(p.peek(1).upper))) {
    if (p.at('(', 1)) skipParens(p, 1);
    else p.index += 2;
  }
  if (p.at('NOT') && p.at('INDEXED', 1)) p.index += 2;
  else if (p.at('INDEXED') && p.at('BY', 1)) p.index += 3;
}

function skipSample(p: Parser): void {
  if (!p.at('TABLESAMPLE')) return;
  p.next();
  if (p.atName() && p.at('(', 1)) p.next();
  skipParens(p, 0);
  if (p.accept('PERCENT') === null) p.accept('ROWS');
  if (p.at('REPEATABLE')) skipParens(p, 1);
}

function skipSystemTime(p: Parser): void {
  p.index += 2;
  if (p.accept('ALL')) return;
  if (p.acceptWords('AS', 'OF')) parseExpr(p);
  else if (p.accept('FROM')) {
    parseExpr(p);
    p.accept('TO');
    parseExpr(p);
  } else if (p.accept('BETWEEN')) parseExpr(p);
  else if (p.acceptWords('CONTAINED', 'IN')) skipParens(p, 0);
}

/** `AS alias` or a bare alias. */
export function parseTableAlias(p: Parser): Token | null {
  if (p.accept('AS')) {
    if (p.atName()) return p.next();
    p.faultHere('A name is expected after AS.');
    return null;
  }
  return p.atBareAlias() && !p.atMisspeltClause() ? p.next() : null;
}

function parseParenthesised(p: Parser, lateral: boolean): TableRef {
  const first = p.token;
  const open = p.next();
  if (p.at('VALUES') || startsQuery(p) || p.atMisspeltSelect()) {
    const query = p.at('VALUES') ? valuesQuery(p) : parseInnerQuery(p);
    p.close(open);
    return finishDerived(p, first, lateral, query);
  }
  if (p.at('MERGE') || p.at('INSERT') || p.at('UPDATE') || p.at('DELETE')) {
    // Composable DML: `FROM (MERGE ... OUTPUT ...) AS changes (columns)`. What it gives is not followed.
    p.index--;
    skipParens(p, 0);
    const alias = parseTableAlias(p);
    const columns = parseNameList(p);
    return {
      kind: 'function',
      call: { kind: 'other', parts: [], first: open, last: p.previous },
      upper: '',
      withColumns: [],
      alias,
      columns,
      first,
      last: p.previous,
    };
  }
  const inner = parseJoined(p);
  if (inner.kind === 'derived' && inner.alias === null) {
    const joined = parseQueryFrom(p, { kind: 'nested', query: inner.query, first: inner.first, last: inner.last });
    if (joined !== null) {
      p.close(open);
      return finishDerived(p, first, lateral, joined);
    }
    if (p.at(')')) {
      p.close(open);
      return finishDerived(p, first, lateral, inner.query);
    }
  }
  const last = p.close(open);
  if (p.atBareAlias() || p.at('AS')) parseTableAlias(p);
  return { kind: 'parens', inner, first, last };
}

function valuesQuery(p: Parser): Query {
  const first = p.token;
  const body = parseValues(p);
  return {
    kind: 'query',
    ctes: [],
    recursive: false,
    body,
    orderBy: [],
    limited: false,
    limits: [],
    forClause: null,
    first,
    last: p.previous,
  };
}

function finishDerived(p: Parser, first: Token, lateral: boolean, query: Query): TableRef {
  const alias = parseTableAlias(p);
  const columns = alias !== null && p.at('(') && !isHintList(p) ? parseNameList(p) : [];
  skipHints(p);
  return { kind: 'derived', lateral, query, alias, columns, first, last: p.previous };
}

function finishFunction(p: Parser, first: Token, call: Expr, upper: string): TableRef {
  const withColumns: ColumnDefinition[] = [];
  if (p.at('WITH') && p.at('ORDINALITY', 1)) p.index += 2;
  if (upper === 'OPENJSON' && p.at('WITH') && p.at('(', 1)) {
    p.next();
    const open = p.next();
    do withColumns.push(parseJsonColumn(p));
    while (p.listGoesOn());
    p.close(open);
  } else if (['OPENXML', 'OPENROWSET'].includes(upper) && p.at('WITH') && p.at('(', 1)) skipParens(p, 1);
  const alias = parseTableAlias(p);
  let columns: Token[] = [];
  if (p.at('(') && alias !== null && !isHintList(p)) {
    // `AS t (a int, b text)` of PostgreSQL's record functions, or plain names.
    if (p.peek(2).kind === 'word') {
      const open = p.next();
      do columns.push(parseColumnDefinition(p).name);
      while (p.listGoesOn());
      p.close(open);
    } else columns = parseNameList(p);
  }
  skipHints(p);
  return { kind: 'function', call, upper, withColumns, alias, columns, first, last: p.previous };
}

/** `name type '$.path' AS JSON`. */
function parseJsonColumn(p: Parser): ColumnDefinition {
  const first = p.token;
  if (!p.atName()) {
    p.faultHere('The name of a column is expected here.');
    return { name: first, type: null, exprs: [], first, last: first };
  }
  const name = p.next();
  const type = parseType(p);
  if (p.token.kind === 'string') p.next();
  if (p.at('AS') && p.at('JSON', 1)) p.index += 2;
  return { name, type, exprs: [], first, last: p.previous };
}

function withPivots(p: Parser, start: TableRef): TableRef {
  let source = start;
  while ((p.at('PIVOT') || p.at('UNPIVOT')) && p.at('(', 1)) {
    const isPivot = p.next().upper === 'PIVOT';
    const open = p.next();
    const inside: Expr[] = [];
    if (isPivot)
      do inside.push(parseExpr(p));
      while (p.accept(','));
    else {
      p.next();
    }
    p.expect('FOR');
    if (isPivot) inside.push(parsePivotColumn(p));
    else p.next();
    p.expect('IN');
    skipParens(p, 0);
    p.close(open);
    const alias = parseTableAlias(p);
    source = { kind: 'pivot', source, inside, alias, first: source.first, last: p.previous };
  }
  return source;
}

/** The column between FOR and IN, which `IN` must not swallow as a comparison. */
function parsePivotColumn(p: Parser): Expr {
  const name = parseName(p);
  return { kind: 'column', parts: name.parts, first: name.first, last: name.last };
}
