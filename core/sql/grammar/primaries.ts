import type { Token } from '../token.ts';
import type { CaseExpr, Expr, Missing, Query } from './ast.ts';
import { parseCall } from './calls.ts';
import { parseExpr } from './expressions.ts';
import { reservedWords } from './keywords.ts';
import { isNameAfterDot } from './names.ts';
import type { Parser } from './parser.ts';
import { parseInnerQuery, parseQueryFrom } from './queries.ts';
import { parseOver } from './windows.ts';

const literalWords = new Map<string, 'null' | 'boolean' | 'default'>([
  ['NULL', 'null'],
  ['TRUE', 'boolean'],
  ['FALSE', 'boolean'],
  ['DEFAULT', 'default'],
]);

/** A node for what the text lacks. */
export function missing(p: Parser): Missing {
  return { kind: 'missing', first: p.token, last: p.token };
}

/** A literal, a name, a call, a query or an expression in parentheses, CASE: what operators stand between. */
export function parsePrimary(p: Parser): Expr {
  const token = p.token;
  switch (token.kind) {
    case 'number':
      p.next();
      return { kind: 'literal', value: 'number', first: token, last: token };
    case 'string':
      p.next();
      // PostgreSQL continues a string on the next line.
      while (p.token.kind === 'string' && p.dialect !== 'tsql' && p.token.firstOnLine) p.next();
      return { kind: 'literal', value: 'string', first: token, last: p.previous };
    case 'variable':
      p.next();
      return { kind: 'variable', token, first: token, last: token };
    case 'operator':
      if (token.upper === '(') return parseParens(p);
      if (token.upper === '*') {
        p.next();
        return { kind: 'star', qualifier: [], first: token, last: token };
      }
      if (token.upper === '{') return parseEscape(p);
      if (token.upper === '?' || token.upper === ':') {
        p.next();
        if (token.upper === ':' && p.token.kind === 'word') p.next();
        return { kind: 'other', parts: [], first: token, last: p.previous };
      }
      break;
    case 'quotedName':
      return parseColumnOrCall(p);
    case 'word':
      return parseWord(p, token);
    default:
      break;
  }
  return expected(p);
}

function expected(p: Parser): Expr {
  const token = p.token;
  if (p.fault === null && p.previous.upper === ',' && token.kind === 'word' && reservedWords.has(token.upper)) {
    const fix = { title: 'Remove the comma', kind: 'remove', text: '' } as const;
    p.report({ code: 'SQL-004', at: p.previous, message: 'Nothing follows this comma.', fix });
  } else p.faultHere('A column, a value or an expression is expected here.');
  return missing(p);
}

function parseWord(p: Parser, token: Token): Expr {
  const literal = literalWords.get(token.upper);
  if (literal !== undefined && !p.at('(', 1) && !p.at('.', 1)) {
    p.next();
    return { kind: 'literal', value: literal, first: token, last: token };
  }
  if (token.upper === 'CASE') return parseCase(p);
  if (token.upper === 'EXISTS' || (token.upper === 'NOT' && p.at('EXISTS', 1))) {
    const first = p.next();
    p.accept('EXISTS');
    const list = parseParens(p);
    return list.kind === 'subquery' ? { ...list, under: 'exists', first } : list;
  }
  if (p.at('(', 1)) {
    if (!reservedWords.has(token.upper) || callableReserved.has(token.upper)) return parseCall(p);
  }
  if (token.upper === 'ARRAY' && p.at('[', 1)) {
    p.next();
    p.next();
    const parts: Expr[] = [];
    if (!p.at(']'))
      do parts.push(parseExpr(p));
      while (p.listGoesOn());
    p.expect(']');
    return { kind: 'other', parts, first: token, last: p.previous };
  }
  // `date '2020-01-01'`, `interval '1 day'`, `_utf8'x'`
  if (p.peek(1).kind === 'string' && typedLiterals.has(token.upper)) {
    p.next();
    p.next();
    while (intervalUnits.has(p.token.upper) || (p.at('TO') && intervalUnits.has(p.peek(1).upper))) p.next();
    return { kind: 'other', parts: [], first: token, last: p.previous };
  }
  if (reservedWords.has(token.upper)) return expected(p);
  if (token.upper === 'NEXT' && p.atWords('NEXT', 'VALUE', 'FOR')) {
    p.acceptWords('NEXT', 'VALUE', 'FOR');
    while (p.atName()) {
      p.next();
      if (!p.accept('.')) break;
    }
    const over = parseOver(p);
    return {
      kind: 'other',
      parts: over === null ? [] : over.orderBy.map((item) => item.expr),
      first: token,
      last: p.previous,
    };
  }
  return parseColumnOrCall(p);
}

