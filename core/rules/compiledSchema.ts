import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { codeset } from '../payload/codesets.ts';
import { loadSpec, type SpecVersion } from '../payload/spec.ts';
import { parseDay } from './days.ts';

/** Checks one child against the schema; on failure `errors` holds every error with its schema and data. */
export interface ChildSchemaCheck {
  (child: JsonValue): boolean;
  readonly errors?: readonly ErrorObject[] | null;
}

/** The schema with each `x-codeset` written out as an `enum`. */
function withCodes(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(withCodes);
  if (!isJsonObject(schema)) return schema;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) result[key] = withCodes(value);
  const name = schema['x-codeset'];
  if (typeof name === 'string') result.enum = Object.keys(codeset(name).codes);
  return result;
}

const compiled = new Map<SpecVersion, ChildSchemaCheck>();

/** The compiled schema of one child in a spec version: every fact of the schema, dates as real days, codes as lists. */
export function childSchemaCheck(version: SpecVersion): ChildSchemaCheck {
  const known = compiled.get(version);
  if (known !== undefined) return known;
  const child = withCodes(loadSpec(version).items ?? null);
  if (!isJsonObject(child)) throw new TypeError(`The payload schema ${version} has no items`);
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    verbose: true,
    formats: { date: (text: string) => parseDay(text) !== undefined },
  });
  const check = ajv.compile(child) as ChildSchemaCheck;
  compiled.set(version, check);
  return check;
}
