import { findNodeAtOffset, type Node } from 'jsonc-parser';
import type { SelectionRange } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { jsonTree } from '../../core/payload/jsonTree.ts';
import type { TextRange } from '../../core/problems.ts';
import type { ChildText } from './nearbyChild.ts';

/** The ranges around an offset in a child, innermost first: text inside quotes, value, member, object, ... child. */
function rangesInChild(text: string, offset: number): TextRange[] {
  const tree = jsonTree(text);
  let node: Node | undefined = tree === undefined ? undefined : findNodeAtOffset(tree, offset, true);
  const ranges: TextRange[] = [];
  const add = (start: number, end: number) => {
    const last = ranges.at(-1);
    if (last === undefined || start < last.start || end > last.end) ranges.push({ start, end });
  };
  if (node?.type === 'string') {
    const [start, end] = [node.offset + 1, node.offset + node.length - 1];
    if (offset >= start && offset <= end) add(start, end);
  }
  for (; node !== undefined; node = node.parent) {
    if ((node.type === 'object' || node.type === 'array') && node.length > 2) {
      const [start, end] = [node.offset + 1, node.offset + node.length - 1];
      if (offset >= start && offset <= end) add(start, end);
    }
    add(node.offset, node.offset + node.length);
  }
  return ranges;
}

/** The chain of selections for one position, from the innermost to the whole document. */
export function selectionRange(document: TextDocument, child: ChildText | undefined, offset: number): SelectionRange {
  const text = document.getText();
  const ranges: TextRange[] = [];
  if (child !== undefined) {
    for (const range of rangesInChild(child.text, offset - child.start)) {
      ranges.push({ start: child.start + range.start, end: child.start + range.end });
    }
    const last = ranges.at(-1);
    if (last === undefined || last.start > child.start || last.end < child.end) {
      ranges.push({ start: child.start, end: child.end });
    }
  }
  let chain: SelectionRange = { range: { start: document.positionAt(0), end: document.positionAt(text.length) } };
  for (const { start, end } of ranges.reverse()) {
    chain = { range: { start: document.positionAt(start), end: document.positionAt(end) }, parent: chain };
  }
  return chain;
}
