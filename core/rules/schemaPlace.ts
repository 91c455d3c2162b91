import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { JsonPath, ProblemFix } from '../problems.ts';
import type { Finding } from './finding.ts';

/** Where a schema error is: the path as keys and indexes, the value, and the schema that it broke. */
export interface SchemaPlace {
  readonly path: JsonPath;
  /** Name of the property; that of the list for a list's element. */
  readonly field: string;
  readonly value: JsonValue;
  /** The object or list that holds the value; the value itself for the child. */
  readonly parent: JsonValue;
  readonly schema: JsonObject;
  /** Keyword of the schema that failed. */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether the child holds only what changed. */
  readonly partial: boolean;
}

/** Turns a JSON pointer into a path, walking the value to tell list positions from keys that are digits. */
export function resolvePointer(
  pointer: string,
  root: JsonValue,
): { path: (string | number)[]; value: JsonValue; parent: JsonValue } {
  const path: (string | number)[] = [];
  let value: JsonValue = root;
  let parent: JsonValue = root;
  if (pointer === '') return { path, value, parent };
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    parent = value;
    value = Array.isArray(value) ? (value[Number(key)] ?? null) : isJsonObject(value) ? (value[key] ?? null) : null;
  }
  return { path, value, parent };
}

/** The nearest field name on a path: that of the list for a list's element. */
export function fieldOf(path: JsonPath): string {
  for (let at = path.length - 1; at >= 0; at--) {
    const step = path[at];
    if (typeof step === 'string') return step;
  }
  return 'child';
}

export function isIdField(field: string): boolean {
  return field.endsWith('_id');
}

export function isUpnField(field: string): boolean {
  return field === 'unique_pupil_number' || field === 'former_unique_pupil_number';
}

export function removeFix(path: JsonPath, title: string, safe = false): ProblemFix {
  return { kind: 'remove', title, path, safe };
}

export function replaceFix(path: JsonPath, title: string, value: JsonValue, safe: boolean): ProblemFix {
  return { kind: 'replace', title, path, value, safe };
}

/** Name of the code set of a field; undefined for other fields. */
export function codesetName(schema: JsonObject): string | undefined {
  const name = schema['x-codeset'];
  return typeof name === 'string' ? name : undefined;
}

/** Texts that people and databases write for true and false. */
const truthTexts: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  n: false,
  '0': false,
};

/** The truth value that a text or number stands for; undefined when it is none of the usual ones. */
export function truthOf(value: JsonValue): boolean | undefined {
  if (typeof value === 'object') return undefined;
  const text = String(value).trim().toLowerCase();
  return Object.hasOwn(truthTexts, text) ? truthTexts[text] : undefined;
}

/** A blank text: the field is better left out. */
export function blankFinding({ path, field }: SchemaPlace): Finding {
  return {
    code: 'FMT-19',
    variant: 'empty',
    path,
    values: { field },
    fixes: [removeFix(path, typeof path.at(-1) === 'number' ? 'Remove it' : `Remove ${field}`)],
  };
}
