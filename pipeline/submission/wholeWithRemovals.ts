import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../../core/json.ts';
import { sections } from '../../core/payload/sections.ts';
import { specVersions } from '../../core/payload/spec.ts';

let idFields: ReadonlySet<string> | undefined;

/** Fields that identify list elements, over all spec versions. `worker_id` is none: it repeats. */
function elementIdFields(): ReadonlySet<string> {
  idFields ??= new Set(specVersions.flatMap((version) => sections(version).flatMap(({ idField }) => idField ?? [])));
  return idFields;
}

function sameElement(a: JsonObject, b: JsonObject): boolean {
  for (const field of elementIdFields()) {
    if (Object.hasOwn(a, field) && Object.hasOwn(b, field)) return a[field] === b[field];
  }
  return false;
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
