import { codesetNames } from '../../core/payload/codesets.ts';
import { type SsdModelColumn, type SsdModelTable, ssdTables } from '../../core/ssd/ssdModel.ts';
import data from '../../schemas/ssd-model.json' with { type: 'json' };
import { cell, codeCell, page, table } from './markdown.ts';

interface Variant {
  readonly tablePresent?: boolean;
  readonly changedTypes?: Readonly<Record<string, string>>;
  readonly extraColumns?: readonly { readonly name: string }[];
  readonly missingColumns?: readonly string[];
}

const raw: Readonly<Record<string, object>> = data.tables;
const codesets: ReadonlySet<string> = new Set(codesetNames());

function variantLines(name: string): string[] {
  const facts = raw[name] as { readonly variants?: Readonly<Record<string, unknown>> } | undefined;
  return Object.entries(facts?.variants ?? {}).flatMap(([system, one]) => {
    const variant = one as Variant;
    const words: string[] = [];
    if (variant.tablePresent === false) words.push('does not have this table');
    const changed = Object.entries(variant.changedTypes ?? {}).map(
      ([column, type]) => `${codeCell(column)} is ${type}`,
    );
    if (changed.length > 0) words.push(changed.join(', '));
    const extra = (variant.extraColumns ?? []).map((column) => codeCell(column.name));
    if (extra.length > 0) words.push(`also has ${extra.join(', ')}`);
    const missing = (variant.missingColumns ?? []).map(codeCell);
    if (missing.length > 0) words.push(`does not have ${missing.join(', ')}`);
    return words.length === 0 ? [] : [`- ${system}: ${words.join('; ')}`];
  });
}

function refersTo(column: SsdModelColumn): string {
  if (column.isKey) return 'key';
  return column.foreignKey === null ? '' : `[${column.foreignKey.table}](#${column.foreignKey.table})`;
}

/** A link to the codes; lists that only the staging table uses have no page part. */
function codes(name: string | null): string {
  if (name === null) return '';
  return codesets.has(name) ? `[${name}](codesets.md#${name})` : name;
}

function columnRow(column: SsdModelColumn): string[] {
  return [
    codeCell(column.name),
    cell(column.type),
    column.nullable ? 'yes' : 'no',
    refersTo(column),
    codes(column.codeset),
    column.itemRef ?? '',
    cell(column.description),
  ];
}

function section(one: SsdModelTable): string {
  const variants = variantLines(one.name);
  const former = [...one.formerColumns].map(([old, now]) => `- ${codeCell(old)} is now ${codeCell(now)}`);
  return [
    `## ${one.name}`,
    `${cell(one.description)}.${one.usedByPayload ? ' The payload takes fields from it.' : ''}`,
    table(
      ['Column', 'Type', 'May be NULL', 'Key or refers to', 'Codes', 'SSD item', 'Meaning'],
      [...one.columns.values()].map(columnRow),
    ),
    ...(variants.length === 0 ? [] : ['By case management system:', variants.join('\n')]),
    ...(former.length === 0 ? [] : ['Older names of columns:', former.join('\n')]),
  ].join('\n\n');
}

/** docs/reference/tables.md: tables and columns of the SSD, and how case management systems differ. */
export function tablesPage(): string {
  const tables = [...ssdTables().values()];
  return page('Tables of the SSD', [
    `${tables.length} tables. ${tables.filter((one) => one.usedByPayload).length} of them feed the payload.`,
    table(
      ['Table', 'Feeds the payload', 'What it holds'],
      tables.map((one) => [`[${one.name}](#${one.name})`, one.usedByPayload ? 'yes' : 'no', cell(one.description)]),
    ),
    ...tables.map(section),
  ]);
}
