import { distance } from 'fastest-levenshtein';
import { isJsonObject, type JsonValue } from '../json.ts';
import { defaultSpecVersion, loadSpec } from '../payload/spec.ts';
import type { ProblemFix } from '../problems.ts';
import type { Finding } from './finding.ts';
import { removeFix, replaceFix, type SchemaPlace, truthOf } from './schemaPlace.ts';
import { missingIdRule } from './schemaValues.ts';

/** A code list stored as `{"1A": "Yes", "4B": "No"}` names the codes whose value says yes. */
function listFromFlags(value: JsonValue): string[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).map(([key, flag]) => [key, truthOf(flag)] as const);
  return entries.some(([, flag]) => flag === undefined)
    ? undefined
    : entries.filter(([, flag]) => flag).map(([key]) => key);
}

/** A list that is no list, too short or too long. */
export function wrongList({ path, field, value, keyword }: SchemaPlace): Finding {
  const code = field === 'disabilities' ? 'FMT-15' : field === 'factors' ? 'FMT-16' : 'FMT-17';
  if (keyword === 'minItems') {
    return { code, variant: 'empty', path, values: { field }, fixes: [removeFix(path, `Remove ${field}`, true)] };
  }
  if (keyword === 'maxItems') return { code, variant: 'many', path, values: { field } };
  const ofCodes = typeof value === 'string' ? [value] : listFromFlags(value);
  const list = code !== 'FMT-17' ? ofCodes : isJsonObject(value) ? [value] : undefined;
  return {
    code,
    variant: code === 'FMT-17' ? 'list' : 'default',
    path,
    values: { field },
    fixes: list === undefined ? [] : [replaceFix(path, 'Make it a list', list, false)],
  };
}

/** An object that is no object. */
export function wrongObject({ path, field, value }: SchemaPlace): Finding {
  if (path.length === 0) return { code: 'FMT-01', variant: 'element', path };
  if (typeof path.at(-1) === 'number') return { code: 'FMT-17', variant: 'element', path, values: { field } };
  const fixes: ProblemFix[] = [];
  if (Array.isArray(value) && value.length === 0) fixes.push(removeFix(path, `Remove ${field}`));
  const only = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  if (isJsonObject(only)) fixes.push(replaceFix(path, 'Send the object without the list', only, false));
  return { code: 'FMT-17', path, values: { field }, fixes };
}

/** A property that must be there. */
export function missingProperty({ path, value, params, partial }: SchemaPlace): Finding {
  const field = String(params.missingProperty);
  const purged = isJsonObject(value) && value.purge === true;
  const own = field === 'la_child_id' ? 'CHD-01' : field === 'child_details' ? 'DLT-01' : missingIdRule(value, partial);
  const start = field === 'child_details' ? {} : '';
  const title = `Add ${field}`;
  const fixes: ProblemFix[] = [{ kind: 'insert', title, path: [...path, field], value: start, safe: false }];
  return { code: purged ? 'PRG-01' : own, path, at: 'opening', values: { field }, fixes };
}

const formerNames = loadSpec(defaultSpecVersion)['x-formerNames'];

/** Names of the objects of the schema that have a property of that name, for "it belongs in ...". */
function homesOf(key: string, schema: JsonValue, name: string, into: Set<string>): void {
  if (!isJsonObject(schema)) return;
  if (isJsonObject(schema.items)) homesOf(key, schema.items, name, into);
  if (!isJsonObject(schema.properties)) return;
  if (Object.hasOwn(schema.properties, key)) into.add(name);
  for (const [member, inner] of Object.entries(schema.properties)) homesOf(key, inner, member, into);
}

/** A key as a message may show it: whole when it looks like a field name. */
function shownKey(key: string): string {
  return /^[\w.$ -]{1,60}$/.test(key) ? key : 'This key';
}

function nearestName(key: string, names: readonly string[]): string | undefined {
  return names
    .map((name) => ({ name, far: distance(key.toLowerCase(), name) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 4)))
    .sort((a, b) => a.far - b.far)[0]?.name;
}

/** Rule FMT-21: a property that the spec does not have here. It may have had it once, elsewhere, or in another spelling. */
export function unknownKey({ path, value, schema, params }: SchemaPlace): Finding {
  const raw = String(params.additionalProperty);
  const here = [...path, raw];
  const key = shownKey(raw);
  const remove = removeFix(here, `Remove ${key === raw ? key : 'it'}`);
  const properties = isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
  const free = properties.filter((name) => !(isJsonObject(value) && Object.hasOwn(value, name)));
  const base = { code: 'FMT-21', path: here, at: 'key' } as const;
  const found = (variant: string, newKey: string, renames: boolean): Finding => {
    const rename: ProblemFix = { kind: 'rename', title: `Rename to ${newKey}`, path: here, newKey, safe: false };
    return { ...base, variant, values: { key, newKey }, fixes: renames ? [rename, remove] : [remove] };
  };
  const former = isJsonObject(formerNames) && Object.hasOwn(formerNames, raw) ? formerNames[raw] : undefined;
  if (former === null) return { ...base, variant: 'dropped', values: { key }, fixes: [remove] };
  if (typeof former === 'string') {
    return properties.includes(former) ? found('former', former, free.includes(former)) : found('moved', former, false);
  }
  const near = nearestName(raw, free);
  if (near !== undefined) return found('near', near, true);
  const homes = new Set<string>();
  homesOf(raw, loadSpec(defaultSpecVersion).items ?? null, 'the child', homes);
  if (homes.size === 0) return { ...base, values: { key }, fixes: [remove] };
  return { ...base, variant: 'elsewhere', values: { key, homes: [...homes].join(' or ') }, fixes: [remove] };
}
