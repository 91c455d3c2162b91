import type { ErrorObject } from 'ajv/dist/2020.js';
import { distance } from 'fastest-levenshtein';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { defaultSpecVersion, loadSpec } from '../payload/spec.ts';
import type { JsonPath, ProblemFix } from '../problems.ts';
import { codeAdvice, codeFixes, guessCode, shownCode } from './codeHelp.ts';
import { readDate } from './dateHelp.ts';
import type { Finding } from './finding.ts';

/** Where a schema error is: the path as keys and indexes, the value, and the schema that it broke. */
interface Place {
  readonly path: JsonPath;
  readonly field: string;
  readonly value: JsonValue;
  readonly schema: JsonObject;
  /** Keyword of the schema that failed. */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Rules that name a field's own code list; other lists are FMT-27. Ethnicity stays with FMT-27, CHD-08 is for its absence. */
const codeRules: Readonly<Record<string, string>> = {
  sex: 'CHD-05',
  referral_source: 'EPI-03',
  closure_reason: 'EPI-06',
  start_reason: 'PLC-02',
  placement_type: 'PLC-03',
  end_reason: 'PLC-04',
  change_reason: 'PLC-05',
  activity: 'CLV-11',
  accommodation: 'CLV-11',
};

/** Turns a JSON pointer into a path, walking the value to tell list positions from keys that are digits. */
function pathOf(pointer: string, root: JsonValue): { path: (string | number)[]; value: JsonValue } {
  const path: (string | number)[] = [];
  let value: JsonValue = root;
  if (pointer === '') return { path, value };
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = Array.isArray(value) ? (value[Number(key)] ?? null) : isJsonObject(value) ? (value[key] ?? null) : null;
  }
  return { path, value };
}

/** The nearest field name on a path: that of the list for a list's element. */
function fieldOf(path: JsonPath): string {
  for (let at = path.length - 1; at >= 0; at--) {
    const step = path[at];
    if (typeof step === 'string') return step;
  }
  return 'child';
}

function isId(field: string): boolean {
  return field.endsWith('_id');
}

function isUpn(field: string): boolean {
  return field === 'unique_pupil_number' || field === 'former_unique_pupil_number';
}

function removeFix(path: JsonPath, title: string, safe = false): ProblemFix {
  return { kind: 'remove', title, path, safe };
}

function replaceFix(path: JsonPath, title: string, value: JsonValue, safe: boolean): ProblemFix {
  return { kind: 'replace', title, path, value, safe };
}

function codesetOf(schema: JsonObject): string | undefined {
  const name = schema['x-codeset'];
  return typeof name === 'string' ? name : undefined;
}

function unknownCode(place: Place, name: string, value: string | number): Finding {
  const { path, field } = place;
  const guess = guessCode(name, value);
  if (guess.kind === 'case' && typeof value === 'string') {
    const padded = value.trim() !== value;
    return {
      code: padded ? 'FMT-19' : 'FMT-20',
      ...(padded ? { variant: 'padded' } : {}),
      path,
      values: { field, code: guess.codes[0] ?? '' },
      fixes: codeFixes(path, guess, name),
    };
  }
  if (typeof value === 'string' && value.trim() === '') return blank(place);
  const longest = Math.max(...(place.schema.enum as string[]).map((code) => code.length));
  const words = typeof value === 'string' && value.length > longest && /\s/.test(value.trim());
  const code = words && guess.kind !== 'spelling' ? 'FMT-24' : (codeRules[field] ?? 'FMT-27');
  const typed: Finding = {
    code,
    variant: typeof value === 'number' ? 'number' : code === 'FMT-24' ? 'words' : 'unknown',
    path,
    values: { field, value: shownCode(value), advice: codeAdvice(name, guess), limit: longest },
    fixes:
      typeof value === 'number' && guess.kind === 'case'
        ? [replaceFix(path, `Quote it: "${value}"`, String(value), true)]
        : codeFixes(path, guess, name),
  };
  return typed;
}

function blank({ path, field }: Place): Finding {
  return {
    code: 'FMT-19',
    variant: 'empty',
    path,
    values: { field },
    fixes: [removeFix(path, typeof path.at(-1) === 'number' ? 'Remove it' : `Remove ${field}`)],
  };
}

