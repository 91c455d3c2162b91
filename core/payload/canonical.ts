import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json.ts';
import { defaultSpecVersion, loadSpec } from './spec.ts';

/**
 * How the canonical form treats one place of the payload: which order its list elements get, and what lies below.
 * Built once from the schema, so that a new section needs no code here.
 */
interface Plan {
  /** Plans of the members of an object. */
  readonly members: ReadonlyMap<string, Plan>;
  /** Plan of the elements of a list; undefined where the schema knows no list. */
  readonly elements: Plan | undefined;
  /** Fields whose values order the elements of a list, first wins; empty for a set of codes. */
  readonly sortFields: readonly string[];
}

const unknownPlan: Plan = { members: new Map(), elements: undefined, sortFields: [] };

function planOf(schema: JsonValue | undefined): Plan {
  if (!isJsonObject(schema)) return unknownPlan;
  if (schema.type === 'array') {
    const items = schema.items;
    if (!isJsonObject(items)) return unknownPlan;
    const id = items['x-id'];
    const sort = items['x-sort'];
    const fields = typeof id === 'string' ? [id] : Array.isArray(sort) ? sort : [];
    return {
      members: new Map(),
      elements: planOf(items),
      sortFields: fields.filter((field) => typeof field === 'string'),
    };
  }
  const properties = schema.properties;
  if (!isJsonObject(properties)) return unknownPlan;
  return {
    members: new Map(Object.entries(properties).map(([name, member]) => [name, planOf(member)])),
    elements: undefined,
    sortFields: [],
  };
}

let childPlan: Plan | undefined;

/** Deeper than any payload; below it values are kept as they are, so that hostile nesting cannot exhaust the stack. */
const maxDepth = 200;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Text that orders an element by its sort fields: a missing value comes first, values of other types by their JSON. */
function sortKey(element: JsonValue, field: string): string {
  const value = isJsonObject(element) && Object.hasOwn(element, field) ? element[field] : undefined;
  if (value === undefined) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function canonicalElements(list: JsonArray, plan: Plan, depth: number): JsonArray {
  const inner = plan.elements;
  const elements = list.map((element) => canonicalValue(element, inner ?? unknownPlan, depth + 1));
  if (inner === undefined || elements.length < 2) return elements;
  // The element's own text decides last, so that two elements with one id always come in the same order.
  return elements.sort((a, b) => {
    for (const field of plan.sortFields) {
      const order = compareText(sortKey(a, field), sortKey(b, field));
      if (order !== 0) return order;
    }
    return compareText(JSON.stringify(a) ?? '', JSON.stringify(b) ?? '');
  });
}

function canonicalObject(value: JsonObject, plan: Plan, depth: number): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    const member = canonicalValue(value[key] ?? null, plan.members.get(key) ?? unknownPlan, depth + 1);
    // An own property of that name would be lost by plain assignment.
    if (key === '__proto__') {
      Object.defineProperty(result, key, { value: member, enumerable: true, configurable: true, writable: true });
    } else result[key] = member;
  }
  return result;
}

function canonicalValue(value: JsonValue, plan: Plan, depth: number): JsonValue {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value;
  return Array.isArray(value) ? canonicalElements(value, plan, depth) : canonicalObject(value, plan, depth);
}

/**
 * The child in canonical form: keys sorted at every level, identified elements by their id, SDQ assessments by date,
 * care workers by start and id, codes (disabilities, factors) in order. Two children that differ in order alone have
 * the same canonical form; unknown lists keep their order. The input is not changed; the result is idempotent.
 */
export function canonicalChild(child: JsonObject): JsonObject {
  const schema = loadSpec(defaultSpecVersion).items;
  childPlan ??= planOf(schema);
  return canonicalObject(child, childPlan, 0);
}

/** The canonical form as JSON text without white space: the text that is hashed and compared. */
export function canonicalText(child: JsonObject): string {
  return JSON.stringify(canonicalChild(child));
}
