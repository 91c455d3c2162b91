import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../../core/json.ts';

/** The `..._id` fields of an element, which say which element it is. */
function sameElement(a: JsonObject, b: JsonObject): boolean {
  const ids = Object.keys(a).filter((key) => key.endsWith('_id'));
  return ids.length > 0 && ids.some((key) => a[key] === b[key]) && ids.every((key) => !(key in b) || a[key] === b[key]);
}

function mergeList(whole: JsonArray, delta: JsonArray): JsonArray {
  const result = [...whole];
  for (const change of delta) {
    if (!isJsonObject(change)) continue;
    const at = result.findIndex((element) => isJsonObject(element) && sameElement(change, element));
    const found = result[at];
    if (found === undefined) {
      if (change.purge === true) result.push(change);
    } else if (isJsonObject(found)) result[at] = wholeWithRemovals(found, change);
  }
  return result;
}

/**
 * A full payload together with the removals of a delta. A child sent in full says what there is, but not what went:
 * without the removals the DfE would keep elements, blocks and fields that the authority no longer has.
 * @param delta from the last accepted payload to `whole`
 */
export function wholeWithRemovals(whole: JsonObject, delta: JsonObject): JsonObject {
  const result: JsonObject = { ...whole };
  for (const [key, change] of Object.entries(delta)) {
    const here: JsonValue | undefined = whole[key];
    if (here === undefined) {
      const removal =
        change === null ||
        (isJsonObject(change) && change.purge === true) ||
        (Array.isArray(change) && change.every((item) => isJsonObject(item) && item.purge === true));
      if (removal) result[key] = change;
    } else if (Array.isArray(here) && Array.isArray(change)) result[key] = mergeList(here, change);
    else if (isJsonObject(here) && isJsonObject(change)) result[key] = wholeWithRemovals(here, change);
  }
  return result;
}
