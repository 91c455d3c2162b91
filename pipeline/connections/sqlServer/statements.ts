import { throwIfCancelled } from '../../errors.ts';
import type { SqlParameters } from '../connection.ts';
import type { ConnectionPool, MssqlDriver, Request, Transaction } from './driver.ts';

/** A value bound to a named parameter, with the SQL Server type that it has. */
export type TypedValue =
  | { readonly type: 'text'; readonly value: string | null }
  | { readonly type: 'date'; readonly value: string | null }
  /** Bound as DATETIME, in UTC. */
  | { readonly type: 'moment'; readonly value: Date | null }
  | { readonly type: 'bytes'; readonly value: Uint8Array | null }
  | { readonly type: 'number'; readonly value: number | null };

export type TypedParameters = Readonly<Record<string, TypedValue>>;
export type Row = Readonly<Record<string, unknown>>;

const dateText = /^\d{4}-\d{2}-\d{2}$/;

/** Gives every value of an extract's parameters its type: `YYYY-MM-DD` texts are dates. */
export function typedParameters(parameters: SqlParameters): TypedParameters {
  const typed: Record<string, TypedValue> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'number') typed[name] = { type: 'number', value };
    else typed[name] = { type: value !== null && dateText.test(value) ? 'date' : 'text', value };
  }
  return typed;
}

/** Binds parameters to a request. */
export function bind(driver: MssqlDriver, request: Request, parameters: TypedParameters): void {
  for (const [name, typed] of Object.entries(parameters)) {
    switch (typed.type) {
      case 'text':
        request.input(
          name,
          (typed.value?.length ?? 0) > 4000 ? driver.NVarChar(driver.MAX) : driver.NVarChar(4000),
          typed.value,
        );
        break;
      case 'date':
        request.input(name, driver.Date, typed.value);
        break;
      case 'moment':
        request.input(name, driver.DateTime, typed.value);
        break;
      case 'bytes':
        request.input(name, driver.VarBinary(driver.MAX), typed.value === null ? null : Buffer.from(typed.value));
        break;
      case 'number':
        request.input(name, Number.isInteger(typed.value ?? 0) ? driver.Int : driver.Float, typed.value);
    }
  }
}

/** Where statements run: on whichever connection of the pool is free, or on the one of a transaction. */
export type StatementTarget = {
  readonly driver: MssqlDriver;
  /** False for a driver whose bulk load knows no temporary tables. */
  readonly bulk?: boolean;
} & ({ readonly pool: ConnectionPool } | { readonly transaction: Transaction });

/** A new request on that target. */
export function newRequest(target: StatementTarget): Request {
  return 'transaction' in target
    ? new target.driver.Request(target.transaction)
    : new target.driver.Request(target.pool);
}

/** Runs `work` and sends the server a cancel when the signal is aborted while it runs. */
async function cancellable<T>(request: Request, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  throwIfCancelled(signal);
  const cancel = (): void => request.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Runs one statement with parameters and returns its rows. For small results. */
export async function runQuery(
  target: StatementTarget,
  sql: string,
  parameters: TypedParameters,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const request = newRequest(target);
  bind(target.driver, request, parameters);
  const result = await cancellable(request, signal, () => request.query<Row>(sql));
  return result.recordset ?? [];
}

/** Runs a batch without parameters: for what outlives the statement, such as temporary tables and SET options. */
export async function runBatch(target: StatementTarget, sql: string, signal: AbortSignal): Promise<void> {
  const request = newRequest(target);
  await cancellable(request, signal, () => request.batch(sql));
}

/** Runs a stored procedure and returns its return value. */
export async function runProcedure(
  target: StatementTarget,
  procedure: string,
  parameters: TypedParameters,
  signal: AbortSignal,
): Promise<number> {
  const request = newRequest(target);
  bind(target.driver, request, parameters);
  const result = await cancellable(request, signal, () => request.execute(procedure));
  return Number(result.returnValue);
}

/** A column of rows to be loaded in bulk. */
export interface BulkColumn {
  readonly name: string;
  readonly type: 'text' | 'longText' | 'bytes';
  /** Characters or bytes; without meaning for `longText`. */
  readonly length: number;
  readonly nullable: boolean;
}

/** Appends rows to a table with the protocol's bulk load. */
export async function bulkLoad(
  target: StatementTarget,
  table: string,
  columns: readonly BulkColumn[],
  rows: readonly (readonly (string | Uint8Array | null)[])[],
  signal: AbortSignal,
): Promise<void> {
  const { driver } = target;
  const bulk = new driver.Table(table);
  for (const column of columns) {
    const type =
      column.type === 'bytes'
        ? driver.VarBinary(column.length)
        : driver.NVarChar(column.type === 'longText' ? driver.MAX : column.length);
    bulk.columns.add(column.name, type, { nullable: column.nullable });
  }
  for (const row of rows)
    bulk.rows.add(...row.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value)));
  const request = newRequest(target);
  await cancellable(request, signal, () => request.bulk(bulk));
}
