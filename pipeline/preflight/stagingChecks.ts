import type { DatabaseFacts } from '../connections/connection.ts';
import { DataflowError } from '../errors.ts';
import { type StagingStore, stagingTableNames } from '../staging/stagingStore.ts';
import { counted, item, type PreflightItem } from './preflightItem.ts';

/** Schema and content of the staging table. */
export async function checkStaging(store: StagingStore, signal: AbortSignal): Promise<PreflightItem> {
  const name = 'Staging table';
  const table = stagingTableNames[store.table];
  const found = await store.check(signal);
  if (!found.exists) {
    return item(
      'staging',
      name,
      'warn',
      `${table} does not exist. Create it with “stage --create”, or ask your database administrator to.`,
    );
  }
  if (found.missingColumns.length > 0) {
    return item(
      'staging',
      name,
      'fail',
      `${table} lacks ${found.missingColumns.join(', ')}. Ask your database administrator to add what is missing, as in the SSD model.`,
    );
  }
  const counts = await store.counts(signal);
  const total = counts.new + counts.updated + counts.unchanged + counts.deleted;
  return item(
    'staging',
    name,
    'pass',
    `${table} has every column and holds ${counted(total, 'row')} (${counts.new} new, ${counts.updated} updated, ${counts.unchanged} unchanged, ${counts.deleted} deleted; ${counts.pending} pending).`,
  );
}

/** Whether the ids of the SSD fit the staging table's columns. `longest` are the characters of the longest id. */
export function checkStagingWidths(
  facts: DatabaseFacts,
  table: StagingStore['table'],
  longest: { readonly personId: number; readonly legacyId: number },
): PreflightItem {
  const name = 'Width of the staging table';
  const columns = facts.tables.get(stagingTableNames[table]) ?? [];
  const width = (column: string): number | null =>
    columns.find((c) => c.name.toLowerCase() === column)?.maxLength ?? null;
  const tooNarrow = [
    { column: 'person_id', needed: longest.personId },
    { column: 'legacy_id', needed: longest.legacyId },
  ].filter(({ column, needed }) => (width(column) ?? Number.POSITIVE_INFINITY) < needed);
  if (columns.length === 0) return item('staging-width', name, 'skip', 'There is no staging table in the database.');
  if (tooNarrow.length === 0) return item('staging-width', name, 'pass', 'All ids fit.');
  return item(
    'staging-width',
    name,
    'fail',
    `Ids are longer than ${tooNarrow.map(({ column, needed }) => `${column} (${width(column)} characters, ${needed} needed)`).join(' and ')}. Ask your database administrator to widen the columns.`,
  );
}

/** Turns an expected failure of a check into its line, so that the other checks still run. */
export async function attempt(
  id: string,
  name: string,
  work: () => Promise<PreflightItem | readonly PreflightItem[]>,
): Promise<readonly PreflightItem[]> {
  try {
    const result = await work();
    return 'id' in result ? [result] : result;
  } catch (error) {
    if (!DataflowError.is(error) || error.reason === 'cancelled') throw error;
    return [item(id, name, 'fail', error.message)];
  }
}
