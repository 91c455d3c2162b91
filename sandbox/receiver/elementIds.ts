import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { loadSpec, type SpecVersion } from '../../core/payload/spec.ts';

/** How the parts of a payload object are told apart: the id of a list's elements, and the same for what is nested. */
export interface Shape {
  readonly fields: ReadonlyMap<string, FieldShape>;
}

/**
 * - `block`: an object without an id of its own
 * - `elements`: a list whose elements have an id
 * - `value`: anything else, a list without ids too; it is only ever replaced as a whole
 */
export type FieldShape =
  | { readonly kind: 'block'; readonly shape: Shape }
  | { readonly kind: 'elements'; readonly idField: string; readonly shape: Shape }
  | { readonly kind: 'value' };

function shapeOf(schema: JsonObject): Shape {
  const fields = new Map<string, FieldShape>();
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  for (const [name, field] of Object.entries(properties)) fields.set(name, fieldShape(field));
  return { fields };
}

function fieldShape(schema: JsonValue): FieldShape {
  if (!isJsonObject(schema)) return { kind: 'value' };
  if (schema.type === 'object') return { kind: 'block', shape: shapeOf(schema) };
  if (schema.type !== 'array' || !isJsonObject(schema.items)) return { kind: 'value' };
  const idField = schema.items['x-id'];
  return typeof idField === 'string' ? { kind: 'elements', idField, shape: shapeOf(schema.items) } : { kind: 'value' };
}

const known = new Map<SpecVersion, Shape>();

/** The shape of a child in a spec version. */
export function childShape(version: SpecVersion): Shape {
  const found = known.get(version);
  if (found !== undefined) return found;
  const child = loadSpec(version).items;
  const shape = shapeOf(isJsonObject(child) ? child : {});
  known.set(version, shape);
  return shape;
}
