import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { inTransaction, iterateRows, openSqliteFile, sqliteFailure } from '../connections/sqliteDatabase.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import { type StagingStatements, stagingStatements } from './sqliteStagingSql.ts';
import {
  type StagedChild,
  type StagingCounts,
  type StagingOutcome,
  type StagingRow,
  type StagingStore,
  type StagingTable,
  stagingTableNames,
} from './stagingStore.ts';
import {
  duplicateChildError,
  duplicateRowsError,
  existingTableError,
  missingTableError,
  neededStagingColumns,
  readRowState,
  readSubmissionStatus,
  readUtcTime,
  toStagingCounts,
} from './stagingValues.ts';

export interface SqliteStagingOptions {
  readonly file: string;
  readonly table: StagingTable;
  readonly identity: string;
}

/**
 * The staging table in an SQLite file: the sandbox's, or the local store. Each merge and each stream of rows has a
 * connection of its own, so that rows can be recorded while others are still being read.
 */
export async function openSqliteStaging(options: SqliteStagingOptions, signal: AbortSignal): Promise<StagingStore> {
  throwIfCancelled(signal);
  return new SqliteStaging(options, await openSqliteFile(options.file, { readOnly: false }));
}

class SqliteStaging implements StagingStore {
  readonly table: StagingTable;
  readonly identity: string;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #sql: StagingStatements;

  constructor(options: SqliteStagingOptions, database: DatabaseSync) {
    this.table = options.table;
    this.identity = options.identity;
    this.#file = options.file;
    this.#database = database;
    this.#sql = stagingStatements(stagingTableNames[options.table]);
  }

  async check(signal: AbortSignal): Promise<{ exists: boolean; missingColumns: readonly string[] }> {
    throwIfCancelled(signal);
    const found = this.#database.prepare(this.#sql.columns).all();
    const names = new Set(found.map((row) => String(row.name).toLowerCase()));
    return { exists: names.size > 0, missingColumns: neededStagingColumns.filter((name) => !names.has(name)) };
  }

  async create(signal: AbortSignal): Promise<void> {
    if ((await this.check(signal)).exists) throw existingTableError(this.table);
    this.#attempt('The staging table could not be created.', (database) => {
      inTransaction(database, () => database.exec(this.#sql.create));
    });
  }

