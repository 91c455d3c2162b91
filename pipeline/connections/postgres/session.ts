import { throwIfCancelled } from '../../errors.ts';
import type { ConnectionProfile } from '../profile.ts';
import { loadClient, type PgClient, type PgConfig } from './driver.ts';

/** What opening further connections of the same profile needs. `config` holds a secret. */
export interface PostgresAccess {
  readonly profile: ConnectionProfile;
  readonly config: PgConfig;
}

/** A name as PostgreSQL takes it whatever is in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Opens one connection whose names without a schema mean the profile's schema. Close it with `end`. */
export async function openClient(access: PostgresAccess, signal: AbortSignal): Promise<PgClient> {
  throwIfCancelled(signal);
  const Client = await loadClient();
  const client = new Client(access.config);
  // What goes wrong between two queries also fails the next one, where it is reported.
  client.on('error', () => undefined);
  try {
    await unlessAborted(client.connect(), signal);
    await client.query("SELECT set_config('search_path', $1, false)", [quoteName(access.profile.schema)]);
    return client;
  } catch (error) {
    // Not awaited: a server that does not answer a login does not answer a farewell either.
    void client.end().catch(() => undefined);
    throw error;
  }
}

/** Waits for a login, but no longer than until the signal is aborted. */
async function unlessAborted(connecting: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([connecting, aborted.promise]);
    throwIfCancelled(signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
    connecting.catch(() => undefined);
  }
}

/**
 * Runs work on a connection, and has the server cancel whatever it runs when the signal is aborted.
 * @param access opens the second connection that a cancel needs
 */
export async function cancellable<T>(
  access: PostgresAccess,
  client: PgClient,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  throwIfCancelled(signal);
  const pid: unknown = Reflect.get(client, 'processID');
  const onAbort = (): void => {
    void cancelBackend(access, pid);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function cancelBackend(access: PostgresAccess, pid: unknown): Promise<void> {
  const Client = await loadClient();
  const client = new Client(access.config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_cancel_backend($1)', [pid]);
  } catch {
    // The connection that should be cancelled is most likely gone too; its own query then reports it.
  } finally {
    await client.end().catch(() => undefined);
  }
}
