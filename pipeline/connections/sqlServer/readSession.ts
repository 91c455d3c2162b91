import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors.ts';
import type { ReadSession, SqlParameters, SqlRow } from '../connection.ts';
import type { ConnectionProfile } from '../profile.ts';
import type { Transaction } from './driver.ts';
import { qualifyTables, quoteName } from './qualifyTables.ts';
import { QueryStream } from './queryStream.ts';
import { isTransient, serverFailure } from './serverErrors.ts';
import { readTables, type ServerState } from './serverFacts.ts';
import type { ServerPool } from './serverPool.ts';
import { bind, newRequest, runBatch, runQuery, typedParameters } from './statements.ts';

/** How long is waited for the lock that holds the tables still, in milliseconds; writers wait for us as long. */
const stillTimeout = 1_000;

/** How often a read that gave no row yet is tried, and how long is waited before the second and third try. */
const attempts = 3;
const retryWait = 400;

export interface ReadSessionOptions {
  /** The session's own connections; it closes them. */
  readonly connections: ServerPool;
  readonly profile: ConnectionProfile;
  readonly state: ServerState;
}

type Consistency = ReadSession['consistency'];

const oneSnapshot: Consistency = {
  snapshot: true,
  note: 'All rows were read from one snapshot of the database.',
};

/** What a session can promise before it has read anything. */
function promised(state: ServerState): Consistency {
  if (state.snapshotAllowed) return oneSnapshot;
  if (state.readOnly) {
    return {
      snapshot: false,
      note: 'Each section was read as it was when its query began. The database is a read-only copy that follows the primary server, so sections can differ by the changes of a few seconds.',
    };
  }
  const how = state.statementSnapshots
    ? 'Each section was read as it was when its query began'
    : 'Each section was read while others could change it';
  return {
    snapshot: false,
    note: `${how}, because the database does not allow snapshot isolation. Extract after the nightly load of the SSD, or ask your database administrator to turn on ALLOW_SNAPSHOT_ISOLATION.`,
  };
}

/** A query that was asked for. All that are waiting start together when the first of them is read. */
interface Announced {
  readonly sql: string;
  readonly parameters: SqlParameters;
  readonly signal: AbortSignal;
  stream: QueryStream | undefined;
  reader: Transaction | undefined;
}

/**
 * Reads over several connections at once, as SQL Server runs one query per connection. With snapshot isolation every
 * connection has a transaction of its own; all of them take their snapshot while a shared lock keeps the tables of
 * the SSD still for a moment, so that they see the same state.
 */
export class SqlServerReadSession implements ReadSession {
  readonly #options: ReadSessionOptions;
  /** Transactions that are open on the server. */
  readonly #readers = new Set<Transaction>();
  readonly #idle: Transaction[] = [];
  readonly #waiting = new Set<Announced>();
  readonly #running = new Set<QueryStream>();
  #consistency: Consistency;
  #opening: Promise<void> = Promise.resolve();
  #rowsGiven = false;
  #closed = false;
  #cancelled = false;
  readonly #onClose: () => void;

  /** @param onClose called once, when the session has been closed */
  constructor(options: ReadSessionOptions, onClose: () => void) {
    this.#options = options;
    this.#onClose = onClose;
    this.#consistency = promised(options.state);
  }

  /** What the session guarantees. Complete once everything has been read. */
  get consistency(): Consistency {
    return this.#consistency;
  }

