import { codeset } from '../../payload/codesets.ts';
import type { TextRange } from '../../problems.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { keyOf, type Token } from '../token.ts';
import { scopeAt, tokenIndexBefore } from './places.ts';

/** The codes that a comparison at the offset can be with. */
export interface CodeChoice {
  readonly codes: readonly { readonly code: string; readonly label: string }[];
  /** Whether the offset is inside the quotes of a text. */
  readonly inText: boolean;
  /** What a chosen code replaces. */
  readonly range: TextRange;
}

/** Codes of the column to the left of `=`, `<>`, `LIKE` or `IN (` at the offset; null when there is no such column. */
export function codesAt(model: SqlModel, offset: number): CodeChoice | null {
  const { tokens, text } = model;
  let index = tokenIndexBefore(tokens, offset);
  const at = tokens[index];
  if (at === undefined) return null;
  let inText = false;
  let range: TextRange = { start: offset, end: offset };
  if (at.kind === 'string' && at.start < offset && (offset < at.end || at.fault !== null)) {
    inText = true;
    const quote = text.indexOf("'", at.start) + 1;
    // An unclosed text would run on to the end of the file, so only its first word is replaced.
    const end =
      at.fault === null
        ? at.end - 1
        : Math.max(offset, quote + (/^\w*/.exec(text.slice(quote, at.end))?.[0].length ?? 0));
    range = { start: quote, end };
    index--;
  } else if (at.end >= offset && at.kind === 'word') {
    range = { start: at.start, end: at.end };
    index--;
  }
  const column = comparedColumn(tokens, index);
  if (column === null) return null;
  const source = sourceOf(model, column, offset);
  if (source === null) return null;
  try {
    const set = codeset(source);
    return { codes: Object.entries(set.codes).map(([code, label]) => ({ code, label })), inText, range };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The column token before the operator that ends at the index. */
function comparedColumn(tokens: readonly Token[], from: number): Token | null {
  let index = from;
  // Back over earlier values of an IN list.
  if (tokens[index]?.upper === ',') {
    while (index > 0 && (tokens[index]?.upper === ',' || tokens[index]?.kind === 'string')) index--;
  }
  if (tokens[index]?.upper === '(' && tokens[index - 1]?.upper === 'IN') {
    index -= 2;
    if (tokens[index]?.upper === 'NOT') index--;
  } else if (['=', '<>', '!=', 'LIKE'].includes(tokens[index]?.upper ?? '')) index--;
  else return null;
  const column = tokens[index];
  if (column?.upper === ')') {
    // `UPPER(LTRIM(RTRIM(p.pers_sex))) = |`: the innermost name.
    while (index > 0 && tokens[index]?.upper === ')') index--;
    return tokens[index] ?? null;
  }
  return column?.kind === 'word' || column?.kind === 'quotedName' ? column : null;
}

function sourceOf(model: SqlModel, column: Token, offset: number): string | null {
  const reference = model.analysis.ctx.references.find(
    (candidate) => candidate.token === column && candidate.kind === 'column',
  );
  if (reference?.column != null) return reference.column.value.source?.codeset ?? null;
  const found = scopeAt(model, offset)?.columnNamed(keyOf(column));
  return found?.found === 'one' ? (found.column.value.source?.codeset ?? null) : null;
}
