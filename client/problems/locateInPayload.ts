import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

/** A text range in UTF-16 code units; `end` is exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Where in a payload's text one child, or a value inside it, stands. A path that the child does not have gives the
 * nearest value above it, and at last the child's id.
 * @param path keys and indexes inside the child
 * @returns null when the text holds no such child
 */
export function locateInPayload(text: string, personId: string, path: readonly (string | number)[]): Place | null {
  const child = findChild(text, personId);
  if (!child) return null;
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(child, path.slice(0, length));
    if (node) return placeOf(node);
  }
  return placeOf(idOf(child) ?? child);
}

/** The whole text of one child; null when the text holds no such child. */
export function locateChild(text: string, personId: string): Place | null {
  const child = findChild(text, personId);
  return child ? { start: child.offset, end: child.offset + child.length } : null;
}

function findChild(text: string, personId: string): Node | undefined {
  const root = parseTree(text);
  return root && childrenOf(root).find((candidate) => idOf(candidate)?.value === personId);
}

/** The children of the accepted forms: an array, one child, or an object with `Children`. */
function childrenOf(root: Node): readonly Node[] {
  if (root.type === 'array') return root.children ?? [];
  const wrapped = findNodeAtLocation(root, ['Children']);
  return wrapped?.type === 'array' ? (wrapped.children ?? []) : [root];
}

function idOf(child: Node): Node | undefined {
  return child.type === 'object' ? findNodeAtLocation(child, ['la_child_id']) : undefined;
}

/** A long object or array is marked by its opening bracket, so that the editor does not underline pages. */
function placeOf(node: Node): Place {
  const compound = node.type === 'object' || node.type === 'array';
  return { start: node.offset, end: compound ? node.offset + 1 : node.offset + node.length };
}
