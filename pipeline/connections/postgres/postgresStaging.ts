import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { isJsonObject, type JsonValue } from '../../../core/json.ts';
import { canonicalText } from '../../../core/payload/canonical.ts';
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
  readUtcTime,
  submissionLockedError,
  toStagingCounts,
} from '../../staging/stagingValues.ts';
import { describeProfile } from '../profile.ts';
import type { PgClient } from './driver.ts';
import { isConnectionLost, postgresFailure } from './postgresErrors.ts';
import { readTables } from './postgresFacts.ts';
import { cancellable, openClient, type PostgresAccess, quoteName } from './session.ts';
import { type StagingSql, stagingSql } from './stagingSql.ts';

/** Rows fetched at a time, with their payloads. */
const fetchSize = 200;

/** How long another writer of the same table is waited for, in milliseconds. */
const lockTimeout = 30_000;

/** The staging table in the SSD database on PostgreSQL. Every operation has a connection of its own. */
export function openPostgresStaging(access: PostgresAccess, table: StagingTable): StagingStore {
  return new PostgresStaging(access, table);
}

/** What is known of the table before it is used. */
interface TableFacts {
  readonly sql: StagingSql;
  /** The database keeps payloads in a form of its own, which has to be put into ours when it is read. */
  readonly binaryJson: boolean;
}

class PostgresStaging implements StagingStore {
  readonly table: StagingTable;
  readonly identity: string;
  readonly #access: PostgresAccess;
  readonly #name: string;

  constructor(access: PostgresAccess, table: StagingTable) {
    const { server, port, database, schema } = access.profile;
    this.table = table;
    this.#access = access;
    this.#name = stagingTableNames[table];
    this.identity = `postgres:${server}:${port ?? ''}/${database}/${schema}/${this.#name}`.toLowerCase();
  }

  async check(signal: AbortSignal): Promise<{ exists: boolean; missingColumns: readonly string[] }> {
    return this.#onClient('The staging table could not be checked. Nothing was changed.', signal, async (client) => {
      const columns = (await readTables(client, this.#access.profile.schema)).get(this.#name) ?? [];
      const names = new Set(columns.map((column) => column.name.toLowerCase()));
      return { exists: columns.length > 0, missingColumns: neededStagingColumns.filter((name) => !names.has(name)) };
    });
  }

