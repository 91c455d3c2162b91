import spec08 from '../../schemas/payload/0.8.json' with { type: 'json' };
import spec09 from '../../schemas/payload/0.9.json' with { type: 'json' };
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Spec versions that have a data file under schemas/payload. The first is the default. */
export const specVersions = ['0.9', '0.8'] as const;
export type SpecVersion = (typeof specVersions)[number];
export const defaultSpecVersion: SpecVersion = '0.9';

const sources: Readonly<Record<SpecVersion, JsonValue>> = { '0.9': spec09 as JsonValue, '0.8': spec08 as JsonValue };

/** RFC 7396 merge patch that also merges into array item schemas, which are objects. */
function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key] ?? null, value);
  }
  return result;
}

/**
 * The JSON Schema of a spec version with its annotation keywords (`x-item`, `x-codeset`, `x-source`, `x-id`, ...),
 * as the data file gives it. A version that says `x-extends` is the other version with its `x-patch` applied.
 */
export function loadSpec(version: SpecVersion): JsonObject {
  const source = sources[version];
  if (!isJsonObject(source)) throw new TypeError(`schemas/payload/${version}.json is not an object`);
  const base = source['x-extends'];
  if (base === undefined) return source;
  const known = specVersions.find((v) => v === base);
  if (known === undefined) throw new TypeError(`schemas/payload/${version}.json extends an unknown version`);
  const merged = mergePatch(loadSpec(known), source['x-patch'] ?? null);
  if (!isJsonObject(merged)) throw new TypeError(`schemas/payload/${version}.json does not give an object`);
  return merged;
}
