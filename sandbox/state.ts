import type { DatabaseSync } from 'node:sqlite';
import { DataflowError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';

/** What a sandbox database knows about itself. It is kept outside the `ssd_` tables. */
export interface SandboxState {
  readonly seed: number;
  /** The day that the data is for, `YYYY-MM-DD`; advancing moves it on. */
  readonly asOf: string;
  /** Highest number given to a child so far. */
  readonly children: number;
  readonly staff: number;
}

/** Stores the state, replacing what was there. */
export function writeState(database: DatabaseSync, state: SandboxState): void {
  database.exec('CREATE TABLE IF NOT EXISTS sandbox_state (key TEXT PRIMARY KEY, value TEXT NOT NULL)');
  const statement = database.prepare('INSERT OR REPLACE INTO sandbox_state (key, value) VALUES (?, ?)');
  statement.run('state', JSON.stringify(state));
}

/** Reads the state. Throws a DataflowError (`input`) when the file is not a sandbox database. */
export function readState(database: DatabaseSync, file: string): SandboxState {
  const known = database.prepare("SELECT name FROM sqlite_master WHERE name = 'sandbox_state'").get();
  const row = known && database.prepare("SELECT value FROM sandbox_state WHERE key = 'state'").get();
  const value: unknown = typeof row?.value === 'string' ? JSON.parse(row.value) : null;
  if (
    isJsonObject(value) &&
    typeof value.seed === 'number' &&
    typeof value.asOf === 'string' &&
    typeof value.children === 'number' &&
    typeof value.staff === 'number'
  ) {
    return { seed: value.seed, asOf: value.asOf, children: value.children, staff: value.staff };
  }
  throw new DataflowError(
    'input',
    `"${file}" is not a sandbox database. Nothing was changed. Run "sandbox reset" to create one.`,
  );
}
