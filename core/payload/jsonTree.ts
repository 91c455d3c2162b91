import { type Node, parseTree } from 'jsonc-parser';

/** Nesting beyond any payload, at which the recursive parser could exhaust the stack. */
const maxDepth = 200;

/** Whether text nests too deep for a tree; brackets in strings count too, which is good enough for a guard. */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 91 || c === 123) {
      depth++;
      if (depth > maxDepth) return true;
    } else if (c === 93 || c === 125) depth--;
  }
  return false;
}

/**
 * The syntax tree of JSON text that may be unfinished, with comments and trailing commas allowed. Undefined for text
 * without a value and for text that nests too deep to be a payload.
 */
export function jsonTree(text: string): Node | undefined {
  return nestsTooDeep(text) ? undefined : parseTree(text, [], { allowTrailingComma: true, disallowComments: false });
}

/** The value node of an object's member; the last one where a key comes twice, as for JSON.parse. */
export function memberOf(node: Node, key: string): Node | undefined {
  if (node.type !== 'object') return undefined;
  return node.children?.findLast((property) => property.children?.[0]?.value === key)?.children?.[1];
}