  async merge(
    children: AsyncIterable<StagedChild>,
    options: { readonly at: Date; readonly keep: ReadonlySet<string> },
    signal: AbortSignal,
  ): Promise<StagingCounts> {
    await this.#requireTable(signal);
    const database = await openSqliteFile(this.#file, { readOnly: false });
    try {
      database.exec(this.#sql.createIncoming);
      await load(database, this.#sql, children, signal);
      throwIfCancelled(signal);
      const keep = JSON.stringify([...options.keep]);
      const at = options.at.toISOString();
      inTransaction(database, () => {
        const twice = database.prepare(this.#sql.duplicates).all();
        if (twice.length > 0) {
          throw duplicateRowsError(
            this.table,
            twice.map((row) => String(row.person_id)),
          );
        }
        database.prepare(this.#sql.updateChanged).run({ at });
        database.prepare(this.#sql.markDeleted).run({ at, keep });
        database.prepare(this.#sql.insertNew).run({ at });
        throwIfCancelled(signal);
      });
      return countRows(database, this.#sql);
    } catch (error) {
      throw sqliteFailure(error, `Nothing was staged in ${stagingTableNames[this.table]}.`);
    } finally {
      // Closing drops the temporary table with the incoming children.
      database.close();
    }
  }

  async *rows(filter: Parameters<StagingStore['rows']>[0], signal: AbortSignal): AsyncGenerator<StagingRow> {
    await this.#requireTable(signal);
    const database = await openSqliteFile(this.#file, { readOnly: true });
    try {
      const statement = database.prepare(this.#sql.rows);
      const parameters = {
        states: filter.states === undefined ? null : JSON.stringify(filter.states),
        statuses: filter.statuses === undefined ? null : JSON.stringify(filter.statuses),
        ids: filter.personIds === undefined ? null : JSON.stringify(filter.personIds),
      };
      for await (const row of iterateRows(statement, parameters, signal)) yield readRow(row);
    } catch (error) {
      throw sqliteFailure(error, `The rows of ${stagingTableNames[this.table]} could not be read.`);
    } finally {
      database.close();
    }
  }

  async counts(signal: AbortSignal): Promise<StagingCounts> {
    await this.#requireTable(signal);
    return countRows(this.#database, this.#sql);
  }

  async record(outcomes: readonly StagingOutcome[], signal: AbortSignal): Promise<void> {
    await this.#requireTable(signal);
    this.#attempt('The answers of the DfE could not be written to the staging table.', (database) => {
      inTransaction(database, () => {
        for (const outcome of outcomes) recordOne(database, this.#sql, outcome);
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  async #requireTable(signal: AbortSignal): Promise<void> {
    const { exists, missingColumns } = await this.check(signal);
    if (!exists) throw missingTableError(this.table);
    if (missingColumns.length > 0) {
      throw new DataflowError(
        'configuration',
        `The staging table ${stagingTableNames[this.table]} lacks the columns ${missingColumns.join(', ')}. Nothing was changed. Add them, then try again.`,
      );
    }
  }

  #attempt(doing: string, work: (database: DatabaseSync) => void): void {
    try {
      work(this.#database);
    } catch (error) {
      throw sqliteFailure(error, doing);
    }
  }
}

/** Fills the temporary table. It belongs to this connection alone, so nothing shows before the merge transaction. */
async function load(
  database: DatabaseSync,
  sql: StagingStatements,
  children: AsyncIterable<StagedChild>,
  signal: AbortSignal,
): Promise<void> {
  const insert = database.prepare(sql.insertIncoming);
  database.exec('BEGIN');
  for await (const child of children) {
    throwIfCancelled(signal);
    const { changes } = insert.run(child.personId, child.legacyId, child.payload, child.hash);
    if (Number(changes) === 0) throw duplicateChildError(child.personId);
  }
  database.exec('COMMIT');
}

function countRows(database: DatabaseSync, sql: StagingStatements): StagingCounts {
  const groups = database.prepare(sql.counts).all();
  return toStagingCounts(
    groups.map((group) => ({
      state: readRowState(textOrNull(group.row_state), group.has_previous === 1),
      status: readSubmissionStatus(textOrNull(group.submission_status)),
      count: Number(group.rows_counted),
    })),
  );
}

function recordOne(database: DatabaseSync, sql: StagingStatements, outcome: StagingOutcome): void {
  const { personId } = outcome;
  const at = outcome.at.toISOString();
  const run = (text: string, parameters: Record<string, SQLInputValue>) =>
    void database.prepare(text).run({ personId, ...parameters });
  switch (outcome.kind) {
    case 'accepted':
      if (outcome.acceptedPayload === null) run(sql.acceptDeletion, { at, receipt: outcome.receipt });
      else {
        const { receipt, acceptedPayload: payload, acceptedHash: hash } = outcome;
        run(sql.acceptPayload, { at, receipt, payload, hash });
      }
      break;
    case 'rejected':
      run(sql.reject, { message: outcome.message });
      break;
    case 'settled':
      run(sql.settle, { note: outcome.note, hash: outcome.hash ?? null });
      break;
  }
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** A payload column; tools before ours left an empty text where nothing was sent. */
function payloadOrNull(value: SQLOutputValue | undefined): string | null {
  const text = textOrNull(value);
  return text === null || text.trim() === '' ? null : text;
}

function bytesOrNull(value: SQLOutputValue | undefined): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}

function readRow(row: Record<string, SQLOutputValue>): StagingRow {
  const previousPayload = payloadOrNull(row.previous_json_payload);
  return {
    personId: String(row.person_id),
    legacyId: textOrNull(row.legacy_id),
    payload: textOrNull(row.json_payload) ?? '',
    hash: bytesOrNull(row.current_hash),
    previousPayload,
    previousHash: bytesOrNull(row.previous_hash),
    rowState: readRowState(textOrNull(row.row_state), previousPayload !== null),
    submissionStatus: readSubmissionStatus(textOrNull(row.submission_status)),
    submissionTimestamp: readUtcTime(textOrNull(row.submission_timestamp)),
    apiResponse: textOrNull(row.api_response),
    lastUpdated: readUtcTime(textOrNull(row.last_updated)),
  };
}
