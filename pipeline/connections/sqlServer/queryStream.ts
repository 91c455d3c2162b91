import { setTimeout as delay } from 'node:timers/promises';
import { DataflowError, throwIfCancelled } from '../../errors.ts';
import type { SqlRow, SqlValue } from '../connection.ts';
import type { Request } from './driver.ts';

/** Rows kept ready for the reader: the server is told to wait above the first, and to go on below the second. */
const highWater = 256;
const lowWater = 64;

/** How long the end of a cancelled query is waited for, in milliseconds. The driver gives up after five seconds. */
const cancelWait = 6_000;

/** The same when everything was cancelled, and the connection is not needed any more. */
const abortWait = 200;

interface ColumnInfo {
  readonly name: string;
}

function isColumns(value: unknown): value is readonly ColumnInfo[] {
  return (
    Array.isArray(value) && value.every((column) => typeof column === 'object' && column !== null && 'name' in column)
  );
}

/** A driver's value as the rest of the pipeline takes it (connection.ts, SqlValue). */
function toSqlValue(value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  ) {
    return value;
  }
  if (value instanceof Date || value instanceof Uint8Array) return value;
  return String(value);
}

/**
 * One running query as a stream of rows with back-pressure. The server is paused while the reader is behind; leaving
 * early or aborting cancels the query on the server and waits until it has stopped.
 */
export class QueryStream {
  readonly #request: Request;
  readonly #signal: AbortSignal;
  /** Milliseconds without an answer after which the query counts as stuck. */
  readonly #timeout: number;
  readonly #rows: SqlRow[] = [];
  #names: readonly string[] = [];
  #failure: unknown;
  #started = false;
  #ended = false;
  #paused = false;
  #wake: () => void = () => {};
  #onAbort: () => void = () => {};
  #givenRows = 0;

  constructor(request: Request, timeout: number, signal: AbortSignal) {
    this.#request = request;
    this.#timeout = timeout;
    this.#signal = signal;
  }

  /** Rows that were handed to the reader. */
  get givenRows(): number {
    return this.#givenRows;
  }

  /** Whether the server has finished with the query, so that its connection can take another. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends the query. Rows are kept until they are read; a failure too. */
  start(sql: string): void {
    this.#started = true;
    const request = this.#request;
    request.stream = true;
    request.arrayRowMode = true;
    request.on('recordset', (columns: unknown) => this.#setColumns(columns));
    request.on('row', (values: unknown) => this.#addRow(values));
    request.on('error', (error: unknown) => this.#fail(error));
    request.on('done', () => this.#end());
    this.#onAbort = () => {
      request.cancel();
      this.#wake();
    };
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    request.query(sql).catch((error: unknown) => {
      this.#fail(error);
      this.#end();
    });
  }

  #setColumns(columns: unknown): void {
    if (this.#names.length > 0) {
      this.#fail(
        new DataflowError(
          'configuration',
          'The query returns more than one result. Nothing was extracted. Keep one SELECT.',
        ),
      );
      this.#request.cancel();
    } else if (isColumns(columns)) this.#names = columns.map((column) => column.name);
  }

  #addRow(values: unknown): void {
    if (!Array.isArray(values) || this.#failure !== undefined) return;
    const row: Record<string, SqlValue> = {};
    for (const [i, name] of this.#names.entries()) row[name] = toSqlValue(values[i]);
    this.#rows.push(row);
    if (this.#rows.length >= highWater && !this.#paused) {
      this.#paused = true;
      this.#request.pause();
    }
    this.#wake();
  }

  #fail(error: unknown): void {
    // The first error says what happened; later ones say that it happened.
    this.#failure ??= error;
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#wake();
  }

  /** Waits until there is something new, at most `milliseconds`. Returns false when the time is up. */
  async #news(milliseconds: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = new AbortController();
    try {
      return await Promise.race([
        promise.then(() => true),
        delay(milliseconds, false, { signal: timer.signal }).catch(() => true),
      ]);
    } finally {
      timer.abort();
    }
  }

  /** The rows, once. Throws what the driver reported, or `cancelled`. */
  async *read(): AsyncGenerator<SqlRow> {
    try {
      for (;;) {
        throwIfCancelled(this.#signal);
        if (this.#failure !== undefined) throw this.#failure;
        // Handing out what is there in one go costs one turn of the event loop for many rows.
        for (const row of this.#rows.splice(0)) {
          this.#givenRows++;
          yield row;
          throwIfCancelled(this.#signal);
        }
        if (this.#paused && this.#rows.length <= lowWater) {
          this.#paused = false;
          this.#request.resume();
        }
        if (this.#rows.length > 0 || this.#failure !== undefined) continue;
        if (this.#ended) return;
        if (!(await this.#news(this.#timeout))) throw Object.assign(new Error('no answer'), { code: 'ETIMEOUT' });
      }
    } finally {
      await this.stop();
    }
  }

  /** Cancels the query when it still runs, and waits some time until the server has let go of it. */
  async stop(): Promise<void> {
    this.#rows.length = 0;
    if (!this.#started || this.#ended) return;
    this.#failure ??= new DataflowError('cancelled', 'The query was stopped.');
    this.#request.cancel();
    const deadline = performance.now() + (this.#signal.aborted ? abortWait : cancelWait);
    while (!this.#ended && performance.now() < deadline) await this.#news(deadline - performance.now());
  }
}
