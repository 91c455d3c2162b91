import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/**
 * Two receivers as docs/architecture.md ("Delta laws") describes what the DfE's may be, written for tests from that
 * description alone: they share no code with the delta and name the payload's parts themselves. They validate nothing.
 */
export type ReceiverKind = 'replace' | 'merge';

/** What identifies the elements of each list. Lists that are not here have no ids and are taken whole. */
const idOfList: Readonly<Record<string, string>> = {
  social_care_episodes: 'social_care_episode_id',
  child_and_family_assessments: 'child_and_family_assessment_id',
  child_in_need_plans: 'child_in_need_plan_id',
  section_47_assessments: 'section_47_assessment_id',
  child_protection_plans: 'child_protection_plan_id',
  child_looked_after_placements: 'child_looked_after_placement_id',
};
const blocks = new Set(['child_details', 'health_and_wellbeing', 'adoption', 'care_leavers']);

export class ReceiverModel {
  readonly children = new Map<string, JsonObject>();
  readonly #kind: ReceiverKind;

  constructor(kind: ReceiverKind) {
    this.#kind = kind;
  }

  /** Applies the children of one request. */
  receive(children: readonly JsonObject[]): void {
    for (const child of children) {
      const id = String(child.la_child_id);
      const known = this.children.get(id);
      if (child.purge === true) this.children.delete(id);
      else if (known === undefined) this.children.set(id, stored(child));
      else this.children.set(id, this.#kind === 'merge' ? merged(known, child) : replaced(known, child));
    }
  }
}

/** What is kept of something new: no instructions, nothing that is purged. */
function stored(incoming: JsonObject): JsonObject {
  return merged({}, incoming);
}

/** A replacing receiver takes each element and block that it is sent as it is; what it is not sent stays. */
function replaced(known: JsonObject, incoming: JsonObject): JsonObject {
  // The child's own ids come with every delta: what is not there is not there any more.
  const result: JsonObject = { ...known };
  delete result.mis_child_id;
  for (const [name, value] of Object.entries(incoming)) {
    const idField = idOfList[name];
    if (name === 'purge') continue;
    if (value === null || isPurged(name, value)) delete result[name];
    else if (idField !== undefined)
      result[name] = listWith(result[name], value, idField, (_, element) => stored(element));
    else result[name] = isJsonObject(value) ? stored(value) : value;
  }
  return result;
}

/** A merging receiver takes each field that it is sent, at every depth; what it is not sent stays; null clears. */
function merged(known: JsonObject, incoming: JsonObject): JsonObject {
  const result: JsonObject = { ...known };
  for (const [name, value] of Object.entries(incoming)) {
    const idField = idOfList[name];
    if (name === 'purge') continue;
    if (value === null || isPurged(name, value)) delete result[name];
    else if (idField !== undefined) {
      result[name] = listWith(result[name], value, idField, (old, element) => merged(old ?? {}, element));
    } else if (blocks.has(name) && isJsonObject(value)) {
      const old = result[name];
      result[name] = merged(isJsonObject(old) ? old : {}, value);
    } else result[name] = value;
  }
  return result;
}

function isPurged(name: string, value: JsonValue): boolean {
  return blocks.has(name) && isJsonObject(value) && value.purge === true;
}

function listWith(
  known: JsonValue | undefined,
  incoming: JsonValue,
  idField: string,
  take: (old: JsonObject | undefined, element: JsonObject) => JsonObject,
): JsonValue {
  const byId = new Map<string, JsonObject>();
  for (const element of Array.isArray(known) ? known : []) {
    if (isJsonObject(element)) byId.set(String(element[idField]), element);
  }
  for (const element of Array.isArray(incoming) ? incoming : []) {
    if (!isJsonObject(element)) continue;
    const id = String(element[idField]);
    if (element.purge === true) byId.delete(id);
    else byId.set(id, take(byId.get(id), element));
  }
  return [...byId.values()];
}

/** A child without what order, instructions and empty lists of elements add: equal for children that say the same. */
export function meaning(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value
      .map(meaning)
      .map((element) => [JSON.stringify(element), element] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, element]) => element);
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value)
    .filter(([name, member]) => !(name === 'purge' && member === false))
    .filter(([name, member]) => !(name in idOfList && Array.isArray(member) && member.length === 0))
    .map(([name, member]) => [name, meaning(member)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
