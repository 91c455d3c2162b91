import type { Token } from '../token.ts';
import type { Cte, Expr, ForClause, OrderItem, Query, QueryBody, Select, ValuesBody } from './ast.ts';
import { parseExpr } from './expressions.ts';
import { reservedWords } from './keywords.ts';
import { parseName, parseNameList } from './names.ts';
import { isHardStart, type Parser } from './parser.ts';
import { startsQuery } from './primaries.ts';
import { selectBody } from './selects.ts';
import { parseOrderItems } from './windows.ts';

const setOperators = new Set(['UNION', 'EXCEPT', 'INTERSECT', 'MINUS']);

/** `[WITH ...] SELECT ... [UNION ...] [ORDER BY ...] [FOR ...] [OPTION (...)]`. */
export function parseQuery(p: Parser): Query {
  const first = p.token;
  const { ctes, recursive } = parseWith(p);
  return queryTail(p, parseQueryBody(p), first, ctes, recursive);
}

/** Goes on with a query whose first part is read; null when nothing follows that makes it more than that part. */
export function parseQueryFrom(p: Parser, left: QueryBody): Query | null {
  if (!p.atAny(setOperators) && !p.at('ORDER') && !p.at('OFFSET') && !p.at('LIMIT')) return null;
  return queryTail(p, setOperations(p, left), left.first, [], false);
}

/** A query whose WITH clause is read already. */
export function parseQueryAfterWith(p: Parser, first: Token, ctes: readonly Cte[], recursive: boolean): Query {
  return queryTail(p, parseQueryBody(p), first, ctes, recursive);
}

function queryTail(p: Parser, body: QueryBody, first: Token, ctes: readonly Cte[], recursive: boolean): Query {
  let orderBy: OrderItem[] = [];
  if (p.at('ORDER')) {
    p.next();
    p.expect('BY');
    orderBy = parseOrderItems(p);
  }
  const limits: Expr[] = [];
  while (p.at('LIMIT') || p.at('OFFSET') || (p.at('FETCH') && ['NEXT', 'FIRST'].includes(p.peek(1).upper)))
    parseLimit(p, limits);
  const forClause = parseFor(p);
  if (p.at('OPTION') && p.at('(', 1)) skipParens(p, 1);
  const limited = limits.length > 0;
  return { kind: 'query', ctes, recursive, body, orderBy, limited, limits, forClause, first, last: lastOf(p, first) };
}

/** The last token taken, for a node that starts at `first`. */
export function lastOf(p: Parser, first: Token): Token {
  return p.previous.start >= first.start ? p.previous : first;
}

function parseLimit(p: Parser, limits: Expr[]): void {
  const word = p.next().upper;
  if (word === 'FETCH') p.next();
  if (p.at('ALL')) {
    p.next();
    return;
  }
  if (!(p.at('ROW') || p.at('ROWS'))) limits.push(parseExpr(p));
  if (p.accept(',')) limits.push(parseExpr(p));
  if (p.accept('PERCENT') === null && (p.at('ROWS') || p.at('ROW'))) p.next();
  if (word === 'FETCH' && p.accept('ONLY') === null) {
    if (p.at('WITH') && p.at('TIES', 1)) p.index += 2;
    else p.faultHere('ONLY is expected here.', ['ONLY']);
  }
}

/** Skips `word (...)` with balanced parentheses. */
export function skipParens(p: Parser, words: number): void {
  p.index += words;
  const open = p.accept('(');
  if (open === null) return;
  let depth = 1;
  while (depth > 0 && p.token.kind !== 'end' && p.token.kind !== 'go' && !p.at(';') && !isHardStart(p)) {
    if (p.at('(')) depth++;
    if (p.at(')') && --depth === 0) break;
    p.next();
  }
  p.close(open);
}

function parseFor(p: Parser): ForClause | null {
  if (!p.at('FOR')) return null;
  const kind = p.peek(1).upper;
  if (!['JSON', 'XML', 'BROWSE', 'UPDATE', 'SHARE', 'NO', 'KEY', 'READ'].includes(kind)) return null;
  const first = p.next();
  p.next();
  let mode: ForClause['mode'] = kind === 'XML' ? 'xml' : kind === 'BROWSE' ? 'browse' : 'update';
  let root: string | null = null;
  let withoutArrayWrapper = false;
  if (kind === 'JSON' || kind === 'XML') {
    const how = p.token;
    if (['PATH', 'AUTO', 'RAW', 'EXPLICIT'].includes(how.upper)) p.next();
    else
      p.faultHere(
        kind === 'JSON' ? 'PATH or AUTO is expected here.' : 'PATH, RAW, AUTO or EXPLICIT is expected here.',
        ['PATH', 'AUTO'],
      );
    if (kind === 'JSON') mode = how.upper === 'AUTO' ? 'json auto' : 'json path';
    skipOptionArgument(p);
    while (p.accept(',')) {
      const option = p.next();
      if (option.upper === 'WITHOUT_ARRAY_WRAPPER') withoutArrayWrapper = true;
      if (option.upper === 'ROOT')
        root = p.at('(') && p.peek(1).kind === 'string' ? p.peek(1).text.replaceAll(/^N?'|'$/g, '') : '';
      while (p.token.kind === 'word' && !reservedWords.has(p.token.upper) && !p.token.firstOnLine) p.next();
      skipOptionArgument(p);
    }
  } else {
    while (
      p.token.kind === 'word' &&
      ['KEY', 'UPDATE', 'SHARE', 'NOWAIT', 'SKIP', 'LOCKED', 'ONLY', 'OF'].includes(p.token.upper)
    ) {
      if (p.accept('OF')) parseName(p);
      else p.next();
    }
  }
  return { mode, root, withoutArrayWrapper, first, last: p.previous };
}

