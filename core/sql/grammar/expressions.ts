import type { Expr, Query } from './ast.ts';
import { parseCall } from './calls.ts';
import { parseType } from './names.ts';
import type { Parser } from './parser.ts';
import { joinedQuery, missing, parseParens, parsePrimary, startsQuery } from './primaries.ts';
import { parseInnerQuery } from './queries.ts';

/** Binding strength, weakest first: OR, AND, NOT, comparison, sum, product, unary, postfix. */
const strength = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, unary: 7 } as const;

const binaryOperators = new Map<string, number>([
  ['OR', strength.or],
  ['AND', strength.and],
  ...['=', '<', '>', '<=', '>=', '<>', '!=', '!<', '!>', '==', '<=>', '~', '~*', '!~', '!~*', '@>', '<@'].map(
    (operator): [string, number] => [operator, strength.comparison],
  ),
  ...['+', '-', '&', '|', '^', '||', '->', '->>', '#>', '#>>', '<<', '>>', '?'].map((operator): [string, number] => [
    operator,
    strength.sum,
  ]),
  ...['*', '/', '%'].map((operator): [string, number] => [operator, strength.product]),
]);

const comparisonWords = new Set([
  'IN',
  'LIKE',
  'ILIKE',
  'BETWEEN',
  'IS',
  'NOT',
  'GLOB',
  'REGEXP',
  'SIMILAR',
  'ISNULL',
  'NOTNULL',
  'MATCH',
  'OVERLAPS',
]);

/** An expression. Where there is none, reports it and gives a `missing` node without moving. */
export function parseExpr(p: Parser): Expr {
  return p.nested(
    () => parseBinary(p, strength.or),
    () => missing(p),
  );
}

/** Operators of changing kinds after one operand; more are not read on, a guard against hostile text. */
const maxLinks = 1000;

function parseBinary(p: Parser, weakest: number): Expr {
  let left = parseUnary(p, weakest);
  // `a + b + c` becomes one operation, so that long chains do not nest deeply.
  let chain: { readonly operator: string; readonly operands: Expr[] } | null = null;
  let links = 0;
  for (;;) {
    const token = p.token;
    if (token.kind !== 'operator' && token.kind !== 'word') return left;
    if (weakest <= strength.comparison && token.kind === 'word' && comparisonWords.has(token.upper)) {
      const compared = parseComparison(p, left);
      if (compared === null) return left;
      left = compared;
      chain = null;
      if (++links > maxLinks) return left;
      continue;
    }
    const binds = token.upper === '=' && p.at('>', 1) ? undefined : binaryOperators.get(token.upper);
    if (binds === undefined || binds < weakest) return left;
    p.next();
    // `= ANY (...)`, `> ALL (SELECT ...)`
    if (binds === strength.comparison && (p.at('ANY') || p.at('ALL') || p.at('SOME')) && p.at('(', 1)) {
      p.next();
      const list = parseParens(p);
      const under = list.kind === 'subquery' ? { ...list, under: 'any' as const } : list;
      left = { kind: 'operation', operator: token.upper, operands: [left, under], first: left.first, last: p.previous };
      chain = null;
      continue;
    }
    const right = p.nested(
      () => parseBinary(p, binds + 1),
      () => missing(p),
    );
    if (chain !== null && chain.operator === token.upper) chain.operands.push(right);
    else {
      chain = { operator: token.upper, operands: [left, right] };
      if (++links > maxLinks) return left;
    }
    left = { kind: 'operation', operator: token.upper, operands: chain.operands, first: left.first, last: right.last };
  }
}

function parseComparison(p: Parser, left: Expr): Expr | null {
  const first = left.first;
  const negated = p.at('NOT');
  if (negated && !['IN', 'LIKE', 'ILIKE', 'BETWEEN', 'NULL', 'GLOB', 'REGEXP', 'SIMILAR'].includes(p.peek(1).upper))
    return null;
  if (negated) p.next();
  const operation = (operator: string, operands: readonly Expr[]): Expr => ({
    kind: 'operation',
    operator,
    operands,
    first,
    last: p.previous,
  });
  const word = p.token.upper;
  switch (word) {
    case 'IN': {
      p.next();
      return parseInList(p, left);
    }
    case 'BETWEEN': {
      p.next();
      p.accept('SYMMETRIC');
      const low = parseBinary(p, strength.sum);
      p.expect('AND');
      const high = parseBinary(p, strength.sum);
      return operation('BETWEEN', [left, low, high]);
    }
    case 'IS': {
      p.next();
      p.accept('NOT');
      if (p.accept('DISTINCT')) {
        p.expect('FROM');
        return operation('IS DISTINCT FROM', [left, parseBinary(p, strength.sum)]);
      }
      if (p.accept('NULL')) return operation('IS NULL', [left]);
      if (p.accept('TRUE') || p.accept('FALSE') || p.accept('UNKNOWN') || p.accept('DOCUMENT') || p.accept('JSON'))
        return operation('IS', [left]);
      if (p.dialect === 'sqlite') return operation('IS', [left, parseBinary(p, strength.sum)]);
      p.faultHere('NULL is expected here.', ['NULL', 'NOT']);
      return operation('IS', [left]);
    }
    case 'NULL':
    case 'ISNULL':
    case 'NOTNULL':
      p.next();
      return operation('IS NULL', [left]);
    case 'MATCH':
      return null;
    case 'OVERLAPS':
      if (p.dialect !== 'postgres') return null;
      p.next();
      return operation('OVERLAPS', [left, parsePrimary(p)]);
    default: {
      p.next();
      if (word === 'SIMILAR') p.accept('TO');
      const pattern = parseBinary(p, strength.sum);
      const operands = [left, pattern];
      if (p.accept('ESCAPE')) operands.push(parseBinary(p, strength.sum));
      return operation('LIKE', operands);
    }
  }
}

