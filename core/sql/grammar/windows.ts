import { nearest } from '../nearest.ts';
import type { Expr, OrderItem, WindowSpec } from './ast.ts';
import { parseExpr } from './expressions.ts';
import { clauseWords, reservedWords } from './keywords.ts';
import type { Parser } from './parser.ts';

/** `ORDER BY` items, without the words ORDER BY. */
export function parseOrderItems(p: Parser): OrderItem[] {
  const items: OrderItem[] = [];
  do {
    const first = p.token;
    const expr = parseExpr(p);
    if (p.accept('ASC') === null && p.accept('DESC') === null) reportMisspeltDirection(p);
    if (p.accept('NULLS')) p.next();
    items.push({ expr, first, last: p.previous });
  } while (!frameWords.has(p.token.upper) && p.listGoesOn());
  return items;
}

function reportMisspeltDirection(p: Parser): void {
  const token = p.token;
  if (token.kind !== 'word' || reservedWords.has(token.upper) || nearest(token.upper, ['DESC', 'ASC']) === undefined)
    return;
  p.faultHere('ASC or DESC is expected here.', ['DESC', 'ASC']);
  p.next();
}

/** `OVER (...)` or `OVER name`, when it stands here. */
export function parseOver(p: Parser): WindowSpec | null {
  const first = p.accept('OVER');
  if (first === null) return null;
  const open = p.accept('(');
  if (open === null) {
    if (p.atName()) p.next();
    else p.faultHere('An opening bracket is expected after OVER.');
    return { partitionBy: [], orderBy: [], first, last: p.previous };
  }
  const { partitionBy, orderBy } = parseWindow(p);
  return { partitionBy, orderBy, first, last: p.close(open) };
}

/** What stands inside the parentheses of OVER or of a WINDOW definition. */
export function parseWindow(p: Parser): { partitionBy: Expr[]; orderBy: OrderItem[] } {
  const partitionBy: Expr[] = [];
  let orderBy: OrderItem[] = [];
  if (
    p.atName() &&
    !p.at('PARTITION') &&
    !clauseWords.has(p.token.upper) &&
    !frameWords.has(p.token.upper) &&
    (p.at(')', 1) || p.at('PARTITION', 1) || p.at('ORDER', 1) || p.atAny(frameWords, 1))
  )
    p.next();
  if (p.accept('PARTITION')) {
    p.expect('BY');
    do partitionBy.push(parseExpr(p));
    while (p.listGoesOn());
  }
  if (p.accept('ORDER')) {
    p.expect('BY');
    orderBy = parseOrderItems(p);
  }
  if (frameWords.has(p.token.upper)) {
    while (
      p.token.kind !== 'end' &&
      (frameTail.has(p.token.upper) || p.token.kind === 'number' || p.token.kind === 'variable')
    )
      p.next();
  }
  return { partitionBy, orderBy };
}

const frameWords = new Set(['ROWS', 'RANGE', 'GROUPS']);
const frameTail = new Set(
  'ROWS RANGE GROUPS BETWEEN UNBOUNDED PRECEDING FOLLOWING CURRENT ROW AND INTERVAL EXCLUDE NO OTHERS TIES GROUP'.split(
    ' ',
  ),
);
