import type { DatabaseSync } from 'node:sqlite';
import { DataflowError } from '../core/errors.ts';

/**
 * Opens a SQLite file. The driver is built into Node and is loaded on first use; a Node without it gets a clear
 * answer instead of a module error. The caller closes the database.
 */
export async function openSqlite(file: string, options: { readOnly?: boolean } = {}): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await loadDriver();
  try {
    return new Database(file, options);
  } catch (error) {
    throw new DataflowError(
      'storage',
      `The sandbox database "${file}" could not be opened. Check that the folder exists and that you may write to it.`,
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
