import model from '../../schemas/ssd-model.json' with { type: 'json' };
import type { DatabaseFacts, ExistingColumn } from '../connections/connection.ts';
import { flavourNote } from './flavours.ts';
import { type FileUsage, mergeUsage, touched } from './packUsage.ts';
import { item, type PreflightItem } from './preflightItem.ts';

const modelTables: Readonly<Record<string, { readonly columns: Readonly<Record<string, { readonly type: string }>> }>> =
  model.tables;

type Family = 'date' | 'number' | 'text';

/** What kind of values a type of any supported database holds; null for what is told apart nowhere. */
function familyOf(type: string): Family | null {
  if (/date|time/.test(type)) return 'date';
  if (/char|text/.test(type)) return 'text';
  if (/int|numeric|decimal|real|float|double|bit|bool|money/.test(type)) return 'number';
  return null;
}

/** What a difference means for the extract; null when it makes none. */
function difference(
  wanted: string,
  column: ExistingColumn,
): { readonly text: string; readonly harmless: boolean } | null {
  const [meant, found] = [familyOf(wanted), familyOf(column.type)];
  if (meant === 'date' && found !== 'date') {
    return { text: 'and should hold dates: text is taken only as YYYY-MM-DD', harmless: false };
  }
  if (meant === 'number' && found === 'text') {
    return { text: 'and should hold numbers: a text that is no number is reported with the child', harmless: false };
  }
  const limit = /\((\d+)\)/.exec(wanted)?.[1];
  if (limit !== undefined && column.type === 'text') {
    return {
      text: `without a limit, where the model has ${limit} characters: longer values are reported`,
      harmless: true,
    };
  }
  return null;
}

/** Columns whose type is of another kind than the model says, so that values can come out otherwise than meant. */
export function checkColumnTypes(facts: DatabaseFacts, usage: readonly FileUsage[]): PreflightItem {
  const doubtful: string[] = [];
  const harmless: string[] = [];
  for (const [table, columns] of mergeUsage(usage)) {
    for (const column of facts.tables.get(table) ?? []) {
      const key = column.name.toLowerCase();
      const wanted = modelTables[table]?.columns[key]?.type;
      const readers = columns.get(key);
      if (wanted === undefined || readers === undefined) continue;
      const found = difference(wanted.toLowerCase(), column);
      if (found === null) continue;
      (found.harmless ? harmless : doubtful).push(
        `${table}.${key} is ${column.type} ${found.text}${flavourNote('type', table, key)}. Touches ${touched(readers)}.`,
      );
    }
  }
  const name = 'SSD column types';
  const details = [...doubtful, ...harmless];
  if (doubtful.length > 0) {
    return item(
      'types',
      name,
      'warn',
      `${doubtful.length} of the columns that hold dates or numbers have another type. Check how they were loaded.`,
      details,
    );
  }
  if (harmless.length === 0)
    return item('types', name, 'pass', 'Columns that hold dates and numbers have such a type.');
  return item(
    'types',
    name,
    'pass',
    `Columns that hold dates and numbers have such a type. ${harmless.length} columns of text have no limit; nothing needs to be done.`,
    details,
  );
}
