import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { canonicalChild } from './canonical.ts';
import { defaultSpecVersion, loadSpec, type SpecVersion } from './spec.ts';

function childSchema(schema: JsonValue | undefined, key: string): JsonValue | undefined {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return undefined;
  return schema.properties[key];
}

function ordered(value: JsonValue, schema: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) {
    const items = isJsonObject(schema) ? schema.items : undefined;
    return value.map((element) => ordered(element, items));
  }
  if (!isJsonObject(value)) return value;
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
  const known = properties.filter((key) => Object.hasOwn(value, key));
  const unknown = Object.keys(value).filter((key) => !properties.includes(key));
  const result: JsonObject = {};
  for (const key of [...known, ...unknown]) result[key] = ordered(value[key] ?? null, childSchema(schema, key));
  return result;
}

/**
 * A child in canonical form with its properties in the order of the spec, ids first: for people who read it. Two
 * states of a child in this form differ only where they say something else.
 */
export function inReadingOrder(child: JsonObject, version: SpecVersion = defaultSpecVersion): JsonObject {
  const result = ordered(canonicalChild(child), loadSpec(version).items);
  if (!isJsonObject(result)) throw new TypeError('A child stays an object');
  return result;
}
