import { findNodeAtLocation, getLocation, type Node } from 'jsonc-parser';
import type { JsonPath, TextRange } from '../problems.ts';
import { jsonTree, nestsTooDeep } from './jsonTree.ts';

/** What stands at an offset of JSON text that may be unfinished. Offsets are in UTF-16 code units of that text. */
export interface TextPlace {
  /** Path of the property or element at the offset. For a property name that is being typed its last step is that name. */
  readonly path: JsonPath;
  /** Whether the offset is at a property name or at a value. */
  readonly role: 'key' | 'value';
  /** The name or scalar under the offset, quotes included; empty at the offset when there is none. */
  readonly token: TextRange;
  /** Value of the scalar or name under the offset. */
  readonly tokenValue: string | number | boolean | null | undefined;
  /** Kind of the object or list that holds the place. */
  readonly container: 'object' | 'array' | 'root';
  /** Names that the holding object already has, without the one under the offset. */
  readonly keys: readonly string[];
}

function rangeOf(node: Node): TextRange {
  return { start: node.offset, end: node.offset + node.length };
}

function keysOf(container: Node | undefined, offset: number): string[] {
  if (container?.type !== 'object') return [];
  const keys: string[] = [];
  for (const property of container.children ?? []) {
    const key = property.children?.[0];
    const under = key !== undefined && offset >= key.offset && offset <= key.offset + key.length;
    if (key !== undefined && !under && typeof key.value === 'string') keys.push(key.value);
  }
  return keys;
}

/**
 * What stands at an offset. The text should be one child, or a whole file where it is small: the cost grows with its
 * length. Undefined for text that nests too deep.
 */
export function placeAt(text: string, offset: number): TextPlace | undefined {
  if (nestsTooDeep(text)) return undefined;
  const tree = jsonTree(text);
  const location = getLocation(text, offset);
  const path = location.path.map((step) => step);
  const previous = location.previousNode;
  const under = previous !== undefined && offset >= previous.offset && offset <= previous.offset + previous.length;
  const container = tree === undefined ? undefined : findNodeAtLocation(tree, path.slice(0, -1));
  const kind = container?.type === 'object' || container?.type === 'array' ? container.type : 'root';
  return {
    path,
    role: location.isAtPropertyKey ? 'key' : 'value',
    token: under ? rangeOf(previous) : { start: offset, end: offset },
    tokenValue: under ? (previous.value as TextPlace['tokenValue']) : undefined,
    container: path.length === 0 ? 'root' : kind,
    keys: keysOf(container, offset),
  };
}

/** Ranges of a place in text that may be unfinished: its value and, for a property, its name. */
export function rangesOfPath(
  text: string,
  path: JsonPath,
): { value: TextRange; key: TextRange | undefined } | undefined {
  const tree = jsonTree(text);
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
  if (node === undefined) return undefined;
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  return { value: rangeOf(node), key: key === undefined ? undefined : rangeOf(key) };
}