function wrongDate({ path, field, value }: Place): Finding {
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

function wrongBoolean({ path, field, value }: Place): Finding {
  const meant = typeof value === 'object' ? undefined : truthTexts[String(value).trim().toLowerCase()];
  return {
    code: 'FMT-13',
    path,
    values: { field },
    fixes: meant === undefined ? [] : [replaceFix(path, `Change to ${meant}`, meant, true)],
  };
}

function wrongScore({ path, value }: Place): Finding {
  const number = typeof value === 'string' && /^\s*\d+(\.0+)?\s*$/.test(value) ? Number(value) : undefined;
  return {
    code: 'FMT-14',
    path,
    fixes: number === undefined ? [] : [replaceFix(path, `Change to the number ${number}`, number, true)],
  };
}

/** A factor list stored as `{"1A": "Yes", "4B": "No"}` names the codes whose value says yes. */
function listFromFlags(value: JsonValue): string[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  const flags = entries.map(([, flag]) => truthTexts[String(flag).trim().toLowerCase()]);
  return flags.includes(undefined) ? undefined : entries.filter((_, at) => flags[at]).map(([key]) => key);
}

function wrongList({ path, field, value, keyword }: Place): Finding {
  const code = field === 'disabilities' ? 'FMT-15' : field === 'factors' ? 'FMT-16' : 'FMT-17';
  if (keyword === 'minItems') {
    return { code, variant: 'empty', path, values: { field }, fixes: [removeFix(path, `Remove ${field}`, true)] };
  }
  if (keyword === 'maxItems') return { code, variant: 'many', path, values: { field } };
  const codes = code === 'FMT-17' ? undefined : typeof value === 'string' ? [value] : listFromFlags(value);
  const list = code === 'FMT-17' && isJsonObject(value) ? [value] : codes;
  return {
    code,
    variant: code === 'FMT-17' ? 'list' : 'default',
    path,
    values: { field },
    fixes: list === undefined ? [] : [replaceFix(path, 'Make it a list', list, false)],
  };
}

function wrongObject({ path, field, value }: Place): Finding {
  if (path.length === 0) return { code: 'FMT-01', variant: 'element', path };
  if (typeof path.at(-1) === 'number') return { code: 'FMT-17', variant: 'element', path, values: { field } };
  const only = Array.isArray(value) && value.length === 1 && isJsonObject(value[0]) ? value[0] : undefined;
  const fixes =
    only !== undefined
      ? [replaceFix(path, 'Send the object without the list', only, false)]
      : Array.isArray(value) && value.length === 0
        ? [removeFix(path, `Remove ${field}`)]
        : [];
  return { code: 'FMT-17', path, values: { field }, fixes };
}

/** A value that should be text: a number gets quotes where its digits can be meant. */
function wrongText(place: Place): Finding {
  const { path, field, value, schema } = place;
  const quote = typeof value === 'number' ? [replaceFix(path, 'Put it in quotes', String(value), true)] : [];
  const name = codesetOf(schema);
  if (name !== undefined) {
    if (typeof value === 'number') return unknownCode(place, name, value);
    return { code: codeRules[field] ?? 'FMT-27', variant: 'type', path, values: { field } };
  }
  if (schema.format === 'date') return wrongDate(place);
  const code = isId(field) ? 'FMT-04' : isUpn(field) ? 'UPN-01' : 'FMT-24';
  return { code, variant: 'type', path, values: { field }, fixes: quote };
}

function wrongNull(place: Place): Finding {
  const { path, field, schema } = place;
  if (path.length === 0) return { code: 'FMT-01', variant: 'element', path };
  const last = path.at(-1);
  if (field === 'la_child_id') return { code: 'CHD-01', path, at: 'value' };
  if (typeof last === 'string' && isId(field) && schema.minLength === 1) {
    return { code: 'FMT-03', variant: 'empty', path, values: { field } };
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

function wrongType(place: Place): Finding {
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

function wrongLength(place: Place): Finding {
  const { path, field, keyword, schema, value } = place;
  const limit = Number(schema.maxLength);
  const trimmed = typeof value === 'string' ? value.trim() : '';
  const trim = trimmed !== value && trimmed !== '' && trimmed.length <= limit;
  const fixes = trim ? [replaceFix(path, 'Trim the space', trimmed, true)] : [];
  if (isUpn(field)) return wrongUpn(place);
  if (keyword === 'minLength') {
    return field === 'la_child_id'
      ? { code: 'CHD-01', path }
      : { code: 'FMT-03', variant: 'empty', path, values: { field } };
  }
  const code = field === 'la_child_id' ? 'FMT-05' : isId(field) ? 'FMT-07' : 'FMT-24';
  const length = typeof value === 'string' ? [...value].length : 0;
  return { code, path, values: { field, limit, length }, fixes };
}

function wrongUpn({ path, field, value }: Place): Finding {
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^UN\d{1,2}$/i.test(text)) {
    return {
      code: 'UPN-09',
      path,
      values: { field },
      fixes: [
        {
          kind: 'rename',
          title: 'Move it to unique_pupil_number_unknown_reason',
          path,
          newKey: 'unique_pupil_number_unknown_reason',
          safe: false,
        },
      ],
    };
  }
  const fixes =
    text !== value && /^[A-Za-z0-9]{13}$/.test(text) ? [replaceFix(path, 'Trim the space', text, true)] : [];
  if (text === '')
    return { code: 'FMT-19', variant: 'empty', path, values: { field }, fixes: [removeFix(path, `Remove ${field}`)] };
  return { code: 'UPN-01', path, values: { field }, fixes };
}

function wrongPattern(place: Place): Finding {
  const { path, field, value } = place;
  if (isUpn(field)) return wrongUpn(place);
  const text = typeof value === 'string' ? value : '';
  const trimmed = text.trim();
  if (isId(field)) {
    const fits = trimmed !== text && /^[A-Za-z0-9_-]+$/.test(trimmed);
    return {
      code: 'FMT-04',
      path,
      values: { field },
      fixes: fits ? [replaceFix(path, 'Trim the space', trimmed, true)] : [],
    };
  }
  if (trimmed === '') return blank(place);
  const pattern = typeof place.schema.pattern === 'string' ? new RegExp(place.schema.pattern) : undefined;
  if (trimmed !== text && pattern?.test(trimmed)) {
    const fixes = [replaceFix(path, 'Trim the space', trimmed, true)];
    return { code: 'FMT-19', variant: 'padded', path, values: { field }, fixes };
  }
  const single = trimmed.replace(/\s+/g, ' ');
  const fixes = single !== text && pattern?.test(single) ? [replaceFix(path, 'Use one space', single, true)] : [];
  return { code: 'FMT-28', path, values: { field }, fixes };
}

function duplicateElement({ path, field, value, params }: Place): Finding {
  const first = Math.min(Number(params.i), Number(params.j));
  const again = Math.max(Number(params.i), Number(params.j));
  const element = Array.isArray(value) ? value[again] : undefined;
  const here = [...path, again];
  return {
    code: field === 'disabilities' ? 'CHD-11' : 'ASM-07',
    path: here,
    values: { value: typeof element === 'string' ? shownCode(element) : 'This value' },
    related: [{ path: [...path, first], at: 'value', message: 'The first one is here.' }],
    fixes: [removeFix(here, 'Remove the repeated code', true)],
  };
}

/** What a missing property is worth as a starting value for the fix that adds it. */
function startingValue(field: string): JsonValue {
  return field === 'child_details' ? {} : '';
}

function missing(place: Place): Finding {
  const field = String(place.params.missingProperty);
  const { path, value } = place;
  const purged = isJsonObject(value) && value.purge === true;
  const title = `Add ${field}`;
  const fixes: ProblemFix[] = [
    { kind: 'insert', title, path, newKey: field, value: startingValue(field), safe: false },
  ];
  const code = purged ? 'PRG-01' : field === 'la_child_id' ? 'CHD-01' : field === 'child_details' ? 'DLT-01' : 'FMT-03';
  return { code, path, at: 'opening', values: { field }, fixes };
}

const formerNames = loadSpec(defaultSpecVersion)['x-formerNames'];

/** Names of the objects of the schema that have a property of that name, for "it belongs in ...". */
function homesOf(key: string, schema: JsonValue, name: string, into: Set<string>): void {
  if (!isJsonObject(schema)) return;
  const items = schema.items;
  if (isJsonObject(items)) homesOf(key, items, name, into);
  const properties = schema.properties;
  if (!isJsonObject(properties)) return;
  if (Object.hasOwn(properties, key)) into.add(name);
  for (const [member, inner] of Object.entries(properties)) homesOf(key, inner, member, into);
}

/** Field names are shown whole unless they are not field names at all. */
function shownKey(key: string): string {
  return /^[\w.$ -]{1,60}$/.test(key) ? key : 'This key';
}

function unknownKey({ path, value, schema, params }: Place): Finding {
  const key = String(params.additionalProperty);
  const here = [...path, key];
  const remove = removeFix(here, `Remove ${shownKey(key)}`);
  const properties = isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
  const free = properties.filter((name) => !(isJsonObject(value) && Object.hasOwn(value, name)));
  const rename = (newKey: string): ProblemFix => ({
    kind: 'rename',
    title: `Rename to ${newKey}`,
    path: here,
    newKey,
    safe: false,
  });
  const base = { code: 'FMT-21', path: here, at: 'key' } as const;
  const former = isJsonObject(formerNames) && Object.hasOwn(formerNames, key) ? formerNames[key] : undefined;
  if (former === null) return { ...base, variant: 'dropped', values: { key }, fixes: [remove] };
  if (typeof former === 'string' && properties.includes(former)) {
    const fixes = free.includes(former) ? [rename(former), remove] : [remove];
    return { ...base, variant: 'former', values: { key, newKey: former }, fixes };
  }
  if (typeof former === 'string') {
    return { ...base, variant: 'moved', values: { key, newKey: former }, fixes: [remove] };
  }
  const near = free
    .map((name) => ({ name, far: distance(key.toLowerCase(), name) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 4)))
    .sort((a, b) => a.far - b.far)[0]?.name;
  if (near !== undefined) {
    return { ...base, variant: 'near', values: { key: shownKey(key), newKey: near }, fixes: [rename(near), remove] };
  }
  const homes = new Set<string>();
  homesOf(key, loadSpec(defaultSpecVersion).items ?? null, 'the child', homes);
  if (homes.size > 0) {
    return { ...base, variant: 'elsewhere', values: { key, homes: [...homes].join(' or ') }, fixes: [remove] };
  }
  return { ...base, values: { key: shownKey(key) }, fixes: [remove] };
}

/** Keywords by how well they name the fault, when one value breaks several. */
const precedence = ['type', 'enum', 'format', 'minLength', 'pattern', 'maxLength', 'minimum', 'maximum'];

function findingOf(place: Place): Finding | undefined {
  const name = codesetOf(place.schema);
  switch (place.keyword) {
    case 'type':
      return wrongType(place);
    case 'enum':
      return name !== undefined && typeof place.value === 'string' ? unknownCode(place, name, place.value) : undefined;
    case 'format':
      return wrongDate(place);
    case 'minLength':
    case 'maxLength':
      return wrongLength(place);
    case 'pattern':
      return wrongPattern(place);
    case 'minimum':
    case 'maximum':
      return { code: 'SDQ-01', path: place.path };
    case 'minItems':
    case 'maxItems':
      return wrongList(place);
    case 'uniqueItems':
      return duplicateElement(place);
    case 'required':
      return missing(place);
    case 'additionalProperties':
      return unknownKey(place);
    default:
      return undefined;
  }
}

/** Key of a place for "one value, one problem"; missing and unknown properties are faults of their own. */
function faultKey(place: Place): string {
  const own = place.params.missingProperty ?? place.params.additionalProperty ?? '';
  return JSON.stringify([place.path, precedence.includes(place.keyword) ? '' : place.keyword, own]);
}

/** The findings for the schema errors of a child: one for each faulty value, by the keyword that names it best. */
export function schemaFindings(child: JsonValue, errors: readonly ErrorObject[]): Finding[] {
  const best = new Map<string, Place>();
  for (const error of errors) {
    // A schema of `if` only says which of its branches failed; the branch itself is reported.
    if (error.keyword === 'if' || !isJsonObject(error.parentSchema)) continue;
    const { path, value } = pathOf(error.instancePath, child);
    const field = fieldOf(path);
    const place = { path, field, value, schema: error.parentSchema, keyword: error.keyword, params: error.params };
    const key = faultKey(place);
    const other = best.get(key);
    if (other === undefined || precedence.indexOf(place.keyword) < precedence.indexOf(other.keyword)) {
      best.set(key, place);
    }
  }
  return [...best.values()].map(findingOf).filter((finding) => finding !== undefined);
}
