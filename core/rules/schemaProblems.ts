import type { ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonValue } from '../json.ts';
import type { Finding } from './finding.ts';
import { unknownCode } from './schemaCodes.ts';
import { codesetName, fieldOf, resolvePointer, type SchemaPlace } from './schemaPlace.ts';
import { missingProperty, unknownKey, wrongList, wrongObject } from './schemaShapes.ts';
import {
  wrongBoolean,
  wrongDate,
  wrongLength,
  wrongNull,
  wrongPattern,
  wrongScore,
  wrongText,
} from './schemaValues.ts';

function wrongType(place: SchemaPlace): Finding | undefined {
  if (place.value === null) return wrongNull(place);
  switch (place.params.type) {
    case 'boolean':
      return wrongBoolean(place);
    case 'integer':
      return wrongScore(place);
    case 'array':
      return wrongList(place);
    case 'object':
      return wrongObject(place);
    default:
      return wrongText(place);
  }
}

function wrongCode(place: SchemaPlace): Finding | undefined {
  const name = codesetName(place.schema);
  return name !== undefined && typeof place.value === 'string' ? unknownCode(place, name, place.value) : undefined;
}

/** Which function explains the failure of a keyword. Repeated elements (`uniqueItems`) have rules of their own. */
const explain: Readonly<Record<string, (place: SchemaPlace) => Finding | undefined>> = {
  type: wrongType,
  enum: wrongCode,
  format: wrongDate,
  minLength: wrongLength,
  maxLength: wrongLength,
  pattern: wrongPattern,
  minimum: ({ path }) => ({ code: 'SDQ-01', path }),
  maximum: ({ path }) => ({ code: 'SDQ-01', path }),
  minItems: wrongList,
  maxItems: wrongList,
  required: missingProperty,
  additionalProperties: unknownKey,
};

/** Keywords by how well they name the fault, when one value breaks several. */
const precedence = ['type', 'enum', 'format', 'minLength', 'pattern', 'maxLength', 'minimum', 'maximum'];

/** Key of a place for "one value, one problem"; missing and unknown properties are faults of their own. */
function faultKey(place: SchemaPlace): string {
  const own = place.params.missingProperty ?? place.params.additionalProperty ?? '';
  return JSON.stringify([place.path, precedence.includes(place.keyword) ? '' : place.keyword, own]);
}

/**
 * The findings for the schema errors of a child: one for each faulty value, by the keyword that names it best.
 * `partial` says that the child holds only what changed.
 */
export function schemaFindings(child: JsonValue, errors: readonly ErrorObject[], partial = false): Finding[] {
  const best = new Map<string, SchemaPlace>();
  for (const { instancePath, keyword, parentSchema, params } of errors) {
    // A failed `if` only says which of its branches applied; the branch itself is reported.
    if (!isJsonObject(parentSchema) || !Object.hasOwn(explain, keyword)) continue;
    const { path, value, parent } = resolvePointer(instancePath, child);
    const place = { path, field: fieldOf(path), value, parent, schema: parentSchema, keyword, params, partial };
    const key = faultKey(place);
    const other = best.get(key);
    if (other === undefined || precedence.indexOf(keyword) < precedence.indexOf(other.keyword)) best.set(key, place);
  }
  return [...best.values()].map((place) => explain[place.keyword]?.(place)).filter((finding) => finding !== undefined);
}