function skipOptionArgument(p: Parser): void {
  if (p.at('(')) skipParens(p, 0);
}

/** `WITH a (x) AS (...), b AS (...)`, when it stands here. */
export function parseWith(p: Parser): { ctes: Cte[]; recursive: boolean } {
  const ctes: Cte[] = [];
  if (!p.at('WITH')) return { ctes, recursive: false };
  p.next();
  const recursive = p.accept('RECURSIVE') !== null;
  if (p.at('XMLNAMESPACES')) {
    skipParens(p, 1);
    if (p.accept(',') === null) return { ctes, recursive };
  }
  do {
    if (!p.atName()) {
      p.faultHere('The name of a common table expression is expected here.');
      break;
    }
    const name = p.next();
    const columns = parseNameList(p);
    p.expect('AS');
    if (p.at('NOT') && p.at('MATERIALIZED', 1)) p.index += 2;
    else p.accept('MATERIALIZED');
    const open = p.accept('(');
    let query: Query | null = null;
    if (open === null) p.faultHere('The query of the common table expression is expected here, in brackets.');
    else {
      query = parseCteBody(p);
      p.close(open);
    }
    ctes.push({ name, columns, query, first: name, last: p.previous });
    skipSearchAndCycle(p);
  } while (moreCtes(p));
  return { ctes, recursive };
}

/** `SEARCH DEPTH FIRST BY a SET b` and `CYCLE a SET b USING c` behind a recursive common table expression of PostgreSQL. */
function skipSearchAndCycle(p: Parser): void {
  if (p.dialect !== 'postgres') return;
  while ((p.at('SEARCH') || p.at('CYCLE')) && p.peek(1).kind === 'word') {
    do p.next();
    while (
      p.token.kind !== 'end' &&
      !['SEARCH', 'CYCLE', 'SELECT', ',', ';', 'INSERT', 'UPDATE'].includes(p.token.upper)
    );
  }
}

function moreCtes(p: Parser): boolean {
  if (p.at(',')) {
    if (p.at('SELECT', 1)) return p.listGoesOn();
    p.next();
    return true;
  }
  // A comma left out between two expressions: `) name AS (SELECT`.
  if (p.atName() && p.at('AS', 1) && p.at('(', 2)) return p.listGoesOn();
  return false;
}

/** The body of a common table expression; in PostgreSQL it may be INSERT, UPDATE or DELETE with RETURNING, which is skipped. */
function parseCteBody(p: Parser): Query | null {
  if (p.dialect !== 'tsql' && (p.at('INSERT') || p.at('UPDATE') || p.at('DELETE'))) {
    let depth = 0;
    while (p.token.kind !== 'end' && !(depth === 0 && p.at(')'))) {
      if (p.at('(')) depth++;
      if (p.at(')')) depth--;
      p.next();
    }
    return null;
  }
  return parseInnerQuery(p);
}

/** A query inside brackets, whose SELECT may be misspelt: that is reported and read on as if it were right. */
export function parseInnerQuery(p: Parser): Query {
  if (startsQuery(p) || p.at('(')) return parseQuery(p);
  const first = p.token;
  p.faultHere('SELECT is expected here.', ['SELECT', 'WITH']);
  if (first.kind === 'word' && p.atName()) {
    p.next();
    return queryTail(p, setOperations(p, selectBody(p, first)), first, [], false);
  }
  return queryTail(p, emptySelect(p), first, [], false);
}

function parseQueryBody(p: Parser): QueryBody {
  return setOperations(p, parseQueryPrimary(p));
}

function setOperations(p: Parser, start: QueryBody): QueryBody {
  const parts = [start];
  while (p.atAny(setOperators)) {
    p.next();
    if (p.accept('ALL') === null) p.accept('DISTINCT');
    parts.push(parseQueryPrimary(p));
  }
  if (parts.length === 1) return start;
  return { kind: 'set', parts, first: start.first, last: p.previous };
}

function parseQueryPrimary(p: Parser): QueryBody {
  return p.nested(
    () => queryPrimary(p),
    () => emptySelect(p),
  );
}

function queryPrimary(p: Parser): QueryBody {
  const first = p.token;
  if (p.at('(')) {
    const open = p.next();
    const query = parseQuery(p);
    return { kind: 'nested', query, first, last: p.close(open) };
  }
  if (p.at('VALUES')) return parseValues(p);
  if (p.accept('SELECT')) return selectBody(p, first);
  p.faultHere('SELECT is expected here.', ['SELECT', 'ALL']);
  return emptySelect(p);
}

function emptySelect(p: Parser): Select {
  const at = p.token;
  return {
    kind: 'select',
    distinct: false,
    top: null,
    items: [],
    into: null,
    from: [],
    fromToken: null,
    where: null,
    groupBy: [],
    having: null,
    first: at,
    last: at,
  };
}

/** `VALUES (1, 'a'), (2, 'b')`. */
export function parseValues(p: Parser): ValuesBody {
  const first = p.next();
  const rows: Expr[][] = [];
  do {
    p.accept('ROW');
    const open = p.accept('(');
    if (open === null) {
      p.faultHere('An opening bracket is expected here.');
      break;
    }
    const row: Expr[] = [];
    if (!p.at(')'))
      do row.push(parseExpr(p));
      while (p.listGoesOn());
    rows.push(row);
    p.close(open);
  } while (p.accept(',') !== null || missingRowComma(p));
  return { kind: 'values', rows, first, last: p.previous };
}

function missingRowComma(p: Parser): boolean {
  if (!p.at('(')) return false;
  const fix = { title: 'Insert a comma', kind: 'insertBefore', text: ',' } as const;
  p.report({ code: 'SQL-004', at: p.token, message: 'A comma is missing before this row.', fix });
  return true;
}
