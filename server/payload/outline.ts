import type { DocumentSymbol } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ChildExtent } from '../../core/payload/payloadDocument.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';
import type { RequestContext } from '../languages/languageService.ts';
import type { ChildCache } from './childCache.ts';
import { childOutline, type OutlineItem, toSymbol } from './symbols.ts';

/** Most lines of one outline. Editors draw no more, and the answer for a big file stays small. */
const outlineLimit = 10_000;

/** Lines in the outline of a child down to `depth` levels below it. */
function size(item: OutlineItem, depth: number): number {
  return depth === 0 ? 1 : item.children.reduce((sum, child) => sum + size(child, depth - 1), 1);
}

/**
 * The outline of a payload: children, their blocks and episodes, what the episodes hold. When that is more than
 * `outlineLimit` lines, the deepest level is left out for all children alike.
 */
export async function outline(
  document: TextDocument,
  children: readonly ChildExtent[],
  version: SpecVersion,
  cache: ChildCache<OutlineItem | undefined>,
  context: RequestContext,
): Promise<DocumentSymbol[]> {
  const items: { child: ChildExtent; item: OutlineItem }[] = [];
  const sizes = [0, 0, 0];
  for (const child of children) {
    const pause = context.breathe();
    if (pause !== undefined) await pause;
    if (context.signal.aborted) return [];
    const variant = `${version} ${child.index}`;
    const item = cache.of(child, variant, () => childOutline(child.text, child.index, version));
    if (item === undefined) continue;
    items.push({ child, item });
    for (const depth of sizes.keys()) sizes[depth] = (sizes[depth] ?? 0) + size(item, depth);
  }
  const deepest = sizes.findLastIndex((lines) => lines <= outlineLimit);
  const symbols: DocumentSymbol[] = [];
  for (const { child, item } of items.slice(0, outlineLimit)) {
    symbols.push(toSymbol(document, child, item, Math.max(deepest, 0)));
    const pause = context.breathe();
    if (pause !== undefined) await pause;
    if (context.signal.aborted) return [];
  }
  return symbols;
}
