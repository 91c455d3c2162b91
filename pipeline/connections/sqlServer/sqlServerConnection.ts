import { DataflowError, throwIfCancelled } from '../../errors.ts';
import type { StagingStore, StagingTable } from '../../staging/stagingStore.ts';
import type { SubmissionLog } from '../../submission/submissionLog.ts';
import type { DatabaseFacts, ReadSession, SsdConnection } from '../connection.ts';
import { type ConnectionProfile, type ConnectionSecrets, describeProfile } from '../profile.ts';
import type { SqlServerAccess } from './access.ts';
import { type ConnectionPool, loadDriver, loadWindowsDriver } from './driver.ts';
import { networkConfig, windowsConfig } from './driverConfig.ts';
import { SqlServerReadSession } from './readSession.ts';
import { errorDetails, serverFailure } from './serverErrors.ts';
import { describeDatabase, readServerState } from './serverFacts.ts';

/** How long closing waits for the server, in milliseconds. */
const closeTimeout = 5_000;

/**
 * Connects to an SSD on SQL Server.
 * @throws DataflowError `configuration`, `unreachable` or `refused` with the remedy; never a password or connection string
 */
export async function openSqlServerConnection(
  profile: ConnectionProfile,
  secrets: ConnectionSecrets,
  signal: AbortSignal,
): Promise<SsdConnection> {
  throwIfCancelled(signal);
  const windows = profile.authentication.type === 'windows';
  const config = windows ? windowsConfig(profile) : await networkConfig(profile, secrets, signal);
  const driver = windows ? await loadWindowsDriver() : await loadDriver();
  let loginError: number | undefined;
  const pool = new driver.ConnectionPool({
    ...config,
    // The driver keeps only the words of a refused login; the number tells which of the reasons it was.
    beforeConnect: (connection) => {
      if (windows) return;
      connection.on('errorMessage', ({ number }) => {
        loginError ??= number;
      });
      // The driver leaves the collecting of small writes on: a request of several packets, such as a batch of
      // receipts, would wait each time for the server's delayed acknowledgement (40 milliseconds or more).
      connection.on('connect', () => connection.socket?.setNoDelay(true));
    },
  });
  // What goes wrong in the background also fails the request that it belongs to, where it is reported.
  pool.on('error', () => undefined);
  try {
    await untilAborted(pool.connect(), signal, () => closePool(pool));
    const state = await readServerState({ driver, pool }, signal);
    return new SqlServerConnection({ driver, pool, profile, state });
  } catch (error) {
    await closePool(pool);
    const refused = errorDetails(error).codes.includes('ELOGIN') && loginError !== undefined;
    const known = refused ? Object.assign(new Error('login refused'), { number: loginError }) : error;
    throw serverFailure(known, profile, 'The connection could not be made.');
  }
}

/** Waits for `opening`, or leaves it behind when the signal is aborted; `undo` then runs when it has settled. */
async function untilAborted<T>(opening: Promise<T>, signal: AbortSignal, undo: () => Promise<void>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    opening.then(undo, undo).catch(() => undefined);
    reject(new DataflowError('cancelled', 'Stopped because you cancelled it.'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([opening, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function closePool(pool: ConnectionPool): Promise<void> {
  if (pool.connecting) return;
  const timer = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timeout = setTimeout(resolve, closeTimeout);
  timer.signal.addEventListener('abort', () => clearTimeout(timeout));
  // A connection that is broken already has nothing left to close.
  await Promise.race([pool.close().catch(() => undefined), promise]);
  timer.abort();
}

class SqlServerConnection implements SsdConnection {
  readonly dialect = 'tsql';
  readonly name: string;
  readonly purpose: SsdConnection['purpose'];
  readonly #access: SqlServerAccess;

  constructor(access: SqlServerAccess) {
    this.#access = access;
    this.name = access.profile.name;
    this.purpose = access.profile.purpose;
  }

  async openReadSession(signal: AbortSignal): Promise<ReadSession> {
    throwIfCancelled(signal);
    this.#checkOpen();
    return new SqlServerReadSession(this.#access);
  }

  async openStaging(table: StagingTable, signal: AbortSignal): Promise<StagingStore> {
    throwIfCancelled(signal);
    this.#checkOpen();
    const { openSqlServerStaging } = await import('./sqlServerStaging.ts');
    return openSqlServerStaging(this.#access, table);
  }

  async openSubmissionLog(signal: AbortSignal): Promise<SubmissionLog | null> {
    throwIfCancelled(signal);
    this.#checkOpen();
    const { openSqlServerSubmissionLog } = await import('./sqlServerSubmissionLog.ts');
    return openSqlServerSubmissionLog(this.#access, signal);
  }

  async describe(signal: AbortSignal): Promise<DatabaseFacts> {
    this.#checkOpen();
    const { driver, pool, profile } = this.#access;
    try {
      return await describeDatabase({ driver, pool }, profile, signal);
    } catch (error) {
      throw serverFailure(error, profile, 'The database could not be described. Nothing was changed.');
    }
  }

  async close(): Promise<void> {
    await closePool(this.#access.pool);
  }

  #checkOpen(): void {
    if (this.#access.pool.connected) return;
    throw new DataflowError(
      'unreachable',
      `The connection is closed: ${describeProfile(this.#access.profile)}. Nothing was done. Open it again.`,
    );
  }
}
