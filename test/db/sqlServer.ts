import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { type ConnectionProfile, parseConnectionProfile } from '../../pipeline/connections/profile.ts';
import { openSqlServerConnection } from '../../pipeline/connections/sqlServer/sqlServerConnection.ts';
import { DataflowError } from '../../pipeline/errors.ts';
import { TdsServer, type TdsServerOptions } from '../tds/tdsServer.ts';

/** The expected failure of `work`; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<DataflowError> {
  try {
    await work;
  } catch (error) {
    if (DataflowError.is(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** The password of the test server. Planted: no message, log or file may ever hold it. */
export const plantedPassword = 'Planted-Secret-4711';

/** A test server over a database file of its own, and a connection to it. */
export interface TestDatabase extends AsyncDisposable {
  readonly server: TdsServer;
  readonly file: string;
  /** The same file, past the server. */
  readonly sqlite: DatabaseSync;
  readonly profile: ConnectionProfile;
  connect(own?: Readonly<Record<string, unknown>>): Promise<SsdConnection>;
}

/**
 * Starts a test server.
 * @param prepare fills the database before the server opens it
 */
export async function startTestDatabase(
  prepare: (sqlite: DatabaseSync) => void,
  options: Omit<TdsServerOptions, 'file'> = {},
): Promise<TestDatabase> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-tds-'));
  const file = path.join(folder, 'ssd.sqlite');
  const sqlite = new DatabaseSync(file);
  prepare(sqlite);
  const server = await TdsServer.start({ file, password: plantedPassword, ...options });
  const raw = {
    name: 'test server',
    purpose: 'test',
    server: `localhost,${server.port}`,
    database: 'SSD',
    authentication: 'sql',
    user: 'tester',
    encrypt: false,
    connectTimeoutSeconds: 10,
    queryTimeoutSeconds: 20,
  };
  const profileOf = (own: Readonly<Record<string, unknown>>): ConnectionProfile =>
    parseConnectionProfile({ ...raw, ...own }).profile;
  const opened: SsdConnection[] = [];
  return {
    server,
    file,
    sqlite,
    profile: profileOf({}),
    connect: async (own = {}) => {
      const secrets = { password: async () => plantedPassword };
      const connection = await openSqlServerConnection(profileOf(own), secrets, new AbortController().signal);
      opened.push(connection);
      return connection;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((connection) => connection.close()));
      sqlite.close();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
