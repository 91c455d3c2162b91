import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DataflowError, throwIfCancelled } from '../errors.ts';

/** How long a statement waits for another process's lock, in milliseconds. */
const lockTimeout = 10_000;

/** How long rows are read before other work of this process gets a turn, in milliseconds. */
const turnLength = 8;

/**
 * Opens an SQLite file. The driver is loaded on first use. A file opened for writing is put into write-ahead mode, so
 * that a reader keeps its snapshot while another connection writes.
 * @throws DataflowError `storage` when the file cannot be opened
 */
export async function openSqliteFile(file: string, options: { readonly readOnly: boolean }): Promise<DatabaseSync> {
  const { DatabaseSync } = await import('node:sqlite');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: options.readOnly });
    database.exec(`PRAGMA busy_timeout = ${lockTimeout}`);
    if (!options.readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // The file is only read here: an unreadable file or one of another kind shows now and not half-way through.
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return database;
  } catch (error) {
    database?.close();
    throw sqliteFailure(error, `The database file ${file} could not be opened.`);
  }
}

function extendedCode(error: unknown): number {
  if (typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number') {
    return error.errcode;
  }
  return 0;
}

/**
 * An expected failure from whatever the driver threw. SQLite's messages name tables, columns and files, never values.
 * @param doing a full sentence on what failed
 */
export function sqliteFailure(error: unknown, doing: string): DataflowError {
  if (error instanceof DataflowError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  // Primary result codes: https://www.sqlite.org/rescode.html
  switch (extendedCode(error) & 0xff) {
    case 1:
      return new DataflowError('configuration', `${doing} The database says: ${detail}. Check the query.`, {
        cause: error,
      });
    case 5:
    case 6:
      return new DataflowError('locked', `${doing} Another process is using the database. Try again in a moment.`, {
        cause: error,
      });
    default:
      return new DataflowError('storage', `${doing} The database says: ${detail}.`, { cause: error });
  }
}

/** A column value with whole numbers as `number` wherever that keeps every digit. */
function plainValue(value: SQLOutputValue): SQLOutputValue {
  if (typeof value !== 'bigint') return value;
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

/**
 * Streams the rows of a prepared statement. Gives other work of the process a turn every few milliseconds, so that a
 * cancel is noticed although the driver itself is synchronous.
 */
export async function* iterateRows(
  statement: StatementSync,
  parameters: Record<string, string | number | null>,
  signal: AbortSignal,
): AsyncGenerator<Record<string, SQLOutputValue>> {
  throwIfCancelled(signal);
  statement.setReadBigInts(true);
  let turnStarted = performance.now();
  for (const row of statement.iterate(parameters)) {
    for (const [name, value] of Object.entries(row)) row[name] = plainValue(value);
    yield row;
    if (performance.now() - turnStarted > turnLength) {
      await nextTurn();
      turnStarted = performance.now();
    }
    throwIfCancelled(signal);
  }
}

/** Runs `work` in one write transaction; rolls it back when `work` throws. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself rolls back after some failures (disk full); rolling back twice would hide the first error.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
