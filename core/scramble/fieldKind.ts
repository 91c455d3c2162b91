import type { JsonObject } from '../json.ts';

/** What a field holds, as far as scrambling is concerned. */
export type FieldKind = 'id' | 'upn' | 'postcode' | 'name' | 'date' | 'code' | 'number' | 'flag' | 'text';

/**
 * What a property of the payload holds, from its schema.
 * @param schema its node in the spec; undefined for a property that the spec does not know, which may hold anything
 */
export function fieldKind(name: string, schema: JsonObject | undefined): FieldKind {
  if (schema === undefined) return 'text';
  if (schema['x-codeset'] !== undefined) return 'code';
  if (schema.format === 'date') return 'date';
  if (schema.type === 'boolean') return 'flag';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (name.endsWith('_id')) return 'id';
  if (name.includes('unique_pupil_number')) return 'upn';
  if (name === 'postcode') return 'postcode';
  if (name === 'first_name' || name === 'surname') return 'name';
  return 'text';
}
