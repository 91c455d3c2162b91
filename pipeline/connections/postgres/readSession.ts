import { toPositionalParameters } from '../../../core/sql/parameters.ts';
import { DataflowError, throwIfCancelled } from '../../errors.ts';
import type { ReadSession, SqlParameters, SqlRow, SqlValue } from '../connection.ts';
import { describeProfile } from '../profile.ts';
import type { PgClient } from './driver.ts';
import { isTransient, postgresFailure } from './postgresErrors.ts';
import { cancellable, openClient, type PostgresAccess } from './session.ts';

/** Rows fetched at a time from each cursor: what is in memory of one section. */
const fetchSize = 500;

/** A query as the server takes it, with the values of its positional parameters. */
interface BoundQuery {
  readonly text: string;
  readonly values: readonly (string | number | null)[];
}

/**
 * Reads over one connection in one repeatable-read, read-only transaction, so that every section sees the same state.
 * Each query is a cursor; fetches of several cursors take turns on the connection.
 */
export class PostgresReadSession implements ReadSession {
  readonly consistency = { snapshot: true, note: 'All rows were read from one snapshot of the database.' };
  readonly #access: PostgresAccess;
  #client: PgClient;
  #cursors = 0;
  #rowsGiven = false;
  #closed = false;

  private constructor(access: PostgresAccess, client: PgClient) {
    this.#access = access;
    this.#client = client;
  }

  static async open(access: PostgresAccess, signal: AbortSignal): Promise<PostgresReadSession> {
    try {
      return new PostgresReadSession(access, await begin(access, signal));
    } catch (error) {
      throw postgresFailure(error, access.profile, 'The read could not begin. Nothing was extracted.');
    }
  }

  query(sql: string, parameters: SqlParameters, signal: AbortSignal): AsyncIterable<SqlRow> {
    return { [Symbol.asyncIterator]: () => this.#read(sql, parameters, signal) };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // Only reads were made: ending the connection ends the transaction.
    await this.#client.end().catch(() => undefined);
  }

  async *#read(sql: string, parameters: SqlParameters, signal: AbortSignal): AsyncGenerator<SqlRow> {
    throwIfCancelled(signal);
    if (this.#closed) {
      throw new DataflowError(
        'unreachable',
        `The query was not run: the read session is closed. Connection: ${describeProfile(this.#access.profile)}.`,
      );
    }
    const query = this.#bind(sql, parameters);
    const cursor = `ssd_cursor_${++this.#cursors}`;
    let rows = await this.#start(cursor, query, signal);
    try {
      for (;;) {
        for (const row of rows) {
          throwIfCancelled(signal);
          this.#rowsGiven = true;
          yield row;
        }
        if (rows.length < fetchSize) return;
        rows = await this.#fetch(cursor, signal).catch((error: unknown) => this.#fail(error));
      }
    } finally {
      // A cursor that failed went with its savepoint; a lost connection has no cursors.
      await this.#client
        .query(`CLOSE ${cursor}`)
        .catch(() => this.#client.query('ROLLBACK TO before_query').catch(() => undefined));
    }
  }

  #bind(sql: string, parameters: SqlParameters): BoundQuery {
    const byName = new Map(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]));
    const positional = toPositionalParameters(sql);
    const values = positional.names.map((name) => {
      const value = byName.get(name.toLowerCase());
      if (value !== undefined) return value;
      throw new DataflowError(
        'configuration',
        `The query uses the parameter @${name}, which has no value. Nothing was read. The runner gives ${[...byName.keys()].map((known) => `@${known}`).join(', ')}.`,
      );
    });
    return { text: positional.sql, values };
  }

  /** Opens a cursor and fetches its first rows. */
  async #start(cursor: string, query: BoundQuery, signal: AbortSignal): Promise<SqlRow[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        await cancellable(this.#access, this.#client, signal, async () => {
          // A query that fails would end the whole transaction; the savepoint lets the others go on.
          await this.#client.query('SAVEPOINT before_query');
          await this.#client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${query.text}`, [...query.values]);
        });
        return await this.#fetch(cursor, signal);
      } catch (error) {
        if (attempt > 1 || this.#rowsGiven || this.#cursors > 1 || !isTransient(error)) return this.#fail(error);
        // Nothing was read yet, so a new connection and a new snapshot serve as well.
        await this.#client.end().catch(() => undefined);
        this.#client = await begin(this.#access, signal).catch((lost: unknown) => this.#fail(lost));
      }
    }
  }

  async #fetch(cursor: string, signal: AbortSignal): Promise<SqlRow[]> {
    const result = await cancellable(this.#access, this.#client, signal, () =>
      this.#client.query<Record<string, SqlValue>>(`FETCH ${fetchSize} FROM ${cursor}`),
    );
    return result.rows;
  }

  /** Leaves the transaction usable for other queries, where there still is one, and says what became of this one. */
  async #fail(error: unknown): Promise<never> {
    await this.#client.query('ROLLBACK TO SAVEPOINT before_query').catch(() => undefined);
    const doing = this.#rowsGiven
      ? 'The extract stopped in the middle. Nothing of it was kept.'
      : 'A query of the extract failed. Nothing was extracted.';
    throw postgresFailure(error, this.#access.profile, doing);
  }
}

async function begin(access: PostgresAccess, signal: AbortSignal): Promise<PgClient> {
  const client = await openClient(access, signal);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The snapshot is taken by the first query, not by BEGIN.
    await client.query('SELECT 1');
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
