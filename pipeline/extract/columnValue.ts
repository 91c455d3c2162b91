import type { JsonValue } from '../../core/json.ts';
import type { SectionField } from '../../core/payload/sections.ts';
import type { SqlValue } from '../connections/connection.ts';

/** A column's value as JSON: `undefined` leaves the property out; `unreadable` says why there is none, without the value. */
export type ColumnResult = { readonly value: JsonValue | undefined } | { readonly unreadable: string };

/** Turns one column's value into JSON. */
export type ColumnReader = (value: SqlValue | undefined) => ColumnResult;

const absent: ColumnResult = { value: undefined };

/**
 * The reader for a field of the schema. What cannot be read as the field's type is passed on as text, so that
 * validation marks it in the child; nothing is guessed. Only lists, which would spoil the whole element, are refused.
 */
export function columnReader(field: SectionField): ColumnReader {
  switch (field.schema.type) {
    case 'boolean':
      return (value) => readScalar(value, toBoolean);
    case 'integer':
      return (value) => readScalar(value, toInteger);
    case 'array':
      return readCodes;
    default:
      return field.schema.format === 'date'
        ? (value) => readScalar(value, toDate)
        : (value) => readScalar(value, toText);
  }
}

/** Text of an id column, without the blanks that fixed-length columns end in; null when there is none. */
export function idText(value: SqlValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  const text = toText(value).replace(/ +$/, '');
  return text === '' ? null : text;
}

function readScalar(value: SqlValue | undefined, convert: (value: NonNullable<SqlValue>) => JsonValue): ColumnResult {
  if (value === null || value === undefined) return absent;
  if (typeof value === 'string' && value.trim() === '') return absent;
  return { value: convert(value) };
}

/** The date in a Date's UTC fields: connections put the wall clock there (connection.ts). */
function isoDay(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

function toText(value: NonNullable<SqlValue>): string {
  if (value instanceof Date) return isoDay(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return String(value).trim();
}

/** Keeps the date of `2025-02-03`, `2025-02-03 00:00:00.000` and `2025-02-03T00:00:00`; other text stays as it is. */
function toDate(value: NonNullable<SqlValue>): string {
  const text = toText(value);
  return /^\d{4}-\d{2}-\d{2}(?=$|[T ]\d)/.exec(text)?.[0] ?? text;
}

const trueWords = new Set(['y', 'yes', 't', 'true', '1']);
const falseWords = new Set(['n', 'no', 'f', 'false', '0']);

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = String(value).trim().toLowerCase();
  if (trueWords.has(word)) return true;
  return falseWords.has(word) ? false : undefined;
}

function toBoolean(value: NonNullable<SqlValue>): JsonValue {
  return booleanOf(value) ?? toText(value);
}

function toInteger(value: NonNullable<SqlValue>): JsonValue {
  const text = toText(value);
  const number = Number(text);
  return /^[+-]?\d+(?:\.0+)?$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

/**
 * A list of codes kept as JSON text: an array, or an object whose keys are the codes and whose values say yes or no.
 * Codes come out distinct and in order, since they are a set.
 */
function readCodes(value: SqlValue | undefined): ColumnResult {
  if (value === null || value === undefined) return absent;
  const text = toText(value);
  if (text === '') return absent;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message would quote the text.
    return { unreadable: 'is not JSON' };
  }
  if (parsed === null) return absent;
  const codes = Array.isArray(parsed) ? codesOfArray(parsed) : codesOfObject(parsed);
  if (typeof codes === 'string') return { unreadable: codes };
  return { value: [...new Set(codes)].sort() };
}

function codesOfArray(list: readonly unknown[]): string[] | string {
  const codes: string[] = [];
  for (const item of list) {
    if (item === null || (typeof item === 'string' && item.trim() === '')) continue;
    if (typeof item !== 'string' && typeof item !== 'number') return 'holds something that is not a code';
    codes.push(String(item).trim());
  }
  return codes;
}

function codesOfObject(parsed: unknown): string[] | string {
  if (typeof parsed !== 'object' || parsed === null) return 'is neither a list of codes nor an object of codes';
  const codes: string[] = [];
  for (const [code, flag] of Object.entries(parsed)) {
    const blank = flag === null || (typeof flag === 'string' && flag.trim() === '');
    const set = blank ? false : typeof flag === 'object' ? undefined : booleanOf(flag);
    if (set === undefined) return 'has a code whose value is neither yes nor no';
    if (set) codes.push(code.trim());
  }
  return codes;
}
