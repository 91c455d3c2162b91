import { isJsonObject, type JsonObject } from '../json.ts';
import { loadSpec, type SpecVersion } from './spec.ts';

/** One output column of a section, from its schema. */
export interface SectionField {
  readonly name: string;
  readonly schema: JsonObject;
  readonly required: boolean;
}

/**
 * One block of a child that one extract file fills.
 * - `object`: a single block (child_details, adoption, care_leavers)
 * - `list`: repeated objects (social_care_episodes, sdq_assessments, ...)
 * - `values`: a list of codes (disabilities)
 */
export interface Section {
  readonly name: string;
  readonly shape: 'object' | 'list' | 'values';
  /** Property names from the child to this section; a list is entered element by element, by its parent's id. */
  readonly path: readonly string[];
  /** Id columns that say where a row belongs, outermost first: la_child_id, then social_care_episode_id if nested. */
  readonly parentIds: readonly string[];
  /** The id of an element; null for blocks and lists whose elements have none. */
  readonly idField: string | null;
  /** Fields of the block itself, without `purge`, parent ids and nested sections. */
  readonly fields: readonly SectionField[];
  /** Whether the spec has a `purge` flag here. */
  readonly hasPurge: boolean;
  /** Words for messages: "child protection plan". */
  readonly label: string;
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  if (!isJsonObject(value)) throw new TypeError(`The payload schema has no object at ${key}`);
  return value;
}

function labelOf(schema: JsonObject, fallback: string): string {
  const label = schema['x-label'];
  return typeof label === 'string' ? label : fallback;
}

/** Lists that have a section of their own although their elements are codes, because SQL gives them row by row. */
const valueSections = new Set(['disabilities']);

function collect(owner: JsonObject, path: readonly string[], parentIds: readonly string[], into: Section[]): void {
  for (const [name, raw] of Object.entries(objectAt(owner, 'properties'))) {
    if (!isJsonObject(raw)) continue;
    const here = [...path, name];
    const items = raw.type === 'array' ? objectAt(raw, 'items') : undefined;
    if (valueSections.has(name)) {
      const field = { name: 'disability', schema: items ?? {}, required: true };
      into.push({
        name,
        shape: 'values',
        path: here,
        parentIds,
        idField: null,
        fields: [field],
        hasPurge: false,
        label: labelOf(raw, name),
      });
    } else if (raw.type === 'object') add(raw, name, 'object', here, parentIds, into);
    else if (items?.type === 'object') add(items, name, 'list', here, parentIds, into);
  }
}

function add(
  schema: JsonObject,
  name: string,
  shape: 'object' | 'list',
  path: readonly string[],
  parentIds: readonly string[],
  into: Section[],
): void {
  const properties = objectAt(schema, 'properties');
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields: SectionField[] = [];
  for (const [field, raw] of Object.entries(properties)) {
    if (!isJsonObject(raw) || field === 'purge' || valueSections.has(field)) continue;
    const nested = raw.type === 'object' || (raw.type === 'array' && objectAt(raw, 'items').type === 'object');
    if (!nested) fields.push({ name: field, schema: raw, required: required.includes(field) });
  }
  const id = schema['x-id'];
  const idField = typeof id === 'string' ? id : null;
  // A block that only wraps lists (health_and_wellbeing) has no columns and so no extract of its own.
  if (fields.length > 0) {
    into.push({
      name,
      shape,
      path,
      parentIds,
      idField,
      fields,
      hasPurge: 'purge' in properties,
      label: labelOf(schema, name),
    });
  }
  collect(schema, path, idField === null ? parentIds : [...parentIds, idField], into);
}

const cache = new Map<SpecVersion, readonly Section[]>();

/**
 * The sections of a payload in document order. `child_details` also carries `mis_child_id`, which stands on the
 * child itself; `la_child_id` is the row key of every section.
 */
export function sections(version: SpecVersion): readonly Section[] {
  const known = cache.get(version);
  if (known) return known;
  const child = objectAt(loadSpec(version), 'items');
  const result: Section[] = [];
  collect(child, [], ['la_child_id'], result);
  const misChildId = {
    name: 'mis_child_id',
    schema: objectAt(objectAt(child, 'properties'), 'mis_child_id'),
    required: false,
  };
  const all = result.map((s) => (s.name === 'child_details' ? { ...s, fields: [misChildId, ...s.fields] } : s));
  cache.set(version, all);
  return all;
}
