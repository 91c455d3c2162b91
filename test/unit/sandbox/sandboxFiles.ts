import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The day that the sandbox tests are for. */
export const asOf = '2026-11-22';

/** A new folder for one test file; the operating system clears it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'ssd-sandbox-'));
}

/** A hash over every row of every table, in table and row order: equal content gives equal text. */
export function contentHash(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const hash = createHash('sha256');
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
    for (const { name } of tables) {
      if (typeof name !== 'string' || name.startsWith('sqlite_')) continue;
      for (const row of database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`).iterate()) {
        hash.update(`${name} ${JSON.stringify(row)}\n`);
      }
    }
    return hash.digest('hex');
  } finally {
    database.close();
  }
}

/** All rows of a query. */
export function rowsOf(file: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
