import type { FoldingRange } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { skipComment, skipString } from '../../core/payload/jsonScan.ts';
import type { ChildExtent } from '../../core/payload/payloadDocument.ts';
import type { RequestContext } from '../languages/languageService.ts';
import type { ChildCache } from './childCache.ts';

/** Most folding ranges of one file; the same number as editors take by default. */
export const foldingLimit = 5_000;

/** A pair of brackets; offsets relative to the text that was scanned. */
export interface BracketPair {
  readonly open: number;
  readonly close: number;
  /** Pairs around it. */
  readonly depth: number;
}

/** The bracket pairs of a text, inner ones first. Brackets that have no partner are passed over. */
export function bracketPairs(text: string): BracketPair[] {
  const open: { offset: number; closes: number }[] = [];
  const pairs: BracketPair[] = [];
  for (let at = 0; at < text.length; ) {
    const c = text.charCodeAt(at);
    if (c === 34) at = skipString(text, at);
    else if (c === 47) at = Math.max(skipComment(text, at), at + 1);
    else {
      if (c === 123) open.push({ offset: at, closes: 125 });
      else if (c === 91) open.push({ offset: at, closes: 93 });
      else if ((c === 125 || c === 93) && open.at(-1)?.closes === c) {
        const last = open.pop();
        if (last !== undefined) pairs.push({ open: last.offset, close: at, depth: open.length });
      }
      at++;
    }
  }
  return pairs;
}

/**
 * What can be folded: each child and each object and list in it that spans lines. Where that is more than
 * `foldingLimit`, the outermost are kept, so that every child of a big file can still be folded.
 */
export async function foldingRanges(
  document: TextDocument,
  children: readonly ChildExtent[],
  cache: ChildCache<readonly BracketPair[]>,
  context: RequestContext,
): Promise<FoldingRange[]> {
  const byDepth: FoldingRange[][] = [];
  for (const child of children) {
    const pause = context.breathe();
    if (pause !== undefined) await pause;
    if (context.signal.aborted) return [];
    for (const { open, close, depth } of cache.of(child, '', () => bracketPairs(child.text))) {
      const startLine = document.positionAt(child.start + open).line;
      const endLine = document.positionAt(child.start + close).line - 1;
      if (endLine <= startLine) continue;
      const level = byDepth[depth];
      if (level === undefined) byDepth[depth] = [{ startLine, endLine }];
      else level.push({ startLine, endLine });
    }
  }
  const ranges: FoldingRange[] = [];
  for (const level of byDepth) {
    if (level === undefined) continue;
    ranges.push(...level.slice(0, foldingLimit - ranges.length));
    if (ranges.length >= foldingLimit) break;
  }
  return ranges.sort((a, b) => a.startLine - b.startLine);
}
