import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { defaultSpecVersion, loadSpec } from '../../core/payload/spec.ts';
import { cell, codeCell, page, table } from './markdown.ts';

interface Field {
  readonly path: string;
  readonly schema: JsonObject;
  readonly required: 'yes' | 'no' | 'unless purge is true';
}

/** Names that the schema requires, and those that its `else` requires: of everything but a deletion. */
function requiredNames(owner: JsonObject): {
  readonly always: readonly string[];
  readonly unlessPurged: readonly string[];
} {
  const otherwise = isJsonObject(owner.else) ? owner.else : {};
  return { always: texts(owner.required), unlessPurged: texts(otherwise.required) };
}

function collect(owner: JsonObject, path: string, into: Field[]): void {
  const { always, unlessPurged } = requiredNames(owner);
  for (const [name, schema] of Object.entries(isJsonObject(owner.properties) ? owner.properties : {})) {
    if (!isJsonObject(schema)) continue;
    const here = path === '' ? name : `${path}.${name}`;
    const required = always.includes(name) ? 'yes' : unlessPurged.includes(name) ? 'unless purge is true' : 'no';
    into.push({ path: here, schema, required });
    if (isJsonObject(schema.items)) collect(schema.items, `${here}[]`, into);
    collect(schema, here, into);
  }
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function typeOf(schema: JsonObject): string {
  if (schema.format === 'date') return 'date';
  const items = isJsonObject(schema.items) ? schema.items.type : undefined;
  if (schema.type === 'array' && typeof items === 'string') return `list of ${items === 'object' ? 'objects' : items}`;
  return typeof schema.type === 'string' ? schema.type : 'any';
}

function limits(schema: JsonObject): string {
  const words: string[] = [];
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern } = schema;
  if (typeof minLength === 'number' && minLength === maxLength) words.push(`exactly ${minLength} characters`);
  else {
    if (typeof minLength === 'number') words.push(`at least ${minLength} character${minLength === 1 ? '' : 's'}`);
    if (typeof maxLength === 'number') words.push(`at most ${maxLength} characters`);
  }
  if (typeof minimum === 'number') words.push(`from ${minimum}`);
  if (typeof maximum === 'number') words.push(`to ${maximum}`);
  if (typeof minItems === 'number') words.push(`at least ${minItems} in the list`);
  if (typeof maxItems === 'number') words.push(`at most ${maxItems} in the list`);
  if (schema.uniqueItems === true) words.push('no value twice');
  if (typeof pattern === 'string') words.push(codeCell(pattern));
  return words.join(', ');
}

function codesetLink(schema: JsonObject): string {
  const own = isJsonObject(schema.items) ? (schema['x-codeset'] ?? schema.items['x-codeset']) : schema['x-codeset'];
  return typeof own === 'string' ? `[${own}](codesets.md#${own})` : '';
}

function certainty(schema: JsonObject): string {
  const said = schema['x-certainty'];
  if (!isJsonObject(said)) return '';
  return Object.entries(said)
    .map(([what, how]) => `${what}: ${cell(String(how))}`)
    .join('<br>');
}

function requirement(field: Field): string {
  return field.required === 'no' && field.schema['x-requiredUnknown'] === true ? 'not known' : field.required;
}

/** docs/reference/fields.md: every field of the default spec version in document order, from its payload schema. */
export function fieldsPage(): string {
  const spec = loadSpec(defaultSpecVersion);
  const fields: Field[] = [];
  if (isJsonObject(spec.items)) collect(spec.items, '', fields);
  const rows = fields.map((field) => {
    const { path, schema } = field;
    const item = schema['x-item'];
    return [
      codeCell(path),
      typeof item === 'number' ? String(item) : '',
      cell(typeof schema.description === 'string' ? schema.description : ''),
      typeOf(schema),
      requirement(field),
      limits(schema),
      codesetLink(schema),
      texts(schema['x-source']).map(codeCell).join('<br>'),
      texts(schema['x-census']).join(', '),
      certainty(schema),
    ];
  });
  return page('Fields of the payload', [
    `Specification version ${defaultSpecVersion}: ${fields.length} fields in the order of the document. \`[]\` stands for each element of a list.`,
    `"Required" says whether a payload without the field is refused, where the block that it stands in is there. "Census" names the statutory returns that hold the same fact. "Certainty" says how sure each limit is: *stated* is from the specification or the people who run the API, anything else is explained.`,
    table(
      ['Path', 'Item', 'Meaning', 'Type', 'Required', 'Limits', 'Codes', 'SSD columns', 'Census', 'Certainty'],
      rows,
    ),
  ]);
}
