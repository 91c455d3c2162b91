import { readDate } from './dateHelp.ts';
import type { Finding } from './finding.ts';
import { codeRule, unknownCode } from './schemaCodes.ts';
import {
  blankFinding,
  codesetName,
  isIdField,
  isUpnField,
  removeFix,
  replaceFix,
  type SchemaPlace,
  truthOf,
} from './schemaPlace.ts';

/** Rule FMT-11: a date that is not a real day as `YYYY-MM-DD`, with the day it names where only one can be meant. */
export function wrongDate({ path, field, value }: SchemaPlace): Finding {
  if (typeof value !== 'string') return { code: 'FMT-11', variant: 'form', path, values: { field } };
  const read = readDate(value);
  const fixes =
    read.fault === 'empty'
      ? [removeFix(path, `Remove ${field}`)]
      : read.repaired === undefined
        ? []
        : [replaceFix(path, 'Write it as YYYY-MM-DD', read.repaired, read.lossless)];
  return { code: 'FMT-11', variant: read.fault, path, values: { field }, fixes };
}

/** Rule FMT-13: something else where true or false belongs. */
export function wrongBoolean({ path, field, value }: SchemaPlace): Finding {
  const meant = truthOf(value);
  const fixes = meant === undefined ? [] : [replaceFix(path, `Change to ${meant}`, meant, true)];
  return { code: 'FMT-13', path, values: { field }, fixes };
}

/** Rule FMT-14: a score that is no whole number. */
export function wrongScore({ path, value }: SchemaPlace): Finding {
  const number = typeof value === 'string' && /^\s*\d+(\.0+)?\s*$/.test(value) ? Number(value) : undefined;
  const fixes = number === undefined ? [] : [replaceFix(path, `Change to the number ${number}`, number, true)];
  return { code: 'FMT-14', path, fixes };
}

/** A value that should be text. A number gets quotes where its digits can be meant. */
export function wrongText(place: SchemaPlace): Finding | undefined {
  const { path, field, value, schema } = place;
  const name = codesetName(schema);
  if (name !== undefined && typeof value === 'number') return unknownCode(place, name, value);
  if (name !== undefined) {
    const values = { field, value: 'This value', advice: 'Write one code of the list in quotes.' };
    return { code: codeRule(field), variant: 'type', path, values };
  }
  if (schema.format === 'date') return wrongDate(place);
  const code = isIdField(field) ? 'FMT-04' : isUpnField(field) ? 'UPN-01' : 'FMT-24';
  // No number can be a unique pupil number, which begins with a letter.
  const quotable = typeof value === 'number' && code !== 'UPN-01';
  const fixes = quotable ? [replaceFix(path, 'Put it in quotes', String(value), true)] : [];
  return { code, variant: 'type', path, values: { field }, fixes };
}

/** A null: for an id it is an id that is missing, elsewhere a field that is better left out. */
export function wrongNull({ path, field, schema, parent, partial }: SchemaPlace): Finding {
  const last = path.at(-1);
  if (last === undefined) return { code: 'FMT-01', variant: 'element', path };
  if (field === 'la_child_id') return { code: 'CHD-01', path };
  if (typeof last === 'string' && isIdField(field) && schema.minLength === 1) {
    return { code: missingIdRule(parent, partial), variant: 'empty', path, values: { field } };
  }
  if (field === 'child_details' && path.length === 1) return { code: 'DLT-01', path, values: { field } };
  const element = typeof last === 'number';
  return {
    code: 'FMT-18',
    variant: element ? 'element' : 'default',
    path,
    values: { field },
    fixes: [removeFix(path, element ? 'Remove the null' : `Remove ${field}`)],
  };
}

/** The rule that an element without its id breaks: by whether it is purged, changed or whole. */
export function missingIdRule(element: unknown, partial: boolean): string {
  const purged = typeof element === 'object' && element !== null && 'purge' in element && element.purge === true;
  return purged ? 'PRG-01' : partial ? 'DLT-02' : 'FMT-03';
}

/** A text that is too short or too long. */
export function wrongLength(place: SchemaPlace): Finding {
  const { path, field, keyword, schema, value } = place;
  if (isUpnField(field)) return wrongUpn(place);
  if (keyword === 'minLength') {
    if (field === 'la_child_id') return { code: 'CHD-01', path };
    return { code: missingIdRule(place.parent, place.partial), variant: 'empty', path, values: { field } };
  }
  const limit = Number(schema.maxLength);
  const text = typeof value === 'string' ? value : '';
  const trimmed = text.trim();
  const fits = trimmed !== text && trimmed !== '' && [...trimmed].length <= limit;
  const code = field === 'la_child_id' ? 'FMT-05' : isIdField(field) ? 'FMT-07' : 'FMT-24';
  return {
    code,
    path,
    values: { field, limit, length: [...text].length },
    fixes: fits ? [replaceFix(path, 'Trim the space', trimmed, true)] : [],
  };
}

function wrongUpn(place: SchemaPlace): Finding {
  const { path, field, value } = place;
  const text = typeof value === 'string' ? value : '';
  const trimmed = text.trim();
  if (trimmed === '') return blankFinding(place);
  if (/^UN\d{1,2}$/i.test(trimmed)) {
    const newKey = 'unique_pupil_number_unknown_reason';
    const fixes = [{ kind: 'rename' as const, title: `Move it to ${newKey}`, path, newKey, safe: false }];
    return { code: 'UPN-09', path, values: { field }, fixes };
  }
  const fits = trimmed !== text && /^[A-Za-z0-9]{13}$/.test(trimmed);
  const fixes = fits ? [replaceFix(path, 'Trim the space', trimmed, true)] : [];
  return { code: 'UPN-01', path, values: { field }, fixes };
}

/** A text that does not have the form of its field. */
export function wrongPattern(place: SchemaPlace): Finding {
  const { path, field, value, schema } = place;
  if (isUpnField(field)) return wrongUpn(place);
  const text = typeof value === 'string' ? value : '';
  const trimmed = text.trim();
  const pattern = typeof schema.pattern === 'string' ? new RegExp(schema.pattern) : undefined;
  const fits = (candidate: string): boolean => candidate !== text && pattern?.test(candidate) === true;
  if (isIdField(field)) {
    const fixes = fits(trimmed) && trimmed !== '' ? [replaceFix(path, 'Trim the space', trimmed, true)] : [];
    return { code: 'FMT-04', path, values: { field }, fixes };
  }
  if (trimmed === '') return blankFinding(place);
  if (fits(trimmed)) {
    const fixes = [replaceFix(path, 'Trim the space', trimmed, true)];
    return { code: 'FMT-19', variant: 'padded', path, values: { field }, fixes };
  }
  const single = trimmed.replace(/\s+/g, ' ');
  const fixes = fits(single) ? [replaceFix(path, 'Use one space', single, true)] : [];
  return { code: 'FMT-28', path, values: { field }, fixes };
}
