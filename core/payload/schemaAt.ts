import { isJsonObject, type JsonObject } from '../json.ts';
import type { JsonPath } from '../problems.ts';
import { loadSpec, type SpecVersion } from './spec.ts';

/** What the schema says about one place of a child. */
export interface SchemaPlace {
  /** The schema node with its annotations (`x-item`, `x-codeset`, `x-source`, `x-label`, ...). */
  readonly schema: JsonObject;
  /** The object schema that has this property; undefined for the child itself and for list elements. */
  readonly owner: JsonObject | undefined;
  /** Whether its owner requires it. */
  readonly required: boolean;
}

/**
 * The schema node of a place. `path` is relative to the child: `['child_details', 'sex']`,
 * `['social_care_episodes', 0, 'adoption']`; the empty path is the child. Undefined where the schema has nothing.
 */
export function schemaAt(version: SpecVersion, path: JsonPath): SchemaPlace | undefined {
  const child = loadSpec(version).items;
  if (!isJsonObject(child)) throw new TypeError(`The payload schema ${version} has no items`);
  let place: SchemaPlace = { schema: child, owner: undefined, required: true };
  for (const step of path) {
    const schema = place.schema;
    if (typeof step === 'number') {
      if (!isJsonObject(schema.items)) return undefined;
      place = { schema: schema.items, owner: undefined, required: false };
    } else {
      const properties = schema.properties;
      if (!isJsonObject(properties) || !Object.hasOwn(properties, step)) return undefined;
      const next = properties[step];
      if (!isJsonObject(next)) return undefined;
      const required = Array.isArray(schema.required) && schema.required.includes(step);
      place = { schema: next, owner: schema, required };
    }
  }
  return place;
}

/** The properties that the schema has for an object, in its order: name and schema. Empty for anything else. */
export function propertiesOf(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  const properties = schema.properties;
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, value]) => (isJsonObject(value) ? [[name, value] as const] : []));
}
