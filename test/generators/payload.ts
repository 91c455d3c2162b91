import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import { defaultSpecVersion, loadSpec } from '../../core/payload/spec.ts';

/**
 * Invented payload children from small pools of ids, dates and codes, so that two of them overlap a lot: elements that
 * stay, change, go, come and move. They keep to the schema, not to the rules across fields. Derived from the schema.
 */
export interface ChildArbitraryOptions {
  /** Elements of one list at most. */
  readonly maxElements: number;
  /** Probability in percent that an optional property is there. */
  readonly presence: number;
}

const standard: ChildArbitraryOptions = { maxElements: 3, presence: 60 };

const dates = ['2024-05-01', '2025-02-28', '2026-01-31'];
const texts = ['Ash', "O'Sample", 'Zoë-Mäe 李', 'x "q" \\'];
const postcodes = ['ZZ99 1AB', 'ZZ1 2CD'];

function scalar(name: string, schema: JsonObject): fc.Arbitrary<JsonValue> {
  const set = schema['x-codeset'];
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer') return fc.integer({ min: 0, max: 3 });
  if (typeof set === 'string') return fc.constantFrom(...Object.keys(codeset(set).codes).slice(0, 4));
  if (schema.format === 'date') return fc.constantFrom(...dates);
  if (name.includes('postcode')) return fc.constantFrom(...postcodes);
  if (schema.minLength === 13) return fc.constantFrom('A950000178301', 'H243278544154');
  return fc.constantFrom(...texts);
}

function idOf(name: string): fc.Arbitrary<string> {
  const prefix = name
    .split('_')
    .map((word) => word[0])
    .join('')
    .toUpperCase();
  return fc.integer({ min: 1, max: 4 }).map((n) => `${prefix}-${n}`);
}

function memberArbitrary(name: string, schema: JsonObject, options: ChildArbitraryOptions): fc.Arbitrary<JsonValue> {
  if (schema.type === 'object') return objectOf(schema, options);
  if (schema.type !== 'array' || !isJsonObject(schema.items)) {
    return name.endsWith('_id') ? idOf(name) : scalar(name, schema);
  }
  const items = schema.items;
  if (items.type !== 'object') {
    const minLength = typeof schema.minItems === 'number' ? schema.minItems : 0;
    return fc.uniqueArray(scalar(name, items), { minLength, maxLength: 4 });
  }
  const element = objectOf(items, options);
  const maxLength = options.maxElements;
  const id = items['x-id'];
  if (typeof id !== 'string') return fc.array(element, { minLength: 1, maxLength });
  return fc.uniqueArray(element, { minLength: 1, maxLength, selector: (value) => value[id] });
}

function objectOf(schema: JsonObject, options: ChildArbitraryOptions): fc.Arbitrary<JsonObject> {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const members = Object.entries(properties).map(([name, raw]) => {
    if (name === 'purge') return fc.constant<[string, JsonValue] | null>(['purge', false]);
    const value = memberArbitrary(name, isJsonObject(raw) ? raw : {}, options);
    const always = required.includes(name) || name === 'child_details';
    return fc
      .tuple(fc.integer({ min: 1, max: 100 }), value)
      .map(([chance, member]): [string, JsonValue] | null =>
        always || chance <= options.presence ? [name, member] : null,
      );
  });
  return fc
    .tuple(...members)
    .map((entries): JsonObject => Object.fromEntries(entries.filter((entry) => entry !== null)));
}

/** A child with that `la_child_id`, or with one of a few. */
export function childArbitrary(
  laChildId?: string,
  options: Partial<ChildArbitraryOptions> = {},
): fc.Arbitrary<JsonObject> {
  const schema = loadSpec(defaultSpecVersion).items;
  const child = objectOf(isJsonObject(schema) ? schema : {}, { ...standard, ...options });
  const id = laChildId === undefined ? fc.integer({ min: 1, max: 5 }).map((n) => `CH${n}`) : fc.constant(laChildId);
  return fc.tuple(child, id).map(([value, la_child_id]) => ({ ...value, la_child_id }));
}

/** The same value with the elements of every list and the properties of every object in another order. */
export function shuffled(value: JsonValue, seed: number): JsonValue {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  const mix = <T>(list: readonly T[]): T[] => {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const j = next() % (i + 1);
      const [a, b] = [result[i], result[j]];
      if (a !== undefined && b !== undefined) [result[i], result[j]] = [b, a];
    }
    return result;
  };
  const visit = (node: JsonValue): JsonValue => {
    if (Array.isArray(node)) return mix(node.map(visit));
    if (!isJsonObject(node)) return node;
    return Object.fromEntries(mix(Object.entries(node)).map(([key, member]) => [key, visit(member)]));
  };
  return visit(value);
}

/**
 * Two states of one child: unrelated ones from the same pools, or one with some edits of the other, the way a day's
 * work changes a record.
 */
export function childPairArbitrary(
  options: Partial<ChildArbitraryOptions> = {},
): fc.Arbitrary<[JsonObject, JsonObject]> {
  const child = childArbitrary('CH1', options);
  const unrelated = fc.tuple(child, child);
  const edited = fc
    .tuple(child, child, fc.array(fc.nat(), { minLength: 0, maxLength: 4 }))
    .map(([previous, other, edits]): [JsonObject, JsonObject] => {
      const current = structuredClone(previous);
      for (const edit of edits) graft(current, other, edit);
      return [previous, current];
    });
  return fc.oneof(unrelated, edited);
}

/** Takes one member, chosen by `edit`, of `donor` into `target`, or drops it where the donor has none. */
function graft(target: JsonObject, donor: JsonObject, edit: number): void {
  const names = Object.keys(target).filter(
    (name) => name !== 'la_child_id' && name !== 'purge' && !isIdOf(name, target),
  );
  const name = names[edit % Math.max(1, names.length)];
  if (name === undefined) return;
  const [mine, theirs] = [target[name], donor[name]];
  const rest = Math.floor(edit / 7);
  if (isJsonObject(mine) && isJsonObject(theirs) && edit % 3 !== 0) {
    graft(mine, theirs, rest);
    return;
  }
  if (Array.isArray(mine) && Array.isArray(theirs) && edit % 3 !== 0) {
    const index = rest % Math.max(1, mine.length);
    const [element, replacement] = [mine[index], theirs[rest % Math.max(1, theirs.length)]];
    if (isJsonObject(element) && isJsonObject(replacement)) {
      graft(element, replacement, Math.floor(rest / 5));
      return;
    }
  }
  if (theirs === undefined) {
    if (name !== 'child_details') delete target[name];
  } else target[name] = structuredClone(theirs);
}

/** An element's own id, which an edit must not change, or two elements could share it. */
function isIdOf(name: string, owner: JsonObject): boolean {
  return name.endsWith('_id') && name !== 'mis_child_id' && !('start_date' in owner && name === 'worker_id');
}
