import model from '../../../schemas/ssd-model.json' with { type: 'json' };
import { stagingTableNames } from '../../staging/stagingStore.ts';
import type { DatabaseFacts, ExistingColumn } from '../connection.ts';
import type { ConnectionProfile } from '../profile.ts';
import { quoteName } from './qualifyTables.ts';
import { type Row, runQuery, type StatementTarget } from './statements.ts';

/** What must be known about a server before it is read. */
export interface ServerState {
  /** Schema that a name without one means for this login. */
  readonly defaultSchema: string;
  readonly snapshotAllowed: boolean;
  /** Every statement sees the data as it was when the statement began. */
  readonly statementSnapshots: boolean;
  readonly readOnly: boolean;
}

/** Years of SQL Server releases by major version, for people. */
const releases: Readonly<Record<number, string>> = {
  9: '2005',
  10: '2008',
  11: '2012',
  12: '2014',
  13: '2016',
  14: '2017',
  15: '2019',
  16: '2022',
  17: '2025',
};

const stateQuery = `SELECT SCHEMA_NAME() AS default_schema, d.snapshot_isolation_state AS snapshot_state,
  d.is_read_committed_snapshot_on AS read_committed_snapshot, d.compatibility_level AS compatibility_level,
  CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(20)) AS updateability,
  CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(50)) AS product_version
FROM sys.databases AS d WHERE d.name = DB_NAME()`;

const columnsQuery = `SELECT c.TABLE_NAME AS table_name, c.COLUMN_NAME AS column_name, c.DATA_TYPE AS data_type,
  c.CHARACTER_MAXIMUM_LENGTH AS max_length, c.IS_NULLABLE AS nullable
FROM INFORMATION_SCHEMA.COLUMNS AS c
WHERE c.TABLE_SCHEMA = @schema AND LOWER(SUBSTRING(c.TABLE_NAME, 1, 4)) = 'ssd_'
ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`;

/** Statements that this module sends, for the test that reads them all. */
export const factStatements: readonly string[] = [stateQuery, columnsQuery];

function text(row: Row | undefined, key: string): string {
  const value = row?.[key];
  return typeof value === 'string' ? value : '';
}

function number(row: Row | undefined, key: string): number | null {
  const value = row?.[key];
  return typeof value === 'number' ? value : null;
}

/** Reads what decides how this server is read. */
export async function readServerState(target: StatementTarget, signal: AbortSignal): Promise<ServerState> {
  const row = (await runQuery(target, stateQuery, {}, signal))[0];
  return {
    defaultSchema: text(row, 'default_schema') || 'dbo',
    snapshotAllowed: number(row, 'snapshot_state') === 1,
    statementSnapshots: row?.read_committed_snapshot === true || number(row, 'read_committed_snapshot') === 1,
    readOnly: text(row, 'updateability') === 'READ_ONLY',
  };
}

/** SSD and staging tables of a schema by lower-case name, with their columns. */
export async function readTables(
  target: StatementTarget,
  schema: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly ExistingColumn[]>> {
  const tables = new Map<string, ExistingColumn[]>();
  for (const row of await runQuery(target, columnsQuery, { schema: { type: 'text', value: schema } }, signal)) {
    const name = text(row, 'table_name').toLowerCase();
    const length = number(row, 'max_length');
    const column: ExistingColumn = {
      name: text(row, 'column_name'),
      type: text(row, 'data_type').toLowerCase(),
      // -1 stands for max.
      maxLength: length === null || length < 0 ? null : length,
      nullable: text(row, 'nullable') === 'YES',
    };
    const columns = tables.get(name);
    if (columns === undefined) tables.set(name, [column]);
    else columns.push(column);
  }
  return tables;
}

/** Asks for permissions by name; one query for all of them. */
function permissionQuery(schema: string, readable: readonly string[], writable: readonly string[]): string {
  const literal = (value: string): string => `N'${value.replaceAll("'", "''")}'`;
  const on = (table: string, permission: string): string =>
    `COALESCE(HAS_PERMS_BY_NAME(${literal(`${quoteName(schema)}.${quoteName(table)}`)}, 'OBJECT', '${permission}'), 0)`;
  const all = (terms: readonly string[]): string => (terms.length === 0 ? '0' : terms.join(' + '));
  return `SELECT ${all(readable.map((table) => on(table, 'SELECT')))} AS can_read,
  ${all(writable.flatMap((table) => [on(table, 'SELECT'), on(table, 'INSERT'), on(table, 'UPDATE')]))} AS can_write,
  COALESCE(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE TABLE'), 0) AS can_create,
  COALESCE(HAS_PERMS_BY_NAME(${literal(schema)}, 'SCHEMA', 'ALTER'), 0) AS can_alter_schema`;
}

/** Everything that the preflight report wants to know about the database. */
export async function describeDatabase(
  target: StatementTarget,
  profile: ConnectionProfile,
  signal: AbortSignal,
): Promise<DatabaseFacts> {
  const state = (await runQuery(target, stateQuery, {}, signal))[0];
  const version = text(state, 'product_version');
  const majorVersion = Number.parseInt(version, 10);
  const compatibilityLevel = number(state, 'compatibility_level');
  const tables = await readTables(target, profile.schema, signal);
  const names = Object.keys(model.tables).filter((name) => tables.has(name));
  const staging = Object.values(stagingTableNames).filter((name) => tables.has(name));
  const readable = names.filter((name) => !staging.includes(name));
  const permissions = (await runQuery(target, permissionQuery(profile.schema, readable, staging), {}, signal))[0];
  const canCreateTable = number(permissions, 'can_create') === 1 && number(permissions, 'can_alter_schema') === 1;
  const release = releases[majorVersion];
  return {
    product: `SQL Server ${release === undefined ? version : `${release} (${version})`}${compatibilityLevel === null ? '' : `, compatibility level ${compatibilityLevel}`}`,
    majorVersion: Number.isNaN(majorVersion) ? null : majorVersion,
    compatibilityLevel,
    canReadSsd: readable.length > 0 && number(permissions, 'can_read') === readable.length,
    // A table that this login makes is its own to write.
    canWriteStaging: staging.length === 0 ? canCreateTable : number(permissions, 'can_write') === staging.length * 3,
    canCreateTable,
    tables,
  };
}
