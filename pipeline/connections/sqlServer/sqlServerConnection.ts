import { DataflowError, throwIfCancelled } from '../../errors.ts';
import type { StagingStore, StagingTable } from '../../staging/stagingStore.ts';
import type { SubmissionLog } from '../../submission/submissionLog.ts';
import type { DatabaseFacts, ReadSession, SsdConnection } from '../connection.ts';
import { type ConnectionProfile, type ConnectionSecrets, describeProfile } from '../profile.ts';
import type { SqlServerAccess } from './access.ts';
import { SqlServerReadSession } from './readSession.ts';
import { serverFailure } from './serverErrors.ts';
import { describeDatabase, readServerState } from './serverFacts.ts';
import { type ServerPool, ServerPools } from './serverPool.ts';

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
  const pools = new ServerPools(profile, secrets);
  const main = await pools.open(signal);
  try {
    const state = await readServerState(main, signal);
    return new SqlServerConnection({ driver: main.driver, pool: main.pool, profile, state }, main, pools);
  } catch (error) {
    await main.close();
    throw serverFailure(error, profile, 'The connection could not be made.');
  }
}

class SqlServerConnection implements SsdConnection {
  readonly dialect = 'tsql';
  readonly name: string;
  readonly purpose: SsdConnection['purpose'];
  readonly #access: SqlServerAccess;
  readonly #main: ServerPool;
  readonly #pools: ServerPools;
  readonly #sessions = new Set<ReadSession>();

  constructor(access: SqlServerAccess, main: ServerPool, pools: ServerPools) {
    this.#access = access;
    this.#main = main;
    this.#pools = pools;
    this.name = access.profile.name;
    this.purpose = access.profile.purpose;
  }

  async openReadSession(signal: AbortSignal): Promise<ReadSession> {
    throwIfCancelled(signal);
    this.#checkOpen();
    const { profile, state } = this.#access;
    const connections = await this.#pools.open(signal);
    const session = new SqlServerReadSession({ connections, profile, state }, () => this.#sessions.delete(session));
    this.#sessions.add(session);
    return session;
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
    try {
      return await describeDatabase(this.#access, this.#access.profile, signal);
    } catch (error) {
      throw serverFailure(error, this.#access.profile, 'The database could not be described. Nothing was changed.');
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await this.#main.close();
  }

  #checkOpen(): void {
    if (this.#access.pool.connected) return;
    throw new DataflowError(
      'unreachable',
      `The connection is closed: ${describeProfile(this.#access.profile)}. Nothing was done. Open it again.`,
    );
  }
}
