import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import type { SchemaPlace } from '../../core/payload/schemaAt.ts';
import type { JsonPath } from '../../core/problems.ts';
import { type SsdModelColumn, ssdTables } from '../../core/ssd/ssdModel.ts';

/** Most codes that a hover lists; longer sets are for completion. */
const codesShown = 15;

function text(schema: JsonObject, key: string): string | undefined {
  const value = schema[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(schema: JsonObject, key: string): readonly string[] {
  const value = schema[key];
  return Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];
}

function whole(schema: JsonObject, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

/** Text in Markdown as it stands, also when it holds characters that Markdown gives a meaning. */
export function plain(value: string): string {
  return value.replace(/[\\`*_{}[\]<>#|~]/g, (c) => `\\${c}`);
}

/** The name of the code set of a field or of the elements of a list of codes. */
export function codesetOf(schema: JsonObject): string | undefined {
  const own = text(schema, 'x-codeset');
  if (own !== undefined) return own;
  return isJsonObject(schema.items) ? text(schema.items, 'x-codeset') : undefined;
}

/** What a field may hold, in words: type, length, range, number of codes. */
function limitsOf(schema: JsonObject): string {
  const codes = text(schema, 'x-codeset');
  if (codes !== undefined) return `one of ${Object.keys(codeset(codes).codes).length} codes`;
  if (schema.format === 'date') return 'a date, YYYY-MM-DD';
  const least = whole(schema, 'minLength');
  const most = whole(schema, 'maxLength');
  switch (schema.type) {
    case 'string':
      if (least !== undefined && least === most) return `text of exactly ${most} characters`;
      return most === undefined ? 'text' : `text of at most ${most} characters`;
    case 'integer':
      return `a whole number from ${whole(schema, 'minimum')} to ${whole(schema, 'maximum')}`;
    case 'boolean':
      return 'true or false';
    case 'array': {
      const items = isJsonObject(schema.items) ? schema.items : {};
      const few = whole(schema, 'minItems');
      const many = whole(schema, 'maxItems');
      const count = many === undefined ? '' : ` of ${few ?? 0} to ${many}`;
      return items.type === 'object' ? `a list of objects${count}` : `a list${count}, each ${limitsOf(items)}`;
    }
    default:
      return 'an object';
  }
}

function certaintyOf(schema: JsonObject): string | undefined {
  const certainty = schema['x-certainty'];
  if (!isJsonObject(certainty)) return undefined;
  const parts = Object.entries(certainty).flatMap(([fact, how]) => (typeof how === 'string' ? `${fact}: ${how}` : []));
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** The field's place in words, such as `social_care_episodes.closure_reason`. */
export function fieldName(path: JsonPath): string {
  return path.filter((step) => typeof step === 'string').join('.');
}

/** The column that an `x-source` names as `table.column`; undefined when the SSD model does not have it. */
function ssdColumn(source: string): SsdModelColumn | undefined {
  const [table = '', column = ''] = source.toLowerCase().split('.');
  return ssdTables().get(table)?.columns.get(column);
}

function codeLines(name: string, value: unknown): string[] {
  const set = codeset(name);
  const lines: string[] = [];
  if (typeof value === 'string' && value !== '') {
    const label = set.codes[value];
    const retired = set.retired?.[value];
    if (label !== undefined) lines.push(`\`${value}\` means **${plain(label)}**.`, '');
    else if (retired !== undefined) lines.push(`\`${value}\` is a retired code: ${plain(retired)}.`, '');
    else lines.push('This value is not a code of the set.', '');
  }
  const codes = Object.entries(set.codes);
  if (codes.length <= codesShown) {
    lines.push(`Codes (${plain(set.description)})`, '');
    for (const [code, label] of codes) lines.push(`- \`${code}\` ${plain(label)}`);
  } else lines.push(`Codes: ${plain(set.description)} Completion lists all ${codes.length}.`);
  lines.push('');
  return lines;
}

/**
 * What is known about one place of the payload, as Markdown: what it is, what it may hold, what the code under the
 * cursor means, which SSD columns feed it, who else collects it and how certain that is. `value` is shown only when it
 * is a code of the field's set, so that no personal value is repeated.
 */
export function describeField(path: JsonPath, place: SchemaPlace, value: unknown): string {
  const { schema } = place;
  const isChild = path.length === 0;
  const name = isChild ? 'child' : (path.findLast((step) => typeof step === 'string') ?? 'child');
  const lines = [`**${plain(String(name))}**: ${plain(text(schema, 'description') ?? '')}`, ''];
  const item = whole(schema, 'x-item');
  const facts = [limitsOf(schema), place.required ? 'required' : 'optional'];
  if (item !== undefined) facts.unshift(`Spec item ${item}`);
  lines.push(
    `${facts.join(', ')}.`.replace(/^./, (c) => c.toUpperCase()),
    '',
  );
  const set = codesetOf(schema);
  if (set !== undefined) lines.push(...codeLines(set, value));
  const sources = texts(schema, 'x-source');
  if (sources.length > 0) {
    lines.push('Fed by', '');
    for (const source of sources) {
      const column = ssdColumn(source);
      const about = [column?.type, column?.description === undefined ? undefined : plain(column.description)];
      lines.push(`- \`${source}\` ${about.filter((part) => part !== undefined).join(', ')}`.trimEnd());
    }
    lines.push('');
  }
  const census = texts(schema, 'x-census');
  if (census.length > 0) lines.push(`Also collected by: ${census.join(', ')}.`, '');
  const note = text(schema, 'x-note');
  if (note !== undefined) lines.push(`Note: ${plain(note)}`, '');
  const certainty = certaintyOf(schema);
  if (certainty !== undefined) lines.push(`How certain: ${plain(certainty)}.`, '');
  return lines.join('\n').trimEnd();
}
