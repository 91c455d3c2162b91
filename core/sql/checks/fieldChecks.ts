import { isJsonObject, type JsonObject } from '../../json.ts';
import { codeset } from '../../payload/codesets.ts';
import type { SectionField } from '../../payload/sections.ts';
import type { Value } from '../analysis/relation.ts';
import type { Token } from '../token.ts';

/** Something about a value that does not suit the field it is for. */
export interface Misfit {
  readonly aspect: 'length' | 'type' | 'codes' | 'literal' | 'dateStyle';
  readonly message: string;
  /** The token to mark instead of the whole expression. */
  readonly at: Token | null;
}

/** CONVERT styles that start with YYYY-MM-DD. */
const isoStyles = new Set(['20', '21', '23', '25', '120', '121', '126', '127']);

function codesetName(schema: JsonObject): string | null {
  const own = schema['x-codeset'];
  if (typeof own === 'string') return own;
  const { items } = schema;
  return isJsonObject(items) && typeof items['x-codeset'] === 'string' ? items['x-codeset'] : null;
}

/**
 * What is certain to be, or can be, wrong with a value for a field. Says nothing of values it knows nothing about.
 * @param throughRunner whether the runner converts the value (sections), or the database writes the JSON itself
 */
export function misfits(field: Pick<SectionField, 'name' | 'schema'>, value: Value, throughRunner: boolean): Misfit[] {
  if (value.isNull || value.json !== null) return [];
  const { schema, name } = field;
  const codes = codesetName(schema);
  const found: Misfit[] = [];
  const add = (aspect: Misfit['aspect'], message: string, at: Token | null = null) =>
    found.push({ aspect, message, at });
  if (schema.type === 'boolean') booleanMisfit(value, throughRunner, add, name);
  else if (schema.format === 'date') dateMisfit(value, throughRunner, add, name);
  else if (schema.type === 'string' && codes !== null) codeMisfit(codes, value, add, name);
  else if (schema.type === 'string') textMisfit(schema, value, throughRunner, add, name);
  else if (
    schema.type === 'array' &&
    value.source?.codeset != null &&
    codes !== null &&
    value.source.codeset !== codes
  ) {
    add('codes', codesMessage(value.source.name, name));
  }
  return found;
}

type Add = (aspect: Misfit['aspect'], message: string, at?: Token | null) => void;

function booleanMisfit(value: Value, throughRunner: boolean, add: Add, name: string): void {
  const { family } = value.type;
  if (family === 'date' || family === 'datetime') add('type', `${name} is true or false; this is a date.`);
  if (throughRunner) {
    const odd = value.literals?.find(({ text }) => !flagWords.has(text.trim().toLowerCase()));
    if (odd !== undefined) add('literal', `${name} is true or false; "${odd.text}" is neither. Use 1 and 0.`, odd.at);
    const own = value.source?.codeset;
    if (own != null && own !== 'yes_no') add('codes', codesMessage(value.source?.name ?? '', name));
    return;
  }
  if (family === 'integer')
    add('type', `${name} must be true or false in JSON; this gives a number. Cast it: CAST(... AS bit).`);
  if (family === 'text')
    add('type', `${name} must be true or false in JSON; this gives a text. Turn it into a bit with CASE and CAST.`);
}

const flagWords = new Set(['', 'y', 'yes', 't', 'true', '1', 'n', 'no', 'f', 'false', '0']);

function dateMisfit(value: Value, throughRunner: boolean, add: Add, name: string): void {
  const { family } = value.type;
  if (value.dateStyle !== null && !isoStyles.has(value.dateStyle.style)) {
    add('dateStyle', `${name} needs the form YYYY-MM-DD, which is style 23.`, value.dateStyle.at);
    return;
  }
  if (value.dateStyle !== null && !throughRunner && value.type.length !== null && value.type.length > 10) {
    if (value.dateStyle.style !== '23')
      add('dateStyle', `${name} takes no time of day. Use style 23.`, value.dateStyle.at);
    return;
  }
  if (family === 'boolean' || family === 'integer' || family === 'decimal')
    add('type', `${name} is a date; this is a number.`);
  const odd = value.literals?.find(({ text }) => text.trim() !== '' && !/^\d{4}-\d{2}-\d{2}/.test(text));
  if (odd !== undefined) add('literal', `${name} is a date in the form YYYY-MM-DD; "${odd.text}" is none.`, odd.at);
  const source = value.source;
  if (
    family === 'text' &&
    source !== null &&
    !/(date|dob|_from|_to|contact)/.test(source.name) &&
    value.literals === null &&
    source.type.startsWith('n')
  ) {
    add('type', `${name} is a date; ${source.name} is a text (${source.description.toLowerCase()}).`);
  }
  if (family === 'datetime' && !throughRunner)
    add('type', `${name} takes no time of day, and FOR JSON writes one. Use CONVERT(varchar(10), ..., 23).`);
}

function codeMisfit(codes: string, value: Value, add: Add, name: string): void {
  const set = codeset(codes);
  const { family } = value.type;
  if (family === 'date' || family === 'datetime') add('type', `${name} is a code; this is a date.`);
  const odd = value.literals?.find(({ text }) => text.trim() !== '' && !(text.trim() in set.codes));
  if (odd !== undefined) {
    const known = Object.keys(set.codes);
    const listed = known.length > 20 ? `${known.slice(0, 20).join(', ')}, ...` : known.join(', ');
    add('literal', `"${odd.text}" is no code of ${name}. It takes ${listed}.`, odd.at);
  }
  if (value.source?.name.endsWith('_desc'))
    add('codes', `${value.source.name} holds descriptions; ${name} takes a code. Use the column of the code.`);
  const own = value.source?.codeset;
  if (own != null && own !== codes && !sameCodes(own, codes))
    add('codes', codesMessage(value.source?.name ?? '', name));
}

/** Whether every code of one list is in the other. */
function sameCodes(own: string, wanted: string): boolean {
  const target = codeset(wanted).codes;
  let source: Readonly<Record<string, string>>;
  try {
    source = codeset(own).codes;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
  return Object.keys(source).every((code) => code in target);
}

function codesMessage(column: string, name: string): string {
  return `${column} holds codes of another list than ${name}. Turn them into the DfE's codes with CASE.`;
}

function textMisfit(schema: JsonObject, value: Value, throughRunner: boolean, add: Add, name: string): void {
  const { family, length } = value.type;
  if (family === 'date' || family === 'datetime') {
    if (!throughRunner || schema.pattern !== undefined) add('type', `${name} is a text; this is a date.`);
    return;
  }
  const limit = schema.maxLength;
  if (family === 'text' && typeof limit === 'number' && length !== null && length > limit) {
    const source = value.source === null ? 'This value' : value.source.name;
    add('length', `${source} can hold ${length} characters; ${name} takes ${limit}.`);
  }
}
