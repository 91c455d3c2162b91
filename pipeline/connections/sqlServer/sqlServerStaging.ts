import { DataflowError, throwIfCancelled } from '../../errors.ts';
import {
  type StagedChild,
  type StagingCounts,
  type StagingOutcome,
  type StagingRow,
  type StagingStore,
  type StagingTable,
  stagingTableNames,
} from '../../staging/stagingStore.ts';
import {
  duplicateChildError,
  duplicateRowsError,
  missingTableError,
  neededStagingColumns,
  readRowState,
  readSubmissionStatus,
  submissionLockedError,
  toStagingCounts,
} from '../../staging/stagingValues.ts';
import type { ExistingColumn } from '../connection.ts';
import { type SqlServerAccess, stagingIdentity } from './access.ts';
import { IncomingLoader } from './incomingLoader.ts';
import { errorDetails, serverFailure } from './serverErrors.ts';
import { readTables } from './serverFacts.ts';
import { groupOutcomes, outcomeParameters, readRow, textOf } from './stagingRecords.ts';
import { personIdLength, type StagingSql, stagingSql } from './stagingSql.ts';
import { runBatch, runProcedure, runQuery, type StatementTarget, type TypedValue } from './statements.ts';

/** Rows that are read with their payloads at a time. No query stays open between pages, so that no lock does. */
const pageSize = 100;

/** How long another writer of the same table is waited for, in milliseconds. */
const lockTimeout = 30_000;

/** The staging table in the SSD database on SQL Server. */
export function openSqlServerStaging(access: SqlServerAccess, table: StagingTable): StagingStore {
  return new SqlServerStaging(access, table);
}

class SqlServerStaging implements StagingStore {
  readonly table: StagingTable;
  readonly identity: string;
  readonly #access: SqlServerAccess;
  readonly #sql: StagingSql;

  constructor(access: SqlServerAccess, table: StagingTable) {
    this.#access = access;
    this.table = table;
    this.identity = stagingIdentity(access.profile, table);
    this.#sql = stagingSql(access.profile.schema, table);
  }

