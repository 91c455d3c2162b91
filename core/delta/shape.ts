import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { loadSpec, type SpecVersion } from '../payload/spec.ts';

/**
 * How one property of a payload is compared and sent.
 * - `field`: a single value, also one that the schema does not know
 * - `codes`: a set of codes; order means nothing
 * - `list`: objects without an id of their own (SDQ assessments, care workers), sent whole; order means nothing.
 *   `keyField` tells them apart in words.
 * - `block`: a single object without an id (child details, adoption, ...)
 * - `elements`: objects with an id, matched by it
 */
export type Shape =
  | { readonly kind: 'field' | 'codes' }
  | { readonly kind: 'list'; readonly label: string; readonly keyField: string | null; readonly block: BlockShape }
  | { readonly kind: 'block'; readonly label: string; readonly block: BlockShape }
  | ElementsShape;

export interface ElementsShape {
  readonly kind: 'elements';
  readonly label: string;
  readonly idField: string;
  readonly block: BlockShape;
}

export interface BlockShape {
  readonly members: ReadonlyMap<string, Shape>;
}

/** Any value that the schema does not describe. */
export const plainField: Shape = { kind: 'field' };

const shapes = new Map<SpecVersion, BlockShape>();

/** The shape of a child, derived from the schema of a spec version. */
export function childShape(spec: SpecVersion): BlockShape {
  const known = shapes.get(spec);
  if (known !== undefined) return known;
  const shape = blockShape(loadSpec(spec).items);
  shapes.set(spec, shape);
  return shape;
}

/** The shape of a member; what the schema does not know is a plain value. */
export function memberShape(block: BlockShape, name: string): Shape {
  return block.members.get(name) ?? plainField;
}

function blockShape(schema: JsonValue | undefined): BlockShape {
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  return { members: new Map(Object.entries(properties).map(([name, raw]) => [name, shapeOf(name, raw)])) };
}

function shapeOf(name: string, schema: JsonValue): Shape {
  if (!isJsonObject(schema)) return plainField;
  if (schema.type === 'object') return { kind: 'block', label: labelOf(schema, name), block: blockShape(schema) };
  const items = schema.type === 'array' ? schema.items : undefined;
  if (!isJsonObject(items)) return plainField;
  if (items.type !== 'object') return { kind: 'codes' };
  const label = labelOf(items, name);
  const block = blockShape(items);
  const idField = items['x-id'];
  if (typeof idField === 'string') return { kind: 'elements', label, idField, block };
  return { kind: 'list', label, keyField: firstText(items.required) ?? firstText(items['x-sort']), block };
}

function firstText(value: JsonValue | undefined): string | null {
  const first = Array.isArray(value) ? value[0] : undefined;
  return typeof first === 'string' ? first : null;
}

function labelOf(schema: JsonObject, fallback: string): string {
  const label = schema['x-label'];
  return typeof label === 'string' ? label : fallback.replaceAll('_', ' ');
}