  async create(signal: AbortSignal): Promise<void> {
    await this.#onClient('The staging table could not be created.', signal, (client) =>
      this.#inTransaction(client, signal, () => client.query(this.#statements('text').create)),
    );
  }

  async merge(
    children: AsyncIterable<StagedChild>,
    options: { readonly at: Date; readonly keep: ReadonlySet<string> },
    signal: AbortSignal,
  ): Promise<StagingCounts> {
    return this.#onClient(`Nothing was staged in ${this.#name}.`, signal, async (client) => {
      const { sql } = await this.#requireTable(client);
      return this.#inTransaction(client, signal, async () => {
        await client.query(sql.createIncoming);
        await pipeline(Readable.from(copyLines(children, signal)), client.query(copyFrom(sql.copyIncoming)), {
          signal,
        });
        await client.query(`SET LOCAL lock_timeout = ${lockTimeout}`);
        await client.query(sql.lock, [this.identity]);
        const twice = await client.query<{ person_id: string }>(sql.duplicates);
        if (twice.rows.length > 0) {
          throw duplicateRowsError(
            this.table,
            twice.rows.map((row) => row.person_id),
          );
        }
        const at = timestamp(options.at);
        await client.query(sql.updateChanged, [at]);
        await client.query(sql.markDeleted, [at, [...options.keep]]);
        await client.query(sql.insertNew, [at]);
        return countRows(client, sql);
      });
    });
  }

  async *rows(filter: Parameters<StagingStore['rows']>[0], signal: AbortSignal): AsyncGenerator<StagingRow> {
    const doing = `The rows of ${this.#name} could not be read.`;
    const client = await this.#open(doing, signal);
    try {
      const { sql, binaryJson } = await this.#attempt(doing, client, signal, () => this.#requireTable(client));
      const parameters = [filter.states ?? null, filter.statuses ?? null, filter.personIds ?? null];
      await this.#attempt(doing, client, signal, async () => {
        await client.query('BEGIN READ ONLY');
        await client.query(`DECLARE ssd_rows NO SCROLL CURSOR FOR ${sql.rows}`, parameters);
      });
      for (;;) {
        const { rows } = await this.#attempt(doing, client, signal, () =>
          client.query<Record<string, unknown>>(`FETCH ${fetchSize} FROM ssd_rows`),
        );
        for (const row of rows) {
          throwIfCancelled(signal);
          yield readRow(row, binaryJson);
        }
        if (rows.length < fetchSize) return;
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async counts(signal: AbortSignal): Promise<StagingCounts> {
    return this.#onClient('The staging table could not be counted.', signal, async (client) =>
      countRows(client, (await this.#requireTable(client)).sql),
    );
  }

  async record(outcomes: readonly StagingOutcome[], signal: AbortSignal): Promise<void> {
    const doing = 'The outcomes of a batch could not be written to the staging table. They are kept in the journal.';
    await this.#onClient(doing, signal, async (client) => {
      const { sql } = await this.#requireTable(client);
      await this.#inTransaction(client, signal, async () => {
        for (const group of groupOutcomes(outcomes)) await client.query(sql.record, outcomeColumns(group));
      });
    });
  }

  /** The lock is that of a connection which does nothing else, so the server frees it when this process dies. */
  async lockSubmission(signal: AbortSignal): Promise<AsyncDisposable> {
    const doing = 'The submission could not begin. Nothing was sent.';
    const client = await this.#open(doing, signal);
    const release = async (): Promise<void> => {
      await client.end().catch(() => undefined);
    };
    try {
      const { rows } = await this.#attempt(doing, client, signal, () =>
        client.query<{ held: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS held', [
          `submit ${this.identity}`,
        ]),
      );
      if (rows[0]?.held !== true) throw submissionLockedError(this.table);
    } catch (error) {
      await release();
      throw error;
    }
    return { [Symbol.asyncDispose]: release };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Every operation closes the connection that it used.
  }

  #statements(json: 'text' | 'json' | 'jsonb'): StagingSql {
    const { schema } = this.#access.profile;
    return stagingSql(`${quoteName(schema)}.${quoteName(this.#name)}`, quoteName(`ix_${this.#name}_person_id`), json);
  }

  /** @throws DataflowError `configuration` when the table or a needed column is missing */
  async #requireTable(client: PgClient): Promise<TableFacts> {
    const columns = (await readTables(client, this.#access.profile.schema)).get(this.#name) ?? [];
    if (columns.length === 0) throw missingTableError(this.table);
    const types = new Map(columns.map((column) => [column.name.toLowerCase(), column.type]));
    const missing = neededStagingColumns.filter((name) => !types.has(name));
    if (missing.length > 0) {
      throw new DataflowError(
        'configuration',
        `The staging table ${this.#name} lacks ${missing.join(', ')}. Nothing was changed. Ask your database administrator to add what is missing as in the SSD model.`,
      );
    }
    const type = types.get('json_payload');
    const json = type === 'jsonb' || type === 'json' ? type : 'text';
    return { sql: this.#statements(json), binaryJson: json === 'jsonb' };
  }

  /** Runs `work` in one transaction; nothing of it stays when it fails or is cancelled. */
  async #inTransaction<T>(client: PgClient, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await client.query('BEGIN');
    let result: T;
    try {
      result = await work();
      throwIfCancelled(signal);
    } catch (error) {
      // A lost connection has rolled back already; the first error says what happened.
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
    try {
      await client.query('COMMIT');
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      throw new DataflowError(
        'unreachable',
        `No answer came when the changes to ${this.#name} were to be confirmed, so that it is not known whether they were made. Do the same again: it finds out, and changes nothing twice. Connection: ${describeProfile(this.#access.profile)}.`,
      );
    }
    return result;
  }

  async #open(doing: string, signal: AbortSignal): Promise<PgClient> {
    throwIfCancelled(signal);
    try {
      return await openClient(this.#access, signal);
    } catch (error) {
      throw postgresFailure(error, this.#access.profile, doing);
    }
  }

  async #attempt<T>(doing: string, client: PgClient, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await cancellable(this.#access, client, signal, work);
    } catch (error) {
      throw postgresFailure(error, this.#access.profile, doing);
    }
  }

  async #onClient<T>(doing: string, signal: AbortSignal, work: (client: PgClient) => Promise<T>): Promise<T> {
    const client = await this.#open(doing, signal);
    try {
      return await this.#attempt(doing, client, signal, () => work(client));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** A value in COPY's text format. */
function copyValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

async function* copyLines(children: AsyncIterable<StagedChild>, signal: AbortSignal): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const child of children) {
    throwIfCancelled(signal);
    if (seen.has(child.personId)) throw duplicateChildError(child.personId);
    seen.add(child.personId);
    const legacyId = child.legacyId === null ? '\\N' : copyValue(child.legacyId);
    const hash = `\\\\x${Buffer.from(child.hash).toString('hex')}`;
    yield `${copyValue(child.personId)}\t${legacyId}\t${copyValue(child.payload)}\t${hash}\n`;
  }
}

async function countRows(client: PgClient, sql: StagingSql): Promise<StagingCounts> {
  const { rows } = await client.query<{
    row_state: string;
    submission_status: string;
    has_previous: boolean;
    rows_counted: number;
  }>(sql.counts);
  return toStagingCounts(
    rows.map((row) => ({
      state: readRowState(row.row_state, row.has_previous),
      status: readSubmissionStatus(row.submission_status),
      count: row.rows_counted,
    })),
  );
}

/** A moment in UTC as a `timestamp` without a zone. */
function timestamp(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('Z', '');
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function bytesOf(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? new Uint8Array(value) : null;
}

/** A payload column in canonical form: `jsonb` comes back in an order and spacing of its own. */
function payloadOf(value: unknown, binaryJson: boolean): string | null {
  const text = textOf(value);
  if (text === null || text.trim() === '') return null;
  if (!binaryJson) return text;
  const parsed = JSON.parse(text) as JsonValue;
  return isJsonObject(parsed) ? canonicalText(parsed) : text;
}

function readRow(row: Record<string, unknown>, binaryJson: boolean): StagingRow {
  const previousPayload = payloadOf(row.previous_json_payload, binaryJson);
  return {
    personId: String(row.person_id),
    legacyId: textOf(row.legacy_id),
    payload: payloadOf(row.json_payload, binaryJson) ?? '',
    hash: bytesOf(row.current_hash),
    previousPayload,
    previousHash: bytesOf(row.previous_hash),
    rowState: readRowState(textOf(row.row_state), previousPayload !== null),
    submissionStatus: readSubmissionStatus(textOf(row.submission_status)),
    submissionTimestamp: readUtcTime(textOf(row.submission_timestamp)),
    apiResponse: textOf(row.api_response),
    lastUpdated: readUtcTime(textOf(row.last_updated)),
  };
}

/** Cuts outcomes into statements: a person once in each, so that later outcomes see what earlier ones wrote. */
function groupOutcomes(outcomes: readonly StagingOutcome[]): StagingOutcome[][] {
  const groups: StagingOutcome[][] = [];
  let seen = new Set<string>();
  for (const outcome of outcomes) {
    const group = groups.at(-1);
    if (group === undefined || seen.has(outcome.personId)) {
      groups.push([outcome]);
      seen = new Set();
    } else group.push(outcome);
    seen.add(outcome.personId);
  }
  return groups;
}

/** One array for each column of the statement's relation `o`. */
function outcomeColumns(outcomes: readonly StagingOutcome[]): unknown[] {
  return [
    outcomes.map((outcome) => outcome.personId),
    outcomes.map((outcome) =>
      outcome.kind === 'accepted' && outcome.acceptedPayload === null ? 'deletion' : outcome.kind,
    ),
    outcomes.map((outcome) => {
      if (outcome.kind === 'accepted') return outcome.receipt;
      return outcome.kind === 'rejected' ? outcome.message : outcome.note;
    }),
    outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.acceptedPayload : null)),
    outcomes.map((outcome) => {
      const hash =
        outcome.kind === 'accepted' ? outcome.acceptedHash : outcome.kind === 'settled' ? outcome.hash : null;
      return hash === null || hash === undefined ? null : Buffer.from(hash);
    }),
    outcomes.map((outcome) => timestamp(outcome.at)),
  ];
}
