import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sections } from '../../../core/payload/sections.ts';
import { composeExtract } from '../../../core/sql/compose.ts';

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

/** Runs one section of the shipped pack on a SQLite file, composed as the pipeline does. */
export function sectionRows(file: string, sectionName: string, window = window2026): Record<string, unknown>[] {
  const section = sections('0.9').find((s) => s.name === sectionName);
  if (section === undefined) throw new RangeError(`No section ${sectionName}`);
  const text = (name: string) => ({ name, text: packText(name) });
  const query = composeExtract({
    cohort: text('cohort.sql'),
    section: text(`${sectionName}.sql`),
    dialect: 'sqlite',
    orderBy: section.parentIds,
  });
  if (!query.ok) throw new Error(query.problems.map((problem) => problem.message).join('\n'));
  const used = Object.entries(window).filter(([name]) => query.sql.includes(`@${name}`));
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(query.sql).all(Object.fromEntries(used));
  } finally {
    database.close();
  }
}
