import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import { loadSpec } from '../../core/payload/spec.ts';
import type { JsonPath } from '../../core/problems.ts';
import { validChildren } from '../support/samplePayload.ts';
import { type Change, type Place, valueAt } from './change.ts';

/** One way to break one field of a sample child, and what the validator says of it: one problem, at that place. */
export interface FieldMutation {
  readonly name: string;
  /** Index of the sample child. */
  readonly child: number;
  readonly change: Change;
  /** Codes of which the problem has one. */
  readonly codes: readonly string[];
  readonly place: Place;
}

interface Field {
  readonly child: number;
  readonly path: JsonPath;
  readonly schema: JsonObject;
}

/** Every field of the schema at the first place where a sample child has it. */
function fields(): Field[] {
  const found = new Map<string, Field>();
  const visit = (
    schema: JsonValue | undefined,
    value: JsonValue,
    child: number,
    path: JsonPath,
    name: string,
  ): void => {
    if (!isJsonObject(schema)) return;
    if (!found.has(name)) found.set(name, { child, path, schema });
    if (Array.isArray(value)) {
      value.forEach((element, index) => {
        visit(schema.items, element, child, [...path, index], `${name}[]`);
      });
    } else if (isJsonObject(value) && isJsonObject(schema.properties)) {
      for (const [key, member] of Object.entries(value))
        visit(schema.properties[key], member, child, [...path, key], `${name}.${key}`);
    }
  };
  validChildren().forEach((child, index) => {
    visit(loadSpec('0.9').items, child, index, [], 'child');
  });
  return [...found.values()];
}

function replace(path: JsonPath, replacement: JsonValue): Change {
  return (child) => {
    const parent = valueAt(child, path.slice(0, -1));
    const last = path.at(-1);
    if (Array.isArray(parent) && typeof last === 'number') parent[last] = replacement;
    else if (isJsonObject(parent) && typeof last === 'string') parent[last] = replacement;
  };
}

const unknownCodeRules = ['FMT-27', 'CHD-05', 'EPI-03', 'EPI-06', 'PLC-02', 'PLC-03', 'PLC-04', 'PLC-05', 'CLV-11'];

/** The ways to break a field that its schema knows: replacement and the codes that may say so. */
function waysToBreak(field: string, schema: JsonObject): [string, JsonValue, readonly string[]][] {
  const set = schema['x-codeset'];
  if (schema.type === 'boolean')
    return [
      ['text', 'Y', ['FMT-13']],
      ['number', 1, ['FMT-13']],
      ['null', null, ['FMT-18']],
    ];
  if (schema.type === 'integer')
    return [
      ['text', '12', ['FMT-14']],
      ['fraction', 1.5, ['FMT-14']],
      ['too high', 41, ['SDQ-01']],
      ['null', null, ['FMT-18']],
    ];
  if (schema.type === 'object')
    return [
      ['list', [{}], ['FMT-17']],
      ['text', 'x', ['FMT-17']],
    ];
  if (schema.type === 'array') return [['text', 'x', ['FMT-15', 'FMT-16', 'FMT-17']]];
  if (schema.format === 'date') {
    return [
      ['impossible date', '2025-02-30', ['FMT-11']],
      ['British date', '01/02/2025', ['FMT-11']],
      ['time', '2025-02-03T00:00:00', ['FMT-11']],
      ['number', 20250203, ['FMT-11']],
      ['null', null, ['FMT-18']],
    ];
  }
  if (typeof set === 'string') {
    const first = Object.keys(codeset(set).codes).find((code) => /[A-Z]/.test(code)) ?? '';
    const ways: [string, JsonValue, readonly string[]][] = [
      ['unknown code', '?', unknownCodeRules],
      ['list', ['x'], unknownCodeRules],
      ['blank', '  ', ['FMT-19']],
      ['null', null, ['FMT-18']],
    ];
    return first === '' ? ways : [...ways, ['lower case', first.toLowerCase(), ['FMT-20']]];
  }
  if (field.endsWith('_id')) {
    const missing = field === 'la_child_id' ? 'CHD-01' : 'FMT-03';
    const long = 'A'.repeat(Number(schema.maxLength) + 1);
    const ways: [string, JsonValue, readonly string[]][] = [
      ['sign', 'A/1', ['FMT-04']],
      ['too long', long, ['FMT-05', 'FMT-07']],
      ['number', 5, ['FMT-04']],
    ];
    return schema.minLength === 1
      ? [...ways, ['empty', '', [missing]], ['null', null, [missing]]]
      : [...ways, ['null', null, ['FMT-18']]];
  }
  if (field.endsWith('pupil_number'))
    return [
      ['too short', 'A1', ['UPN-01']],
      ['number', 5, ['UPN-01']],
      ['null', null, ['FMT-18']],
    ];
  return [
    ['too long', 'N'.repeat(Number(schema.maxLength) + 1), ['FMT-24', 'FMT-28']],
    ['number', 5, ['FMT-24']],
    ['blank', ' ', ['FMT-19']],
    ['null', null, ['FMT-18']],
  ];
}

/** Every field of the schema broken in every way that fits it, and an unknown property in every object. */
export function fieldMutations(): FieldMutation[] {
  return fields().flatMap(({ child, path, schema }) => {
    const field = String(path.findLast((step) => typeof step === 'string') ?? 'child');
    const name = path.length === 0 ? 'child' : path.join('.');
    const broken =
      path.length === 0
        ? []
        : waysToBreak(typeof path.at(-1) === 'number' && schema.type === 'object' ? 'element' : field, schema);
    const mutations: FieldMutation[] = broken.map(([way, replacement, codes]) => ({
      name: `${name}: ${way}`,
      child,
      change: replace(path, replacement),
      codes,
      place: { path, at: 'value' },
    }));
    if (isJsonObject(schema.properties)) {
      mutations.push({
        name: `${name}: unknown property`,
        child,
        change: (root) => replace([...path, 'shoe_size'], 5)(root),
        codes: ['FMT-21'],
        place: { path: [...path, 'shoe_size'], at: 'key' },
      });
      const id = typeof schema['x-id'] === 'string' ? schema['x-id'] : undefined;
      if (id !== undefined) {
        mutations.push({
          name: `${name}: missing ${id}`,
          child,
          change: (root) => {
            const owner = valueAt(root, path);
            if (isJsonObject(owner)) delete owner[id];
          },
          codes: ['FMT-03', 'CHD-01'],
          place: { path, at: 'opening' },
        });
      }
    }
    return mutations;
  });
}
