import type { Token } from '../token.ts';

/** An open bracket on the way through a statement. */
interface Frame {
  readonly bracket: Token;
  /** Lines inside start further to the right than this column. */
  readonly limit: number;
  /** Whether it holds the arguments of a function that takes values, no conditions. */
  readonly isCall: boolean;
  readonly maxArguments: number;
  commas: number;
  cases: number;
}

/**
 * Which bracket is most likely the one that is not closed. A bracket inside takes the partner of the one outside, so
 * the one that is left over at the end is seldom the one at fault. Three things tell: a function with more arguments
 * than it takes, a condition among a function's arguments, and layout: a line that starts left of an open bracket is
 * outside it.
 * @param open the bracket that was left over
 * @param end index of the token at which it was found to be open
 */
export function likelyUnclosed(tokens: readonly Token[], open: Token, end: number): Token {
  const start = tokens.indexOf(open);
  const stack: Frame[] = [];
  let indent = open.column;
  for (let index = start; index >= 0; index--) {
    const token = tokens[index];
    if (token?.firstOnLine) {
      indent = token.column;
      break;
    }
  }
  for (let index = start; index >= 0 && index < end; index++) {
    const token = tokens[index];
    const top = stack.at(-1);
    if (token === undefined) break;
    if (token.firstOnLine) {
      indent = token.column;
      if (top !== undefined && stack.length > 1 && token.upper !== ')' && token.column <= top.limit) return top.bracket;
    }
    if (top !== undefined && isForeign(top, token)) return top.bracket;
    if (token.kind === 'operator' && token.upper === '(') stack.push(frameOf(tokens, index, indent));
    else if (token.kind === 'operator' && token.upper === ')') stack.pop();
  }
  return open;
}

const conditions = new Set([
  'AND',
  'OR',
  'LIKE',
  'BETWEEN',
  'IS',
  'WHEN',
  'THEN',
  '=',
  '<>',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
]);

/** Whether the token cannot belong to the arguments in the bracket. Counts commas and CASE on the way. */
function isForeign(frame: Frame, token: Token): boolean {
  if (token.kind === 'word' && token.upper === 'CASE') frame.cases++;
  if (frame.cases > 0) {
    if (token.kind === 'word' && token.upper === 'END') frame.cases--;
    return false;
  }
  if (token.kind === 'operator' && token.upper === ',') frame.commas++;
  if (!frame.isCall || token.kind === 'string' || token.kind === 'quotedName') return false;
  return frame.commas >= frame.maxArguments || conditions.has(token.upper);
}

const argumentCounts: Readonly<Record<string, number>> = {
  ABS: 1,
  AVG: 1,
  COUNT: 1,
  DAY: 1,
  ISNULL: 2,
  LEFT: 2,
  LEN: 1,
  LOWER: 1,
  LTRIM: 1,
  MAX: 1,
  MIN: 1,
  MONTH: 1,
  NULLIF: 2,
  REPLACE: 3,
  RIGHT: 2,
  RTRIM: 1,
  SUBSTRING: 3,
  SUM: 1,
  TRIM: 1,
  UPPER: 1,
  YEAR: 1,
};

/** Words before a bracket that make it something else than a function's. */
const noCalls = new Set(
  'IN EXISTS AND OR NOT ON WHERE HAVING VALUES OVER AS FROM JOIN APPLY THEN WHEN ELSE SELECT ANY ALL SOME TOP WITH KEY INCLUDE CHECK IIF BY FILTER GROUP USING INTO UNION EXCEPT INTERSECT DISTINCT CASE SETS ROLLUP CUBE OPTION TABLE CAST TRY_CAST PARSE TRY_PARSE IF'.split(
    ' ',
  ),
);

function frameOf(tokens: readonly Token[], index: number, indent: number): Frame {
  const bracket = tokens[index];
  if (bracket === undefined) throw new RangeError('There is no token at that index.');
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  const isQuery = after?.upper === 'SELECT' || after?.upper === 'WITH';
  const isCall = before?.kind === 'word' && !noCalls.has(before.upper) && !isQuery;
  const maxArguments = isCall ? (argumentCounts[before.upper] ?? Infinity) : Infinity;
  return {
    bracket,
    limit: after?.firstOnLine === true ? indent : bracket.column,
    isCall,
    maxArguments,
    commas: 0,
    cases: 0,
  };
}
