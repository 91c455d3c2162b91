/** Up to this many elements are compared pair by pair, which needs no table. Nearly every list of a child is that short. */
const fewElements = 8;

/**
 * Elements whose key came before in the list, each with the first that had it, in order. Elements without a key take no
 * part.
 */
export function findRepeats<T>(
  items: readonly T[],
  keyOf: (item: T) => string | number | undefined,
): readonly (readonly [T, T])[] {
  if (items.length < 2) return [];
  return items.length <= fewElements ? amongFew(items, keyOf) : amongMany(items, keyOf);
}

function amongFew<T>(items: readonly T[], keyOf: (item: T) => string | number | undefined): (readonly [T, T])[] {
  const found: (readonly [T, T])[] = [];
  const keys = items.map(keyOf);
  for (let index = 1; index < items.length; index++) {
    const key = keys[index];
    const first = key === undefined ? index : keys.indexOf(key);
    const [item, before] = [items[index], items[first]];
    if (first < index && item !== undefined && before !== undefined) found.push([item, before]);
  }
  return found;
}

function amongMany<T>(items: readonly T[], keyOf: (item: T) => string | number | undefined): (readonly [T, T])[] {
  const found: (readonly [T, T])[] = [];
  const seen = new Map<string | number, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, item);
    else found.push([item, first]);
  }
  return found;
}
