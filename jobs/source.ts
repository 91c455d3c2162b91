import path from 'node:path';
import { DataflowError } from '../core/errors.ts';
import { pilotConnectionName } from '../pipeline/config/pilotNames.ts';
import type { SsdConnection } from '../pipeline/connections/connection.ts';
import { type ConnectionProfile, parseConnectionProfile } from '../pipeline/connections/profile.ts';
import { openSqliteConnection } from '../pipeline/connections/sqlite.ts';
import { calendarDate } from '../pipeline/extract/cohortWindow.ts';
import type { ExtractSource } from '../pipeline/extract/extract.ts';
import { type ExtractPack, loadPack, readTextFile } from '../pipeline/extract/pack.ts';
import { openLocalStaging } from '../pipeline/staging/localStaging.ts';
import type { StagingStore, StagingTable } from '../pipeline/staging/stagingStore.ts';
import type { SourceInput } from './contract.ts';
import { packageRoot } from './packageRoot.ts';
import { openSandbox, sandboxName } from './sandbox.ts';
import type { JobScope } from './scope.ts';

/** An open connection with what a job needs to know about it. Close it in a `finally`. */
export interface OpenSource {
  readonly connection: SsdConnection;
  readonly isSandbox: boolean;
  /** The day that the extract is for: today, or the sandbox's own day. */
  readonly runDate: string;
  close(): Promise<void>;
}

/** The name of the connection to use: the one given, else the setting, else the sandbox. */
export function connectionName(scope: JobScope, input: SourceInput): string {
  return input.connection ?? scope.settings.connection ?? sandboxName;
}

/**
 * Opens the connection of a job.
 * @throws DataflowError `configuration` when there is none of that name; `unreachable` or `refused` from the driver
 */
export async function openSource(scope: JobScope, input: SourceInput): Promise<OpenSource> {
  const name = connectionName(scope, input);
  const { signal } = scope.context;
  const raw = scope.settings.connections.find((profile) => profile.name === name);
  if (raw === undefined) {
    if (name !== sandboxName) throw noSuchConnection(scope, name);
    const sandbox = await openSandbox(scope.environment.dataFolder, {}, scope.context);
    const connection = await openSqliteConnection(
      { name: sandboxName, file: sandbox.database, purpose: 'sandbox' },
      signal,
    );
    return { connection, isSandbox: true, runDate: sandbox.asOf, close: () => connection.close() };
  }
  const connection = await openProfile(scope, raw, name);
  return {
    connection,
    isSandbox: false,
    runDate: scope.settings.validation.asOf ?? calendarDate(scope.context.now()),
    close: () => connection.close(),
  };
}

async function openProfile(
  scope: JobScope,
  raw: Readonly<Record<string, unknown>>,
  name: string,
): Promise<SsdConnection> {
  const parsed = parseConnectionProfile(raw, { allowPassword: name === pilotConnectionName });
  const { profile } = parsed;
  const password = scope.settings.passwords[name] ?? process.env.SSD_PASSWORD ?? parsed.password;
  const { signal, progress } = scope.context;
  const secrets = {
    password: () => Promise.resolve(password ?? null),
    // The whole message is the phase, so that every front end shows it.
    showDeviceCode: (message: string) => progress({ phase: message }),
  };
  switch (profile.kind) {
    case 'sandbox':
      return openSqliteConnection(
        { name: profile.name, file: sandboxFile(scope, profile), purpose: 'sandbox' },
        signal,
      );
    case 'sqlserver': {
      const { openSqlServerConnection } = await import('../pipeline/connections/sqlServer/sqlServerConnection.ts');
      return openSqlServerConnection(profile, secrets, signal);
    }
    case 'postgres': {
      const { openPostgresConnection } = await import('../pipeline/connections/postgres/postgresConnection.ts');
      return openPostgresConnection(profile, secrets, signal);
    }
  }
}

function sandboxFile(scope: JobScope, profile: ConnectionProfile): string {
  if (profile.file === null) {
    throw new DataflowError('configuration', `Connection “${profile.name}” needs “file”, the SQLite file to read.`);
  }
  return path.resolve(scope.environment.workspaceFolder ?? '.', profile.file);
}

function noSuchConnection(scope: JobScope, name: string): DataflowError {
  const known = scope.settings.connections.map((profile) => profile.name).filter((n) => typeof n === 'string');
  return new DataflowError(
    'configuration',
    `There is no connection named “${name}”. ${known.length === 0 ? 'No connection is configured yet.' : `There is: ${known.join(', ')}.`} Add it to “connections” in ssd.config.json, or leave the name out to use the sandbox.`,
  );
}

/** What the extract reads: the pack with the workspace's overrides, or a custom query. */
export async function extractSource(scope: JobScope, input: SourceInput): Promise<ExtractSource> {
  const query = input.query ?? scope.settings.query;
  if (query !== null && query !== undefined) {
    return { kind: 'query', name: path.basename(query), text: await readTextFile(query) };
  }
  return { kind: 'pack', pack: await loadExtractPack(scope, input) };
}

/** The shipped extract pack, with the workspace's files in place of those of the same name. */
export function loadExtractPack(scope: JobScope, input: SourceInput): Promise<ExtractPack> {
  return loadPack({
    shipped: path.join(packageRoot(), 'extracts'),
    override: input.pack ?? scope.settings.pack,
    spec: scope.settings.spec,
  });
}

/** The staging table that fits: the one asked for, else the setting, else live only for a live connection. */
export function tableFor(scope: JobScope, source: OpenSource, asked: StagingTable | undefined): StagingTable {
  return asked ?? scope.settings.table ?? (source.connection.purpose === 'live' ? 'live' : 'anon');
}

/** Opens staging where the settings keep it: in the SSD database, or in a local file beside the audit trail. */
export async function openStaging(scope: JobScope, source: OpenSource, table: StagingTable): Promise<StagingStore> {
  if (scope.settings.staging === 'local') {
    return openLocalStaging(
      { folder: path.join(scope.environment.dataFolder, 'staging'), name: source.connection.name, table },
      scope.context.signal,
    );
  }
  return source.connection.openStaging(table, scope.context.signal);
}