  async check(signal: AbortSignal): Promise<{ exists: boolean; missingColumns: readonly string[] }> {
    return this.#attempt('The staging table could not be checked. Nothing was changed.', signal, async () => {
      const columns = await this.#columns(signal);
      const names = new Set(columns.map((column) => column.name.toLowerCase()));
      return { exists: columns.length > 0, missingColumns: neededStagingColumns.filter((name) => !names.has(name)) };
    });
  }

  async create(signal: AbortSignal): Promise<void> {
    await this.#attempt('The staging table could not be created.', signal, () =>
      runBatch(this.#access, this.#sql.create, signal),
    );
  }

  async merge(
    children: AsyncIterable<StagedChild>,
    options: { readonly at: Date; readonly keep: ReadonlySet<string> },
    signal: AbortSignal,
  ): Promise<StagingCounts> {
    const doing = `Nothing was staged in ${stagingTableNames[this.table]}.`;
    return this.#attempt(doing, signal, async () => {
      const limits = await this.#requireTable(signal);
      return this.#inTransaction(signal, async (target) => {
        await runBatch(target, this.#sql.createIncoming, signal);
        const loader = new IncomingLoader(target, limits, signal);
        await loader.load(children, (personId) => duplicateChildError(personId));
        await loader.keep(options.keep);
        await this.#lock(target, signal);
        const twice = await runQuery(target, this.#sql.duplicates, {}, signal);
        if (twice.length > 0)
          throw duplicateRowsError(
            this.table,
            twice.slice(0, 3).map((row) => String(row.person_id)),
          );
        const at: TypedValue = { type: 'moment', value: options.at };
        for (const sql of [this.#sql.updateChanged, this.#sql.markDeleted, this.#sql.insertNew]) {
          await runQuery(target, sql, { at }, signal);
        }
        await runBatch(target, this.#sql.dropIncoming, signal);
        // Counted before the commit: after it nothing may fail any more.
        return this.#count(target, signal);
      });
    });
  }

  async *rows(filter: Parameters<StagingStore['rows']>[0], signal: AbortSignal): AsyncGenerator<StagingRow> {
    const doing = `The rows of ${stagingTableNames[this.table]} could not be read.`;
    const ids = await this.#attempt(doing, signal, async () => {
      await this.#requireTable(signal);
      return this.#idsOf(filter, signal);
    });
    for (let from = 0; from < ids.length; from += pageSize) {
      const page = ids.slice(from, from + pageSize);
      const found = await this.#attempt(doing, signal, () => this.#page(page, signal));
      for (const id of page) {
        for (const row of found.get(id) ?? []) {
          yield row;
          throwIfCancelled(signal);
        }
      }
    }
  }

  async counts(signal: AbortSignal): Promise<StagingCounts> {
    return this.#attempt('The staging table could not be counted.', signal, async () => {
      await this.#requireTable(signal);
      return this.#count(this.#access, signal);
    });
  }

  async record(outcomes: readonly StagingOutcome[], signal: AbortSignal): Promise<void> {
    const doing = 'The outcomes of a batch could not be written to the staging table. They are kept in the journal.';
    await this.#attempt(doing, signal, async () => {
      await this.#requireTable(signal);
      await this.#inTransaction(signal, async (target) => {
        for (const group of groupOutcomes(outcomes)) {
          await runQuery(target, this.#sql.record(group.length), outcomeParameters(group), signal);
        }
      });
    });
  }

  /** The lock is that of an open transaction which does nothing else, so the server frees it when this process dies. */
  async lockSubmission(signal: AbortSignal): Promise<AsyncDisposable> {
    const { driver, pool } = this.#access;
    return this.#attempt('The submission could not begin. Nothing was sent.', signal, async () => {
      const transaction = new driver.Transaction(pool);
      await transaction.begin(driver.ISOLATION_LEVEL.READ_COMMITTED);
      const release = async (): Promise<void> => {
        // A connection that is gone has released the lock already.
        await transaction.rollback().catch(() => undefined);
      };
      try {
        const target: StatementTarget = { driver, transaction, bulk: false };
        const name: TypedValue = { type: 'text', value: `submit ${this.identity}`.slice(-255) };
        const result = await runProcedure(target, 'sp_getapplock', appLock(name, 0), signal);
        if (result < 0) throw submissionLockedError(this.table);
      } catch (error) {
        await release();
        throw error;
      }
      return { [Symbol.asyncDispose]: release };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The connections belong to the SsdConnection, and every operation gives back what it used.
  }

  async #attempt<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal);
    try {
      return await work();
    } catch (error) {
      if (!DataflowError.is(error)) throwIfCancelled(signal);
      throw serverFailure(error, this.#access.profile, doing);
    }
  }

  async #columns(signal: AbortSignal): Promise<readonly ExistingColumn[]> {
    const tables = await readTables(this.#access, this.#access.profile.schema, signal);
    return tables.get(stagingTableNames[this.table]) ?? [];
  }

  /** @throws DataflowError `configuration` when the table or a needed column is missing */
  async #requireTable(signal: AbortSignal): Promise<{ personId: number; legacyId: number }> {
    const columns = await this.#columns(signal);
    if (columns.length === 0) throw missingTableError(this.table);
    const lengths = new Map(columns.map((column) => [column.name.toLowerCase(), column.maxLength]));
    const missing = neededStagingColumns.filter((name) => !lengths.has(name));
    if (missing.length > 0) {
      throw new DataflowError(
        'configuration',
        `The staging table ${stagingTableNames[this.table]} lacks the ${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}. Nothing was changed. Ask your database administrator to add them as in the SSD model.`,
      );
    }
    const lengthOf = (name: string): number => lengths.get(name) ?? personIdLength;
    return { personId: lengthOf('person_id'), legacyId: lengthOf('legacy_id') };
  }

  /** Runs `work` on one connection in one transaction; nothing of it stays when it fails. */
  async #inTransaction<T>(signal: AbortSignal, work: (target: StatementTarget) => Promise<T>): Promise<T> {
    const { driver, pool, profile } = this.#access;
    const bulk = profile.authentication.type !== 'windows';
    const transaction = new driver.Transaction(pool);
    await transaction.begin(driver.ISOLATION_LEVEL.READ_COMMITTED);
    let result: T;
    try {
      result = await work({ driver, transaction, bulk });
      throwIfCancelled(signal);
    } catch (error) {
      // A lost connection, or a deadlock, has rolled back already; the first error says what happened.
      await transaction.rollback().catch(() => undefined);
      throw error;
    }
    try {
      await transaction.commit();
    } catch (error) {
      if (errorDetails(error).number !== null) throw error;
      throw new DataflowError(
        'unreachable',
        `No answer came when the changes to ${stagingTableNames[this.table]} were to be confirmed, so that it is not known whether they were made. Do the same again: it finds out, and changes nothing twice.`,
      );
    }
    return result;
  }

  /** Lets one merge at a time change the table. The lock goes with the transaction. */
  async #lock(target: StatementTarget, signal: AbortSignal): Promise<void> {
    const result = await runProcedure(
      target,
      'sp_getapplock',
      appLock({ type: 'text', value: this.identity.slice(-255) }, lockTimeout),
      signal,
    );
    if (result >= 0) return;
    throw new DataflowError(
      'locked',
      `Nothing was staged: another run is staging into ${stagingTableNames[this.table]} at the moment. Try again when it has finished.`,
    );
  }

  async #count(target: StatementTarget, signal: AbortSignal): Promise<StagingCounts> {
    const groups = await runQuery(target, this.#sql.counts, {}, signal);
    return toStagingCounts(
      groups.map((row) => ({
        state: readRowState(textOf(row.row_state), Number(row.has_previous) === 1),
        status: readSubmissionStatus(textOf(row.submission_status)),
        count: Number(row.rows_counted),
      })),
    );
  }

  /** Ids that pass the filter, in the order of their characters' codes. */
  async #idsOf(filter: Parameters<StagingStore['rows']>[0], signal: AbortSignal): Promise<readonly string[]> {
    const states = filter.states === undefined ? undefined : new Set(filter.states);
    const statuses = filter.statuses === undefined ? undefined : new Set(filter.statuses);
    const wanted = filter.personIds === undefined ? undefined : new Set(filter.personIds);
    if (states?.size === 0 || statuses?.size === 0 || wanted?.size === 0) return [];
    const ids = new Set<string>();
    for (const row of await runQuery(this.#access, this.#sql.ids, {}, signal)) {
      const id = String(row.person_id);
      const status = readSubmissionStatus(textOf(row.submission_status));
      if (wanted !== undefined && !wanted.has(id)) continue;
      if (states !== undefined && !states.has(readRowState(textOf(row.row_state), Number(row.has_previous) === 1)))
        continue;
      if (statuses !== undefined && (status === null || !statuses.has(status))) continue;
      ids.add(id);
    }
    return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  async #page(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly StagingRow[]>> {
    const parameters = Object.fromEntries(ids.map((id, i) => [`p${i}`, { type: 'text', value: id } as const]));
    const rows = new Map<string, StagingRow[]>();
    for (const row of await runQuery(this.#access, this.#sql.rows(ids.length), parameters, signal)) {
      const read = readRow(row);
      const same = rows.get(read.personId);
      if (same === undefined) rows.set(read.personId, [read]);
      else same.push(read);
    }
    return rows;
  }
}

/** Parameters of `sp_getapplock` for a lock that goes with the transaction; `timeout` in milliseconds. */
function appLock(resource: TypedValue, timeout: number): Record<string, TypedValue> {
  return {
    Resource: resource,
    LockMode: { type: 'text', value: 'Exclusive' },
    LockOwner: { type: 'text', value: 'Transaction' },
    LockTimeout: { type: 'number', value: timeout },
  };
}
