import type { FoldingRange } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { skipComment, skipString } from '../../core/payload/jsonScan.ts';
import type { ChildExtent } from '../../core/payload/payloadDocument.ts';
import type { RequestContext } from '../languages/languageService.ts';
import type { ChildCache } from './childCache.ts';

/** Most folding ranges of one file; the same number as editors take by default. */
const foldingLimit = 5_000;

/** What can be folded in a child: for each depth the first and the last line of each object and list, counted from the child's. */
export type FoldsByDepth = readonly (readonly (readonly [start: number, end: number])[])[];

/** The folds of a text that spans lines. Brackets that have no partner are passed over. */
export function foldsOf(text: string): FoldsByDepth {
  const open: { readonly line: number; readonly closes: number }[] = [];
  const folds: [number, number][][] = [];
  let line = 0;
  for (let at = 0; at < text.length; ) {
    const c = text.charCodeAt(at);
    if (c === 34) at = skipString(text, at);
    else if (c === 47) {
      const end = Math.max(skipComment(text, at), at + 1);
      for (let inside = at; inside < end; inside++) if (text.charCodeAt(inside) === 10) line++;
      at = end;
    } else {
      if (c === 10 || (c === 13 && text.charCodeAt(at + 1) !== 10)) line++;
      else if (c === 123) open.push({ line, closes: 125 });
      else if (c === 91) open.push({ line, closes: 93 });
      else if ((c === 125 || c === 93) && open.at(-1)?.closes === c) {
        const start = open.pop()?.line ?? line;
        // The line with the closing bracket stays in view.
        if (line - 1 > start) {
          const level = folds[open.length];
          if (level === undefined) folds[open.length] = [[start, line - 1]];
          else level.push([start, line - 1]);
        }
      }
      at++;
    }
  }
  return Array.from(folds, (level) => level ?? []);
}

/**
 * What can be folded: each child and each object and list in it that spans lines. Where that is more than
 * `foldingLimit`, the outermost are kept, so that every child of a big file can still be folded.
 */
export async function foldingRanges(
  document: TextDocument,
  children: readonly ChildExtent[],
  cache: ChildCache<FoldsByDepth>,
  context: RequestContext,
): Promise<FoldingRange[]> {
  const found: { readonly line: number; readonly folds: FoldsByDepth }[] = [];
  let deepest = 0;
  for (const child of children) {
    const pause = context.breathe();
    if (pause !== undefined) await pause;
    if (context.signal.aborted) return [];
    const folds = cache.of(child, '', () => foldsOf(child.text));
    found.push({ line: document.positionAt(child.start).line, folds });
    deepest = Math.max(deepest, folds.length);
  }
  const ranges: FoldingRange[] = [];
  for (let depth = 0; depth < deepest && ranges.length < foldingLimit; depth++) {
    for (const { line, folds } of found) {
      for (const [start, end] of folds[depth] ?? []) ranges.push({ startLine: line + start, endLine: line + end });
      if (ranges.length >= foldingLimit) break;
    }
  }
  return ranges.slice(0, foldingLimit).sort((a, b) => a.startLine - b.startLine);
}
