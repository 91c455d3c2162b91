import type { DatabaseFacts } from '../connections/connection.ts';
import { stagingTableNames } from '../staging/stagingStore.ts';
import { type FileUsage, mergeUsage, touched } from './packUsage.ts';
import { item, type PreflightItem } from './preflightItem.ts';

/** How many tables a message names. */
const maxNamed = 5;

/** What only some databases tell of themselves: names that need quotes, and tables without statistics. */
export function checkFactsOfPostgres(facts: DatabaseFacts, usage: readonly FileUsage[]): readonly PreflightItem[] {
  const names = facts.quotedNames === undefined ? [] : [checkNames(facts.quotedNames, usage)];
  const statistics = facts.neverAnalysed === undefined ? [] : [checkStatistics(facts.neverAnalysed)];
  return [...names, ...statistics];
}

/** PostgreSQL turns unquoted names into lower case, so that a table made as "SSD_PERSON" is not found as ssd_person. */
function checkNames(quoted: NonNullable<DatabaseFacts['quotedNames']>, usage: readonly FileUsage[]): PreflightItem {
  const used = mergeUsage(usage);
  const staging: readonly string[] = Object.values(stagingTableNames);
  const details = quoted.flatMap(({ table, column, name }) => {
    const columns = used.get(table);
    const readers =
      column === null
        ? usage.filter((file) => file.tables.has(table)).map((file) => file.section)
        : (columns?.get(column) ?? []);
    const rename =
      column === null
        ? `ALTER TABLE "${name}" RENAME TO ${table}`
        : `ALTER TABLE ${table} RENAME COLUMN "${name}" TO ${column}`;
    if (staging.includes(table)) return [`“${name}” is needed for staging: ${rename}.`];
    return readers.length === 0 ? [] : [`“${name}” touches ${touched(readers)}: ${rename}.`];
  });
  const title = 'Names in lower case';
  if (details.length === 0) {
    return item('names', title, 'pass', 'Names of tables and columns are in lower case, as queries find them.');
  }
  return item(
    'names',
    title,
    'fail',
    `${details.length} names of tables and columns have capital letters. PostgreSQL finds such names only in double quotes, which the extract does not use. ` +
      'Ask your database administrator to rename them, or to make views with names in lower case.',
    details,
  );
}

function checkStatistics(tables: readonly string[]): PreflightItem {
  const name = 'Statistics of the database';
  if (tables.length === 0) return item('statistics', name, 'pass', 'The database has statistics of its tables.');
  const more = tables.length > maxNamed ? ` and ${tables.length - maxNamed} more` : '';
  return item(
    'statistics',
    name,
    'warn',
    `The database has never looked through ${tables.slice(0, maxNamed).join(', ')}${more}, and can choose slow ways to read them. ` +
      'Ask your database administrator to run ANALYZE after each load of the SSD.',
  );
}