  query(sql: string, parameters: SqlParameters, signal: AbortSignal): AsyncIterable<SqlRow> {
    const { state, profile } = this.#options;
    const sameSchema = state.defaultSchema.toLowerCase() === profile.schema.toLowerCase();
    const qualified = sameSchema ? sql : qualifyTables(sql, profile.schema);
    const announced: Announced = { sql: qualified, parameters, signal, stream: undefined, reader: undefined };
    this.#waiting.add(announced);
    return { [Symbol.asyncIterator]: () => this.#read(announced) };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.clear();
    const running = [...this.#running];
    await Promise.allSettled(running.map((stream) => stream.stop()));
    await this.#opening.catch(() => undefined);
    const { connections } = this.#options;
    // A cancelled query has to be read to its end first, which can be long; the connection is not needed any more.
    if (running.some((stream) => !stream.ended) || this.#cancelled) connections.drop();
    // Only reads were made; a connection that is gone needs no rollback.
    await Promise.allSettled([...this.#readers].map((reader) => reader.rollback()));
    this.#readers.clear();
    this.#idle.length = 0;
    await connections.close();
    this.#onClose();
  }

  async *#read(announced: Announced): AsyncGenerator<SqlRow> {
    for (let attempt = 1; ; attempt++) {
      throwIfCancelled(announced.signal);
      try {
        yield* this.#attempt(announced);
        return;
      } catch (error) {
        if (isTransient(error) && announced.reader !== undefined) this.#discard(announced.reader);
        if (attempt >= attempts || !this.#mayRetry(announced, error)) throw this.#failure(error, announced);
        await delay(retryWait * attempt, undefined, { signal: announced.signal }).catch(() => undefined);
        announced.stream = undefined;
        announced.reader = undefined;
      }
    }
  }

  async *#attempt(announced: Announced): AsyncGenerator<SqlRow> {
    const stream = announced.stream ?? (await this.#start(announced));
    try {
      for await (const row of stream.read()) {
        this.#rowsGiven = true;
        yield row;
      }
    } finally {
      await stream.stop();
      this.#running.delete(stream);
      if (stream.ended) this.#release(announced);
      else this.#cancelled = true;
    }
  }

  /**
   * Reading again is safe while the reader has seen nothing: the query's own rows, and in a snapshot any row at all,
   * since a new connection sees a later state than the others.
   */
  #mayRetry(announced: Announced, error: unknown): boolean {
    if (this.#closed || announced.signal.aborted || !isTransient(error)) return false;
    if ((announced.stream?.givenRows ?? 0) > 0) return false;
    if (!this.#options.state.snapshotAllowed) return true;
    return !this.#rowsGiven && this.#running.size === 0;
  }

  #failure(error: unknown, announced: Announced): Error {
    throwIfCancelled(announced.signal);
    const had = announced.stream?.givenRows ?? 0;
    const doing =
      had === 0
        ? 'A query could not be run. Nothing was changed.'
        : `A query stopped after ${had} rows. Nothing was changed.`;
    return serverFailure(error, this.#options.profile, doing);
  }

  /** Starts this query, and with it all others that were announced, so that the server works on them side by side. */
  async #start(wanted: Announced): Promise<QueryStream> {
    this.#waiting.add(wanted);
    // One opening at a time: the second reader finds its query started.
    const turn = this.#opening.catch(() => undefined).then(() => this.#startWaiting(wanted));
    this.#opening = turn;
    await turn;
    if (wanted.stream === undefined) throw new Error('The read session is closed');
    return wanted.stream;
  }

  async #startWaiting(wanted: Announced): Promise<void> {
    if (wanted.stream !== undefined || this.#closed) return;
    const queries = [...this.#waiting].filter((query) => !query.signal.aborted);
    this.#waiting.clear();
    try {
      await this.#openReaders(queries.length - this.#idle.length, wanted.signal);
    } catch (error) {
      // All of them wait for another try, and take their snapshots together then.
      for (const query of queries) this.#waiting.add(query);
      if (this.#running.size === 0) for (const reader of [...this.#readers]) this.#discard(reader);
      throw error;
    }
    for (const query of queries) {
      const reader = this.#idle.pop();
      if (reader === undefined) throw new RangeError('A query has no connection to run on');
      const { driver } = this.#options.connections;
      const { profile } = this.#options;
      const request = newRequest({ driver, transaction: reader });
      bind(driver, request, typedParameters(query.parameters));
      query.reader = reader;
      query.stream = new QueryStream(request, profile.queryTimeoutSeconds * 1000, query.signal);
      this.#running.add(query.stream);
      query.stream.start(query.sql);
    }
  }

  /** Keeps the connection for the next query, unless the server has ended its transaction. */
  #release({ reader }: Announced): void {
    if (reader !== undefined && this.#readers.has(reader)) this.#idle.push(reader);
  }

  /** Lets go of a connection that is broken, or whose transaction the server has ended. */
  #discard(reader: Transaction): void {
    const index = this.#idle.indexOf(reader);
    if (index >= 0) this.#idle.splice(index, 1);
    // Rolling back gives the connection back to the pool, which throws a broken one away.
    if (this.#readers.delete(reader)) reader.rollback().catch(() => undefined);
  }

  /**
   * Opens that many more transactions: snapshots at the same state of the database where it allows that. A query runs
   * in a transaction in any case, which is rolled back at the end, so that none can change the database.
   */
  async #openReaders(count: number, signal: AbortSignal): Promise<void> {
    const { state } = this.#options;
    const { driver, pool } = this.#options.connections;
    if (count <= 0) return;
    const level = state.snapshotAllowed ? driver.ISOLATION_LEVEL.SNAPSHOT : driver.ISOLATION_LEVEL.READ_COMMITTED;
    const fresh = this.#readers.size === 0 && !this.#rowsGiven;
    const results = await Promise.allSettled(
      Array.from({ length: count }, async () => {
        throwIfCancelled(signal);
        const transaction = new driver.Transaction(pool);
        await transaction.begin(level);
        this.#readers.add(transaction);
        transaction.on('rollback', () => this.#readers.delete(transaction));
        return transaction;
      }),
    );
    // All have settled before a failure goes on, so that closing finds every transaction that was begun.
    const opened = results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    if (state.snapshotAllowed) await this.#takeSnapshots(opened, fresh, signal);
    this.#idle.push(...opened);
  }

  async #takeSnapshots(opened: readonly Transaction[], fresh: boolean, signal: AbortSignal): Promise<void> {
    if (fresh && opened.length > 1) await this.#holdStill(opened, signal);
    if (fresh) return;
    this.#consistency = {
      snapshot: false,
      note: 'The sections were read from snapshots of the database that were taken one after the other.',
    };
  }

  /**
   * Has all transactions take their snapshot while a shared lock lets nobody write to the tables of the SSD. A snapshot
   * begins with the first row that a transaction looks at, not with BEGIN.
   */
  async #holdStill(opened: readonly Transaction[], signal: AbortSignal): Promise<void> {
    const { profile, state } = this.#options;
    const { driver, pool } = this.#options.connections;
    const all = await readTables({ driver, pool }, profile.schema, signal);
    const names = [...all.keys()].filter((name) => !name.startsWith('ssd_api_'));
    const first = names.includes('ssd_person') ? 'ssd_person' : names[0];
    if (first === undefined) return;
    const firstRow = (name: string): string =>
      `SELECT TOP (1) 1 AS one FROM ${quoteName(profile.schema)}.${quoteName(name)}`;
    const holder = new driver.Transaction(pool);
    let still = false;
    try {
      // A read-only copy takes no locks; its snapshots are moments apart.
      if (!state.readOnly) {
        await holder.begin(driver.ISOLATION_LEVEL.READ_COMMITTED);
        const locks = names.map((name) => `${firstRow(name)} WITH (TABLOCK, HOLDLOCK)`);
        // Whoever loads the SSD at this moment must not be the one that has to give way.
        const batch = ['SET DEADLOCK_PRIORITY LOW', `SET LOCK_TIMEOUT ${stillTimeout}`, ...locks].join(';\n');
        await runBatch({ driver, transaction: holder }, batch, signal);
        still = true;
      }
    } catch {
      throwIfCancelled(signal);
      // A writer is in the way, or a table may not be read: the snapshots are then some milliseconds apart, which the
      // report says. A connection that broke fails below.
    }
    const before = performance.now();
    try {
      const probe = (transaction: Transaction) => runQuery({ driver, transaction }, firstRow(first), {}, signal);
      await Promise.all(opened.map(probe));
    } finally {
      await holder.rollback().catch(() => undefined);
    }
    if (still) return;
    const took = Math.ceil(performance.now() - before);
    this.#consistency = {
      snapshot: false,
      note: `Each section was read from a snapshot of the database. The snapshots were taken within ${took} milliseconds of each other; the tables could not be held still for that moment.`,
    };
  }
}
