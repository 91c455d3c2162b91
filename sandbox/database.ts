import { rename, rm } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { DataflowError, throwIfCancelled } from '../core/errors.ts';
import { dayOf } from './calendar.ts';
import { generateChild } from './generate/child.ts';
import { generateStaff, staffFor } from './generate/staff.ts';
import { RowWriter } from './rowWriter.ts';
import { createIndexStatements, createTableStatements } from './schema.ts';
import { openSqlite, storageFailure } from './sqlite.ts';
import { writeState } from './state.ts';

export interface SandboxDatabaseOptions {
  /** How many people to invent; a few of them are not in the cohort. */
  readonly children: number;
  /** The same seed, number of children and day give the same database. */
  readonly seed: number;
  /** Whether some children break rules on purpose; `sandboxFaults` lists which. */
  readonly faulty?: boolean;
  /** The day that the database is for, `YYYY-MM-DD`: everything in it has happened by then. */
  readonly asOf: string;
  readonly signal?: AbortSignal;
  /** Told now and then how many children have been written. */
  readonly onProgress?: (children: number) => void;
}

/** Children in one transaction: between two of them other work gets its turn. */
const childrenAtOnce = 500;

/**
 * Creates an SSD with invented children in a SQLite file, replacing the file when it exists. The file appears whole
 * or not at all. Rejects with a DataflowError: `configuration` when this Node has no SQLite, `storage` when the file
 * cannot be written, `cancelled`, `usage` when the day is no date.
 */
export async function createSandboxDatabase(file: string, options: SandboxDatabaseOptions): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  const asOf = parseDay(options.asOf);
  const database = await openSqlite(partial);
  try {
    await fill(database, options, asOf);
    database.close();
    // A log that a crashed program left beside the old file would be played into the new one.
    for (const log of [`${file}-wal`, `${file}-shm`, `${file}-journal`]) await rm(log, { force: true });
    await rename(partial, file);
  } catch (error) {
    if (database.isOpen) database.close();
    await rm(partial, { force: true });
    throw storageFailure(
      error,
      `The sandbox database "${file}" could not be written. Nothing was changed. Check the free disk space and that no other program has the file open.`,
    );
  }
}

function parseDay(text: string): number {
  try {
    return dayOf(text);
  } catch (error) {
    throw new DataflowError('usage', `The sandbox needs a day as YYYY-MM-DD, not "${text}".`, { cause: error });
  }
}

async function fill(database: DatabaseSync, options: SandboxDatabaseOptions, asOf: number): Promise<void> {
  // The file is thrown away when anything fails, so it needs no protection against a crash while it is filled.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;');
  for (const statement of createTableStatements()) database.exec(statement);
  const { children, seed } = options;
  const staff = staffFor(children);
  const writer = new RowWriter(database);
  for (const worker of generateStaff(seed, staff)) writer.write('ssd_professionals', worker);
  for (let first = 1; first <= children; first += childrenAtOnce) {
    throwIfCancelled(options.signal);
    const last = Math.min(children, first + childrenAtOnce - 1);
    database.exec('BEGIN');
    for (let number = first; number <= last; number++) {
      writer.writeChild(generateChild({ seed, number, asOf, staff, faulty: options.faulty === true }));
    }
    database.exec('COMMIT');
    options.onProgress?.(last);
    await setImmediate();
  }
  for (const statement of createIndexStatements()) database.exec(statement);
  writeState(database, { seed, asOf: options.asOf, children, staff });
  database.exec('ANALYZE');
}
