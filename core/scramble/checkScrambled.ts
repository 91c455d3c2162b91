import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { codeset } from '../payload/codesets.ts';
import { propertiesOf } from '../payload/schemaAt.ts';
import { loadSpec, type SpecVersion } from '../payload/spec.ts';
import type { JsonPath } from '../problems.ts';
import { parseDay } from '../rules/days.ts';
import { fieldKind } from './fieldKind.ts';

/** Something that survived a scrambling, or was damaged by it. Names the place in the scrambled file, not the value. */
export interface ScrambleFault {
  readonly path: JsonPath;
  readonly what: string;
}

interface Leaf {
  readonly path: JsonPath;
  readonly name: string;
  readonly schema: JsonObject | undefined;
  readonly value: string | number;
}

/** Walks both values together, noting where their shapes differ and giving the leaves of both. */
function walk(
  before: JsonValue,
  after: JsonValue,
  schema: JsonObject | undefined,
  name: string,
  path: JsonPath,
  visit: (before: Leaf, after: Leaf) => void,
  faults: ScrambleFault[],
): void {
  const differs = () => faults.push({ path, what: 'the shape is not that of the original' });
  if (Array.isArray(before)) {
    if (!Array.isArray(after) || after.length !== before.length) return void differs();
    const items = isJsonObject(schema?.items) ? schema.items : undefined;
    for (const [n, item] of before.entries()) walk(item, after[n] ?? null, items, name, [...path, n], visit, faults);
  } else if (isJsonObject(before)) {
    const keysAfter = isJsonObject(after) ? Object.keys(after) : [];
    const known = new Map(schema === undefined ? [] : propertiesOf(schema));
    const keys = Object.keys(before);
    if (!isJsonObject(after) || keysAfter.length !== keys.length) return void differs();
    for (const [n, key] of keys.entries()) {
      const keyAfter = keysAfter[n] ?? '';
      const here = [...path, keyAfter];
      if (known.has(key) && keyAfter !== key) differs();
      if (!known.has(key) && keyAfter === key && !/^unknown_\d+$/.test(key)) {
        faults.push({ path: here, what: 'the name of a property that the spec does not know is still there' });
      }
      walk(before[key] ?? null, after[keyAfter] ?? null, known.get(key), key, here, visit, faults);
    }
  } else if (typeof before !== typeof after || (before === null) !== (after === null)) differs();
  else if (typeof before === 'string' || typeof before === 'number') {
    if (typeof after !== 'string' && typeof after !== 'number') return void differs();
    visit({ path, name, schema, value: before }, { path, name, schema, value: after });
  } else if (before !== after) faults.push({ path, what: 'a flag was changed' });
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** What of an original value must not be seen anywhere: the whole, and each word of a name or text. */
function tracesOf(leaf: Leaf): string[] {
  const kind = fieldKind(leaf.name, leaf.schema);
  if (typeof leaf.value !== 'string' || kind === 'code' || kind === 'date') return [];
  const words = kind === 'name' || kind === 'text' ? leaf.value.split(/[^\p{L}\p{M}\p{N}]+/u) : [];
  return [leaf.value, ...words].map(plain).filter((trace) => trace.length >= 3);
}

/**
 * Proves that a payload was scrambled: same shape; no id, UPN, name, postcode or free text of any child of the
 * original anywhere in the result, not even as a word of it; no date of a child among its dates, and all of them moved
 * by the same number of days; every code still valid where it was.
 * @returns what is wrong; empty when the proof holds
 */
export function checkScrambled(
  original: readonly JsonValue[],
  scrambled: readonly JsonValue[],
  spec: SpecVersion,
): readonly ScrambleFault[] {
  const faults: ScrambleFault[] = [];
  if (original.length !== scrambled.length)
    return [{ path: [], what: 'the number of children is not that of the original' }];
  const schema = loadSpec(spec).items;
  const child = isJsonObject(schema) ? schema : undefined;
  const traces = new Set<string>();
  const leaves: Leaf[] = [];
  for (const [n, before] of original.entries()) {
    const dates: { before: number; after: number; path: JsonPath }[] = [];
    walk(
      before,
      scrambled[n] ?? null,
      child,
      '',
      [n],
      (was, is) => {
        for (const trace of tracesOf(was)) traces.add(trace);
        leaves.push(is);
        checkLeaf(was, is, dates, faults);
      },
      faults,
    );
    checkDates(dates, faults);
  }
  for (const { value, path, name, schema: place } of leaves) {
    const kind = fieldKind(name, place);
    if (typeof value !== 'string' || kind === 'code' || kind === 'date') continue;
    const parts = [value, ...value.split(/[^\p{L}\p{M}\p{N}]+/u)].map(plain);
    if (parts.some((part) => traces.has(part))) faults.push({ path, what: 'a value of the original is still there' });
  }
  return faults;
}

function checkLeaf(
  was: Leaf,
  is: Leaf,
  dates: { before: number; after: number; path: JsonPath }[],
  faults: ScrambleFault[],
): void {
  const { path, schema } = is;
  const kind = fieldKind(is.name, schema);
  if (kind === 'code') {
    const codes = codeset(String(schema?.['x-codeset'])).codes;
    if (!Object.hasOwn(codes, String(is.value))) faults.push({ path, what: 'the code is not valid' });
    return;
  }
  if (typeof was.value === 'number') {
    if (was.value === is.value) faults.push({ path, what: 'a number of the original is still there' });
    return;
  }
  const before = parseDay(was.value);
  const after = parseDay(String(is.value));
  if (before !== undefined && after !== undefined) dates.push({ before, after, path });
  else if (before !== undefined) faults.push({ path, what: 'a date is no date any more' });
  else if (was.value.trim() !== '' && was.value === is.value) {
    faults.push({ path, what: 'a value of the original is still there' });
  }
}

function checkDates(
  dates: readonly { readonly before: number; readonly after: number; readonly path: JsonPath }[],
  faults: ScrambleFault[],
): void {
  const shift = (dates[0]?.before ?? 0) - (dates[0]?.after ?? 0);
  const originals = new Set(dates.map((date) => date.before));
  for (const { before, after, path } of dates) {
    if (before - after !== shift) faults.push({ path, what: 'the dates of this child did not move together' });
    if (originals.has(after)) faults.push({ path, what: 'a date of the original is still there' });
  }
}
