import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { composeExtract } from '../../../core/sql/compose.ts';
import { RowWriter } from '../../../sandbox/rowWriter.ts';
import { createTableStatements, type Row, type TableName, tableNames } from '../../../sandbox/schema.ts';

const packFolder = join(import.meta.dirname, '..', '..', '..', 'extracts');

/** The parameters of a run on 22 November 2026. */
export const window2026 = {
  cohort_start: '2024-04-01',
  cohort_end: '2026-11-23',
  run_date: '2026-11-22',
  latest_birth_date_out_of_scope: '1998-04-01',
};

export function packFiles(): string[] {
  return readdirSync(packFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

export function packText(name: string): string {
  return readFileSync(join(packFolder, name), 'utf8');
}

/** Rows of an SSD by table, as far as a test needs them. */
export type SsdRows = { readonly [T in TableName]?: readonly Row<T>[] };

/** An SSD in memory that holds just these rows. The caller closes it. */
export function ssdWith(...parts: readonly SsdRows[]): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  for (const statement of createTableStatements()) database.exec(statement);
  const writer = new RowWriter(database);
  for (const rows of parts) {
    for (const table of tableNames()) for (const row of rows[table] ?? []) writer.write(table, row);
  }
  return database;
}

/** Runs one section of the shipped pack, or an override of it, on an SSD, composed as the pipeline does. */
export function sectionRows(
  ssd: DatabaseSync,
  sectionName: string,
  window: Readonly<Record<string, string>> = window2026,
  override?: string,
): Record<string, unknown>[] {
  const sql = sectionQuery(sectionName, override);
  return ssd.prepare(sql).all(usedIn(sql, window));
}

/** The parameters of a window that a query mentions; SQLite refuses others. */
export function usedIn(sql: string, window: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(window).filter(([name]) => sql.includes(`@${name}`)));
}

/** The query of a section as the pipeline composes it for SQLite. */
export function sectionQuery(sectionName: string, override?: string): string {
  const text = (name: string) => ({ name, text: packText(name) });
  const query = composeExtract({
    cohort: text('cohort.sql'),
    section: override === undefined ? text(`${sectionName}.sql`) : { name: 'override.sql', text: override },
    dialect: 'sqlite',
    orderBy: ['la_child_id'],
  });
  if (!query.ok) throw new Error(query.problems.map((problem) => problem.message).join('\n'));
  return query.sql;
}

/** Rows of one section for an SSD that holds these rows. */
export function rowsFor(section: string, ...rows: SsdRows[]): Record<string, unknown>[] {
  const ssd = ssdWith(...rows);
  try {
    return sectionRows(ssd, section);
  } finally {
    ssd.close();
  }
}