const callableReserved = new Set([
  'LEFT',
  'RIGHT',
  'UPDATE',
  'CONVERT',
  'IF',
  'INSERT',
  'REPLACE',
  'DEFAULT',
  'VALUES',
  'COALESCE',
  'NULLIF',
  'CHECK',
  'CASE',
  'OPENROWSET',
  'OPENQUERY',
]);
const typedLiterals = new Set([
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMPTZ',
  'INTERVAL',
  'DATETIME',
  'JSON',
  'JSONB',
  'UUID',
  'BYTEA',
]);
const intervalUnits = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

/** `a`, `t.a`, `dbo.t.a`, `t.*`, `dbo.f(...)`. */
function parseColumnOrCall(p: Parser): Expr {
  const first = p.next();
  const parts: Token[] = [first];
  while (p.at('.')) {
    const after = p.peek(1);
    if (after.upper === '*' && after.kind === 'operator') {
      p.next();
      const star = p.next();
      return { kind: 'star', qualifier: parts, first, last: star };
    }
    if (after.upper === '.' && after.kind === 'operator') {
      p.next();
      continue;
    }
    const named =
      after.kind === 'quotedName' ||
      (after.kind === 'word' && (!reservedWords.has(after.upper) || isNameAfterDot(p, after)));
    if (!named) {
      const dot = p.next();
      p.report({ code: 'SQL-005', at: dot, message: 'A column is expected after this dot.', fix: null });
      break;
    }
    // `x.value('...')` on a column is a method; its name is no column.
    if (p.at('(', 2) && parts.length >= 1 && xmlMethods.has(after.upper)) break;
    p.next();
    parts.push(p.next());
  }
  if (p.at('(') && !(p.at('+', 1) && p.at(')', 2))) return parseCall(p, parts);
  return { kind: 'column', parts, first, last: p.previous };
}

const xmlMethods = new Set(['VALUE', 'QUERY', 'NODES', 'EXIST', 'MODIFY', 'WRITE', 'STASTEXT']);

function parseEscape(p: Parser): Expr {
  const first = p.next();
  while (!p.at('}') && p.token.kind !== 'end' && !p.at(';')) p.next();
  p.expect('}');
  return { kind: 'other', parts: [], first, last: p.previous };
}

/** Whether a query starts right at the cursor: SELECT, WITH or VALUES. */
export function startsQuery(p: Parser): boolean {
  return p.at('SELECT') || p.at('WITH') || (p.at('VALUES') && p.at('(', 1));
}

/** `(expr)`, `(a, b)` or `(SELECT ...)`. */
export function parseParens(p: Parser): Expr {
  const open = p.accept('(');
  if (open === null) {
    p.faultHere('An opening bracket is expected here.');
    return missing(p);
  }
  if (startsQuery(p) || p.atMisspeltSelect()) {
    const query = parseInnerQuery(p);
    return { kind: 'subquery', under: 'value', query, first: open, last: p.close(open) };
  }
  const items: Expr[] = [];
  if (!p.at(')')) {
    const first = parseExpr(p);
    const joined = joinedQuery(p, first);
    if (joined !== null) return { kind: 'subquery', under: 'value', query: joined, first: open, last: p.close(open) };
    items.push(first);
    while (p.listGoesOn()) items.push(parseExpr(p));
  }
  return { kind: 'paren', items, first: open, last: p.close(open) };
}

/** What looked like a value in parentheses is the first part of `(SELECT ...) UNION ...`. */
export function joinedQuery(p: Parser, first: Expr): Query | null {
  if (first.kind !== 'subquery' || first.under !== 'value') return null;
  return parseQueryFrom(p, { kind: 'nested', query: first.query, first: first.first, last: first.last });
}

function parseCase(p: Parser): CaseExpr {
  const first = p.next();
  const input = p.at('WHEN') ? null : parseExpr(p);
  const branches: { when: Expr; result: Expr }[] = [];
  if (!p.at('WHEN')) p.faultHere('WHEN is expected here.', ['WHEN']);
  while (p.accept('WHEN')) {
    const when = parseExpr(p);
    p.expect('THEN');
    branches.push({ when, result: parseExpr(p) });
  }
  const otherwise = p.accept('ELSE') ? parseExpr(p) : null;
  if (p.accept('END') === null) {
    if (p.fault === null && !p.token.firstOnLine) p.faultHere('END is expected here.', ['END', 'ELSE', 'WHEN', 'AND']);
    else p.faultHere('This CASE has no END.', ['END', 'ELSE', 'WHEN', 'AND']);
  }
  return { kind: 'case', input, branches, otherwise, first, last: p.previous };
}