function parseInList(p: Parser, operand: Expr): Expr {
  const open = p.accept('(');
  if (open === null) {
    // `position('a' in text)` of PostgreSQL, `x IN table` of SQLite.
    if (p.dialect !== 'tsql' || p.token.kind === 'variable') parsePrimary(p);
    else p.faultHere('A list in brackets is expected after IN.');
    return { kind: 'in', operand, list: [], query: null, first: operand.first, last: p.previous };
  }
  const list: Expr[] = [];
  let query: Query | null = null;
  if (startsQuery(p) || p.atMisspeltSelect()) query = parseInnerQuery(p);
  else if (!p.at(')')) {
    const value = parseExpr(p);
    query = joinedQuery(p, value);
    if (query === null) {
      list.push(value);
      while (p.listGoesOn()) list.push(parseExpr(p));
    }
  } else if (p.dialect === 'tsql') p.faultHere('A value is expected here.');
  return { kind: 'in', operand, list, query, first: operand.first, last: p.close(open) };
}

function parseUnary(p: Parser, weakest: number): Expr {
  const token = p.token;
  if (token.kind === 'word') {
    if (token.upper === 'NOT' && weakest <= strength.not) {
      p.next();
      const operand = p.nested(
        () => parseBinary(p, strength.not),
        () => missing(p),
      );
      return { kind: 'operation', operator: 'NOT', operands: [operand], first: token, last: operand.last };
    }
    if (token.upper === 'PRIOR' || token.upper === 'BINARY') {
      if (p.atName(1)) p.next();
    }
  } else if (
    token.kind === 'operator' &&
    (token.upper === '-' || token.upper === '+' || token.upper === '~' || token.upper === '@')
  ) {
    p.next();
    const operand = p.nested(
      () => parseBinary(p, strength.unary),
      () => missing(p),
    );
    return { kind: 'operation', operator: token.upper, operands: [operand], first: token, last: operand.last };
  }
  return parsePostfix(p, parsePrimary(p));
}

function parsePostfix(p: Parser, inner: Expr): Expr {
  let expr = inner;
  for (;;) {
    const first = expr.first;
    if (p.at('::') && p.dialect === 'tsql' && p.at('(', 2)) {
      // `geography::Point(51, 0, 4326)`: a static method.
      p.next();
      const call = parseCall(p);
      expr = { kind: 'other', parts: [call], first, last: p.previous };
    } else if (p.at('::')) {
      p.next();
      const type = parseType(p);
      expr = { kind: 'cast', how: '::', operand: expr, type, style: null, first, last: p.previous };
    } else if (p.at('COLLATE')) {
      p.next();
      if (p.atName() || p.at('DATABASE_DEFAULT')) p.next();
      while (p.accept('.')) p.next();
      expr = { kind: 'operation', operator: 'COLLATE', operands: [expr], first, last: p.previous };
    } else if (p.atWords('AT', 'TIME', 'ZONE')) {
      p.acceptWords('AT', 'TIME', 'ZONE');
      const zone = parsePostfix(p, parsePrimary(p));
      expr = { kind: 'operation', operator: 'AT TIME ZONE', operands: [expr, zone], first, last: p.previous };
    } else if (p.at('[') && p.dialect === 'postgres') {
      const parts: Expr[] = [expr];
      p.next();
      while (!p.at(']') && p.token.kind !== 'end') {
        if (p.accept(':')) continue;
        const before = p.index;
        parts.push(parseExpr(p));
        if (p.index === before) break;
      }
      p.expect(']');
      expr = { kind: 'other', parts, first, last: p.previous };
    } else if (p.at('.') && (p.peek(1).kind === 'word' || p.at('*', 1)) && expr.kind !== 'missing') {
      // XML and CLR methods: `.value('...', 'int')`, `@x.nodes(...)`; PostgreSQL's `(row).field`.
      p.next();
      const name = p.next();
      const parts: Expr[] = [expr];
      if (p.at('(') && name.kind === 'word') {
        const open = p.next();
        if (!p.at(')'))
          do parts.push(parseExpr(p));
          while (p.listGoesOn());
        p.close(open);
      }
      expr = { kind: 'other', parts, first, last: p.previous };
    } else return expr;
  }
}
