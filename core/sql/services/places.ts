import type { Reference } from '../analysis/context.ts';
import type { Scope } from '../analysis/scope.ts';
import { statementWords } from '../grammar/keywords.ts';
import type { SqlModel } from '../sqlDocument.ts';
import type { Token } from '../token.ts';

/** Index of the last token that starts before the offset; -1 when there is none. */
export function tokenIndexBefore(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  const found = low - 1;
  return tokens[found]?.kind === 'end' ? found - 1 : found;
}

/** The token at the offset, its end included; undefined between tokens. */
export function tokenAt(tokens: readonly Token[], offset: number): Token | undefined {
  const index = tokenIndexBefore(tokens, offset + 1);
  const found = tokens[index];
  if (found !== undefined && offset < found.end) return found;
  // Right behind a name counts as on it, unless another token starts there.
  const before = found !== undefined && offset === found.end ? found : tokens[index - 1];
  return before !== undefined && before.end === offset && before.kind !== 'operator' ? before : undefined;
}

/** What the name at the offset stands for; undefined where there is no name. */
export function referenceAt(model: SqlModel, offset: number): Reference | undefined {
  const token = tokenAt(model.tokens, offset);
  if (token === undefined) return undefined;
  const found = model.analysis.ctx.references.filter((reference) => reference.token === token);
  // An alias is recorded with the table as well; what says more comes last.
  return (
    found.find((reference) => reference.column !== null) ??
    found.find((reference) => reference.relation !== null) ??
    found[0]
  );
}

/** Whether the offset is inside a comment, such that SQL completion would be wrong. */
export function commentAt(model: SqlModel, offset: number) {
  return model.comments.find(
    (comment) =>
      offset > comment.start && (comment.text.startsWith('--') ? offset <= comment.end : offset < comment.end),
  );
}

/**
 * The names that can be used at the offset: those of the innermost query around it. A query that is not finished
 * goes on until something ends it.
 */
export function scopeAt(model: SqlModel, offset: number): Scope | null {
  const ranges = [...model.analysis.ctx.scopes].sort((a, b) => b.first.start - a.first.start);
  for (const { first, last, scope } of ranges) {
    if (first.start >= offset) continue;
    if (offset <= last.end || goesOn(model.tokens, last, offset)) return scope;
  }
  return null;
}

function goesOn(tokens: readonly Token[], last: Token, offset: number): boolean {
  let depth = 0;
  for (let index = tokenIndexBefore(tokens, last.end) + 1; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined || token.start >= offset || token.kind === 'end') return true;
    if (token.kind === 'go' || token.upper === ';') return false;
    if (token.kind === 'word' && token.firstOnLine && statementWords.has(token.upper) && token.end < offset)
      return false;
    if (token.upper === '(') depth++;
    if (token.upper === ')' && depth-- === 0) return false;
  }
  return true;
}
