import type { DatabaseSync } from 'node:sqlite';
import { findParameters } from '../../core/sql/parameters.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import { openSqliteStaging } from '../staging/sqliteStaging.ts';
import { stagingTableNames } from '../staging/stagingStore.ts';
import type { DatabaseFacts, ExistingColumn, ReadSession, SqlParameters, SqlRow, SsdConnection } from './connection.ts';
import { iterateRows, openSqliteFile, sqliteFailure } from './sqliteDatabase.ts';
import { openSqliteSubmissionLog } from './sqliteSubmissionLog.ts';

export interface SqliteConnectionOptions {
  readonly name: string;
  readonly file: string;
  readonly purpose: SsdConnection['purpose'];
}

/**
 * Connects to an SSD in an SQLite file: the sandbox, or a copy for tests. The file must exist.
 * @throws DataflowError `storage` when the file is missing, unreadable or not an SQLite database
 */
export async function openSqliteConnection(
  options: SqliteConnectionOptions,
  signal: AbortSignal,
): Promise<SsdConnection> {
  throwIfCancelled(signal);
  const { name, file, purpose } = options;
  // Opening read-only first: the driver would otherwise create an empty file where none is.
  (await openSqliteFile(file, { readOnly: true })).close();
  const database = await openForWriting(file);
  return {
    name,
    purpose,
    dialect: 'sqlite',
    openReadSession: (sessionSignal) => openSession(file, sessionSignal),
    openStaging: (table, stagingSignal) =>
      openSqliteStaging({ file, table, identity: `${name}/${stagingTableNames[table]}` }, stagingSignal),
    openSubmissionLog: (logSignal) => openSqliteSubmissionLog(file, logSignal),
    describe: async (describeSignal) => {
      throwIfCancelled(describeSignal);
      return describeDatabase(database.handle, database.writable);
    },
    close: async () => {
      if (database.handle.isOpen) database.handle.close();
    },
  };
}

async function openForWriting(file: string): Promise<{ handle: DatabaseSync; writable: boolean }> {
  try {
    return { handle: await openSqliteFile(file, { readOnly: false }), writable: true };
  } catch (error) {
    if (!DataflowError.is(error, 'storage')) throw error;
    // A read-only file still serves extracts; `describe` tells that staging cannot be written.
    return { handle: await openSqliteFile(file, { readOnly: true }), writable: false };
  }
}

async function openSession(file: string, signal: AbortSignal): Promise<ReadSession> {
  throwIfCancelled(signal);
  const database = await openSqliteFile(file, { readOnly: true });
  // The snapshot begins with the first read, not with BEGIN.
  database.exec('BEGIN; SELECT count(*) FROM sqlite_master');
  return {
    consistency: { snapshot: true, note: 'All rows were read from one snapshot of the database.' },
    query: (sql, parameters, querySignal) => runQuery(database, sql, parameters, querySignal),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

async function* runQuery(
  database: DatabaseSync,
  sql: string,
  parameters: SqlParameters,
  signal: AbortSignal,
): AsyncGenerator<SqlRow> {
  throwIfCancelled(signal);
  if (!database.isOpen) throw new DataflowError('storage', 'The query was not run: the read session is closed.');
  try {
    yield* iterateRows(database.prepare(sql), boundParameters(sql, parameters), signal);
  } catch (error) {
    throw sqliteFailure(error, 'A query could not be run.');
  }
}

/**
 * Values for the parameters that a query names. SQLite would take a misspelt one for NULL, and the query would quietly
 * find nothing.
 */
function boundParameters(sql: string, parameters: SqlParameters): Record<string, string | number | null> {
  const known = new Map(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]));
  const bound: Record<string, string | number | null> = {};
  for (const { name } of findParameters(sql, 'sqlite')) {
    const value = known.get(name.toLowerCase());
    if (value === undefined) {
      throw new DataflowError(
        'configuration',
        `A query uses @${name}, which has no value. It was not run. The parameters are ${Object.keys(parameters)
          .map((key) => `@${key}`)
          .join(', ')}.`,
      );
    }
    bound[name] = value;
  }
  return bound;
}

function describeDatabase(database: DatabaseSync, writable: boolean): DatabaseFacts {
  const tables = new Map<string, readonly ExistingColumn[]>();
  const names = database
    .prepare(
      `SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND lower(name) LIKE 'ssd\\_%' ESCAPE '\\' ORDER BY name`,
    )
    .all();
  for (const { name } of names) {
    const table = String(name);
    const columns = database.prepare('SELECT name, type, "notnull" AS required FROM pragma_table_info(?)').all(table);
    tables.set(
      table.toLowerCase(),
      columns.map((column) => describeColumn(String(column.name), String(column.type), column.required === 0)),
    );
  }
  const version = database.prepare('SELECT sqlite_version() AS version').get();
  return {
    product: `SQLite ${String(version?.version)}`,
    majorVersion: 3,
    compatibilityLevel: null,
    canReadSsd: tables.has('ssd_person'),
    canWriteStaging: writable,
    canCreateTable: writable,
    tables,
  };
}

function describeColumn(name: string, type: string, nullable: boolean): ExistingColumn {
  const length = /\((\d+)\)/.exec(type)?.[1];
  return { name, type: type.toLowerCase(), maxLength: length === undefined ? null : Number(length), nullable };
}
