import { setTimeout as delay } from 'node:timers/promises';
import type { config as MssqlConfig } from 'mssql';
import { DataflowError } from '../../errors.ts';
import type { ConnectionProfile, ConnectionSecrets } from '../profile.ts';
import { type ConnectionPool, loadDriver, loadWindowsDriver, type MssqlDriver } from './driver.ts';
import { networkConfig, windowsConfig } from './driverConfig.ts';
import { errorDetails, isConnectionLost, serverFailure } from './serverErrors.ts';

/** How long closing waits for the server, in milliseconds. */
const closeTimeout = 5_000;

/** How long is waited before a connection that broke off is tried again, in milliseconds. */
const retryWait = 400;

/** Connections to one server, opened when they are needed. */
export interface ServerPool {
  readonly driver: MssqlDriver;
  readonly pool: ConnectionPool;
  /** Closes every connection at once, whatever runs on it; the server then stops it. */
  drop(): void;
  /** Closes the connections when what runs on them has ended, within seconds. */
  close(): Promise<void>;
}

/** Opens pools for one profile; the secrets are asked for once. */
export class ServerPools {
  readonly #profile: ConnectionProfile;
  readonly #secrets: ConnectionSecrets;
  #known: { driver: MssqlDriver; config: MssqlConfig } | undefined;

  constructor(profile: ConnectionProfile, secrets: ConnectionSecrets) {
    this.#profile = profile;
    this.#secrets = secrets;
  }

  /**
   * Opens a pool and tries one login.
   * @throws DataflowError `configuration`, `unreachable` or `refused` with the remedy; `cancelled`
   */
  async open(signal: AbortSignal): Promise<ServerPool> {
    const { driver, config } = this.#known ?? (await this.#load(signal));
    // Entra's tokens last an hour: every pool asks for its own.
    if (this.#profile.authentication.type !== 'entra') this.#known = { driver, config };
    return openPool(driver, config, this.#profile, signal);
  }

  async #load(signal: AbortSignal): Promise<{ driver: MssqlDriver; config: MssqlConfig }> {
    if (this.#profile.authentication.type === 'windows') {
      return { config: windowsConfig(this.#profile), driver: await loadWindowsDriver() };
    }
    const config = await networkConfig(this.#profile, this.#secrets, signal);
    return { config, driver: await loadDriver() };
  }
}

/** What the network driver's connections offer; the Windows driver has none of it. */
type Closable = { close(): void; once(event: 'end', listener: () => void): unknown };

async function openPool(
  driver: MssqlDriver,
  config: MssqlConfig,
  profile: ConnectionProfile,
  signal: AbortSignal,
): Promise<ServerPool> {
  const overNetwork = profile.authentication.type !== 'windows';
  const open = new Set<Closable>();
  let loginError: number | undefined;
  const pool = new driver.ConnectionPool({
    ...config,
    beforeConnect: (connection) => {
      if (!overNetwork) return;
      open.add(connection);
      connection.once('end', () => open.delete(connection));
      // The driver keeps only the words of a refused login; the number tells which of the reasons it was.
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
  const drop = (): void => {
    for (const connection of open) connection.close();
  };
  try {
    await untilAborted(connect(pool, signal), signal, drop, () => closePool(pool));
  } catch (error) {
    await closePool(pool);
    const refused = errorDetails(error).codes.includes('ELOGIN') && loginError !== undefined;
    const known = refused ? Object.assign(new Error('login refused'), { number: loginError }) : error;
    throw serverFailure(known, profile, 'The connection could not be made.');
  }
  return { driver, pool, drop, close: () => closePool(pool) };
}

/** Connects, and once more when the connection broke off on the way: nothing was asked for yet. */
async function connect(pool: ConnectionPool, signal: AbortSignal): Promise<void> {
  try {
    await pool.connect();
  } catch (error) {
    if (!isConnectionLost(error) || signal.aborted) throw error;
    await delay(retryWait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw error;
    await pool.connect();
  }
}

/** Waits for `opening`; when the signal is aborted, breaks it off and leaves it behind, to be closed when it has settled. */
async function untilAborted(
  opening: Promise<unknown>,
  signal: AbortSignal,
  breakOff: () => void,
  close: () => Promise<void>,
): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    opening.then(close, close).catch(() => undefined);
    breakOff();
    reject(new DataflowError('cancelled', 'Stopped because you cancelled it.'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([opening, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function closePool(pool: ConnectionPool): Promise<void> {
  if (pool.connecting) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timeout = setTimeout(resolve, closeTimeout);
  // A connection that is broken already has nothing left to close.
  await Promise.race([pool.close().catch(() => undefined), promise]);
  clearTimeout(timeout);
}
