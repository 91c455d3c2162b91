import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import { type Section, sections } from '../../core/payload/sections.ts';
import { loadSpec, type SpecVersion } from '../../core/payload/spec.ts';
import { type ColumnReader, columnReader } from './columnValue.ts';

/** One property of a block in the order of the schema, and where its value comes from. */
export type PlanMember =
  | { readonly kind: 'column'; readonly name: string; readonly read: ColumnReader }
  | { readonly kind: 'purge'; readonly name: 'purge' }
  | { readonly kind: 'section'; readonly name: string; readonly section: Section; readonly plan: BlockPlan }
  /** A block that only holds sections (health_and_wellbeing); it exists when one of them has rows. */
  | { readonly kind: 'wrapper'; readonly name: string; readonly plan: BlockPlan };

export interface BlockPlan {
  readonly members: readonly PlanMember[];
  /** Column with the element's id; null for blocks and for elements without. */
  readonly idField: string | null;
}

/** How a child is put together from rows, derived from the schema of a spec version. */
export interface ChildPlan {
  readonly sections: readonly Section[];
  readonly root: BlockPlan;
  /** The code that says "none" where a born child has no row of a list of codes (disabilities); by section name. */
  readonly noneCodes: ReadonlyMap<string, string>;
}

const plans = new Map<SpecVersion, ChildPlan>();

/** The plan of a spec version. */
export function childPlan(spec: SpecVersion): ChildPlan {
  const known = plans.get(spec);
  if (known) return known;
  const all = sections(spec);
  const child = loadSpec(spec).items;
  if (!isJsonObject(child)) throw new TypeError('The payload schema has no child');
  const noneCodes = new Map<string, string>();
  for (const section of all) {
    const set = section.shape === 'values' ? section.fields[0]?.schema['x-codeset'] : undefined;
    const none = typeof set === 'string' ? codeset(set).exclusive?.[0] : undefined;
    if (none !== undefined) noneCodes.set(section.name, none);
  }
  const plan = { sections: all, root: blockPlan(child, [], all), noneCodes };
  plans.set(spec, plan);
  return plan;
}

function blockPlan(schema: JsonObject, path: readonly string[], all: readonly Section[]): BlockPlan {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const members: PlanMember[] = [];
  for (const [name, raw] of Object.entries(properties)) {
    if (isJsonObject(raw)) members.push(memberPlan(name, raw, [...path, name], schema, all));
  }
  return { members, idField: typeof schema['x-id'] === 'string' ? schema['x-id'] : null };
}

function memberPlan(
  name: string,
  schema: JsonObject,
  path: readonly string[],
  owner: JsonObject,
  all: readonly Section[],
): PlanMember {
  if (name === 'purge') return { kind: 'purge', name };
  const inner = schema.type === 'array' && isJsonObject(schema.items) ? schema.items : schema;
  const section = all.find((candidate) => candidate.path.join('/') === path.join('/'));
  if (section !== undefined) return { kind: 'section', name, section, plan: blockPlan(inner, path, all) };
  if (inner.type === 'object') return { kind: 'wrapper', name, plan: blockPlan(inner, path, all) };
  const required = Array.isArray(owner.required) && owner.required.includes(name);
  return { kind: 'column', name, read: columnReader({ name, schema, required }) };
}
