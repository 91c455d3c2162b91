import { DataflowError, throwIfCancelled } from '../../errors.ts';
import type { StagingStore, StagingTable } from '../../staging/stagingStore.ts';
import {
  type SubmissionLog,
  submissionLogColumns,
  submissionLogTable,
  submissionLogValues,
} from '../../submission/submissionLog.ts';
import type { DatabaseFacts, ReadSession, SsdConnection } from '../connection.ts';
import { type ConnectionProfile, type ConnectionSecrets, describeProfile } from '../profile.ts';
import { clientConfig } from './clientConfig.ts';
import type { PgClient } from './driver.ts';
import { postgresFailure } from './postgresErrors.ts';
import { describeDatabase, readTables } from './postgresFacts.ts';
import { PostgresReadSession } from './readSession.ts';
import { cancellable, openClient, type PostgresAccess } from './session.ts';

/**
 * Connects to an SSD on PostgreSQL.
 * @throws DataflowError `configuration`, `unreachable` or `refused` with the remedy; never a password
 */
export async function openPostgresConnection(
  profile: ConnectionProfile,
  secrets: ConnectionSecrets,
  signal: AbortSignal,
): Promise<SsdConnection> {
  throwIfCancelled(signal);
  const access: PostgresAccess = { profile, config: await clientConfig(profile, secrets) };
  try {
    return new PostgresConnection(access, await openClient(access, signal));
  } catch (error) {
    throw postgresFailure(error, profile, 'The connection could not be made.');
  }
}

class PostgresConnection implements SsdConnection {
  readonly dialect = 'postgres';
  readonly name: string;
  readonly purpose: SsdConnection['purpose'];
  readonly #access: PostgresAccess;
  /** For what is short: facts and the submission log. Sessions and staging have connections of their own. */
  readonly #client: PgClient;
  #closed = false;

  constructor(access: PostgresAccess, client: PgClient) {
    this.#access = access;
    this.#client = client;
    this.name = access.profile.name;
    this.purpose = access.profile.purpose;
  }

  async openReadSession(signal: AbortSignal): Promise<ReadSession> {
    throwIfCancelled(signal);
    this.#checkOpen();
    return PostgresReadSession.open(this.#access, signal);
  }

  async openStaging(table: StagingTable, signal: AbortSignal): Promise<StagingStore> {
    throwIfCancelled(signal);
    this.#checkOpen();
    const { openPostgresStaging } = await import('./postgresStaging.ts');
    return openPostgresStaging(this.#access, table);
  }

  async openSubmissionLog(signal: AbortSignal): Promise<SubmissionLog | null> {
    this.#checkOpen();
    const { profile } = this.#access;
    const find = () => readTables(this.#client, profile.schema);
    if (!(await this.#attempt('The submission log could not be looked for.', signal, find)).has(submissionLogTable)) {
      return null;
    }
    const names = submissionLogColumns.map(({ name }) => name).join(', ');
    const places = submissionLogColumns.map((_, i) => `$${i + 1}`).join(', ');
    return {
      append: async (entry, appendSignal) => {
        const doing = `The submission was made, and is in the audit trail; only its line in ${submissionLogTable} is missing.`;
        await this.#attempt(doing, appendSignal, () =>
          this.#client.query(`INSERT INTO ${submissionLogTable} (${names}) VALUES (${places})`, [
            ...submissionLogValues(entry),
          ]),
        );
      },
    };
  }

  async describe(signal: AbortSignal): Promise<DatabaseFacts> {
    this.#checkOpen();
    return this.#attempt('The database could not be described. Nothing was changed.', signal, () =>
      describeDatabase(this.#client, this.#access.profile.schema),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#client.end().catch(() => undefined);
  }

  async #attempt<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await cancellable(this.#access, this.#client, signal, work);
    } catch (error) {
      throw postgresFailure(error, this.#access.profile, doing);
    }
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new DataflowError(
      'unreachable',
      `The connection is closed: ${describeProfile(this.#access.profile)}. Nothing was done. Open it again.`,
    );
  }
}
