import { isJsonObject, type JsonObject } from '../../json.ts';
import { codeset } from '../../payload/codesets.ts';
import type { Section, SectionField } from '../../payload/sections.ts';
import type { SsdModelColumn, SsdModelTable } from '../../ssd/ssdModel.ts';
import type { Relation } from '../analysis/relation.ts';
import type { SqlFunction } from '../functions.ts';

/** How many codes or columns a description lists before it stops. */
const listLimit = 40;

/** A table of the SSD in Markdown: what it is, and its columns. */
export function describeTable(table: SsdModelTable): string {
  const rows = [...table.columns.values()].slice(0, listLimit).map((column) => {
    const mark = column.isKey ? ' (key)' : column.foreignKey === null ? '' : ` → ${column.foreignKey.table}`;
    return `| ${column.name}${mark} | ${column.type} | ${column.description} |`;
  });
  return [
    `**${table.name}** (SSD table)`,
    '',
    `${table.description}.`,
    '',
    '| Column | Type | Meaning |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

/** One line about a column: its type, and whether it is a key. */
export function columnDetail(column: SsdModelColumn): string {
  const key = column.isKey ? ', key' : column.foreignKey === null ? '' : `, refers to ${column.foreignKey.table}`;
  return `${column.type}${key}`;
}

/** A column of the SSD in Markdown. */
export function describeColumn(column: SsdModelColumn): string {
  const lines = [
    `**${column.table}.${column.name}** \`${column.type}\`${column.nullable ? '' : ' not null'}`,
    '',
    `${column.description}.`,
  ];
  if (column.isKey) lines.push('', 'Key of the table.');
  if (column.foreignKey !== null) lines.push('', `Refers to ${column.foreignKey.table}.${column.foreignKey.column}.`);
  if (column.itemRef !== null) lines.push('', `SSD item ${column.itemRef}.`);
  if (column.codeset !== null) lines.push('', ...codeList(column.codeset));
  return lines.join('\n');
}

function codeList(name: string): string[] {
  let codes: [string, string][];
  try {
    codes = Object.entries(codeset(name).codes);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
  const listed = codes.slice(0, listLimit).map(([code, label]) => `- \`${code}\` ${label}`);
  return ['Codes:', '', ...listed, ...(codes.length > listLimit ? [`- and ${codes.length - listLimit} more`] : [])];
}

/** What a field takes, in a few words. */
export function fieldDetail({ schema, required }: Pick<SectionField, 'schema' | 'required'>): string {
  const type = schema.format === 'date' ? 'date' : typeof schema.type === 'string' ? schema.type : 'value';
  const limit = typeof schema.maxLength === 'number' ? `, at most ${schema.maxLength} characters` : '';
  const code = codesetOf(schema) === null ? '' : ', code';
  return `${type}${code}${limit}${required ? ', required' : ''}`;
}

/** The code set of a field, or of the items of a list field; null when it has none. */
export function codesetOf(schema: JsonObject): string | null {
  const own = schema['x-codeset'];
  if (typeof own === 'string') return own;
  return isJsonObject(schema.items) ? codesetOf(schema.items) : null;
}

/** A field of a section in Markdown: the DfE's meaning, limits and codes, and the SSD columns behind it. */
export function describeField(section: Section, field: SectionField): string {
  const { schema } = field;
  const lines = [`**${field.name}** of ${section.label} (DfE field)`, '', fieldDetail(field)];
  if (typeof schema.description === 'string') lines.push('', `${schema.description}.`);
  if (typeof schema['x-item'] === 'number') lines.push('', `Specification item ${schema['x-item']}.`);
  const sources = schema['x-source'];
  if (Array.isArray(sources))
    lines.push(
      '',
      `SSD: ${sources
        .filter((source) => typeof source === 'string')
        .map((source) => `\`${source}\``)
        .join(', ')}`,
    );
  const codes = codesetOf(schema);
  if (codes !== null) lines.push('', ...codeList(codes));
  return lines.join('\n');
}

/** A relation that the text itself defines, in Markdown. */
export function describeRelation(relation: Relation): string {
  const kinds: Readonly<Record<Relation['kind'], string>> = {
    ssd: 'SSD table',
    cte: 'common table expression',
    temp: 'temporary table',
    variable: 'table variable',
    created: 'table of this script',
    derived: 'subquery',
    cohort: 'relation that the runner puts in front of every section: the people in scope',
    unknown: 'table',
  };
  const columns = [...relation.columns.values()]
    .slice(0, listLimit)
    .map(({ name, value }) => `- ${name}${value.type.text === '' ? '' : ` \`${value.type.text}\``}`);
  const open = relation.complete || relation.kind === 'unknown' ? [] : ['- and others'];
  const name = relation.name === '' ? '' : `**${relation.name}** `;
  return [`${name}(${kinds[relation.kind]})`, '', ...columns, ...(columns.length > 0 ? open : [])].join('\n');
}

/** A function in Markdown. */
export function describeFunction(found: SqlFunction): string {
  const lines = [`\`${found.signature}\``, '', found.text];
  const dialects = { tsql: 'SQL Server', postgres: 'PostgreSQL', sqlite: 'SQLite' } as const;
  if (found.only !== null) lines.push('', `Only in ${found.only.map((dialect) => dialects[dialect]).join(' and ')}.`);
  if (found.level !== null) lines.push('', `SQL Server: compatibility level ${found.level} and higher.`);
  return lines.join('\n');
}
