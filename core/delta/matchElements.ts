import type { JsonObject } from '../json.ts';
import { ownValue } from './ownValue.ts';

/** The elements of two lists that share an id. Usually one on each side; more where an id occurs twice. */
export interface ElementPair {
  /** Tells the id from others; null where elements have none. */
  readonly key: string | null;
  readonly previous: readonly JsonObject[];
  readonly current: readonly JsonObject[];
}

function keyOf(element: JsonObject, idField: string): string | null {
  const id = ownValue(element, idField);
  if (typeof id === 'string') return id;
  // Marked, so that the number 1 and the text "1" stay apart.
  return id === undefined || id === null ? null : `\u0000${JSON.stringify(id)}`;
}

/** Pairs elements by id: those of `current` in their order, then those that went in the order of `previous`. */
export function matchElements(
  previous: readonly JsonObject[],
  current: readonly JsonObject[],
  idField: string,
): ElementPair[] {
  const pairs = new Map<string | null, { key: string | null; previous: JsonObject[]; current: JsonObject[] }>();
  const pairOf = (element: JsonObject) => {
    const key = keyOf(element, idField);
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { key, previous: [], current: [] };
      pairs.set(key, pair);
    }
    return pair;
  };
  for (const element of current) pairOf(element).current.push(element);
  for (const element of previous) pairOf(element).previous.push(element);
  return [...pairs.values()];
}
