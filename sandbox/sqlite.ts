import type { DatabaseSync } from 'node:sqlite';
import { DataflowError } from '../core/errors.ts';

/** How long to wait for another program that is writing to the same file. */
const busyTimeoutMilliseconds = 5000;

/**
 * Opens a SQLite file, creating it when it does not exist and may be written. The driver is built into Node and is loaded on first use; a
 * Node without it gets a clear answer instead of a module error (`configuration`). A file that cannot be opened, or is
 * no database, is a DataflowError `storage`. The caller closes the database.
 */
export async function openSqlite(file: string, options: { readOnly?: boolean } = {}): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await loadDriver();
  let database: DatabaseSync | undefined;
  try {
    database = new Database(file, options);
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMilliseconds}`);
    // The file is looked at no earlier than the first read.
    database.prepare('SELECT COUNT(*) FROM sqlite_master').get();
    return database;
  } catch (error) {
    database?.close();
    throw new DataflowError(
      'storage',
      `The sandbox database "${file}" could not be opened. Check that its folder exists, that you may write to it, and that the file is not something else.`,
      { cause: error },
    );
  }
}

async function loadDriver(): Promise<typeof import('node:sqlite')> {
  try {
    return await import('node:sqlite');
  } catch (error) {
    throw new DataflowError(
      'configuration',
      `The sandbox needs the SQLite that is built into Node.js 22.13 and later; this is Node.js ${process.versions.node}. Nothing was created. Use a newer Node.js, or connect to a database of your own.`,
      { cause: error },
    );
  }
}

/**
 * What to throw for an error of a sandbox file: `message` as a DataflowError when SQLite or the file system said no, or
 * else the error itself, which is a known failure already or a fault of ours.
 */
export function storageFailure(error: unknown, message: string): unknown {
  const refused = error instanceof Error && !DataflowError.is(error) && 'code' in error;
  return refused ? new DataflowError('storage', message, { cause: error }) : error;
}
