import model from '../../../schemas/ssd-model.json' with { type: 'json' };
import { stagingTableNames } from '../../staging/stagingStore.ts';
import type { DatabaseFacts, ExistingColumn } from '../connection.ts';
import type { PgClient } from './driver.ts';
import { quoteName } from './session.ts';

interface ColumnRow {
  readonly table_name: string;
  readonly column_name: string;
  readonly data_type: string;
  readonly character_maximum_length: number | null;
  readonly is_nullable: string;
}

/** SSD and staging tables of a schema by lower-case name, with their columns. */
export async function readTables(
  client: PgClient,
  schema: string,
): Promise<ReadonlyMap<string, readonly ExistingColumn[]>> {
  const { rows } = await client.query<ColumnRow>(
    `SELECT table_name, column_name, data_type, character_maximum_length, is_nullable
       FROM information_schema.columns
      WHERE table_schema = $1 AND lower(left(table_name, 4)) = 'ssd_'
      ORDER BY table_name, ordinal_position`,
    [schema],
  );
  const exact = new Set(rows.map((row) => row.table_name));
  const tables = new Map<string, ExistingColumn[]>();
  for (const row of rows) {
    const name = row.table_name.toLowerCase();
    // Unquoted queries mean the table in lower case where there is one.
    if (name !== row.table_name && exact.has(name)) continue;
    const column: ExistingColumn = {
      name: row.column_name,
      type: row.data_type.toLowerCase(),
      maxLength: row.character_maximum_length,
      nullable: row.is_nullable === 'YES',
    };
    const columns = tables.get(name);
    if (columns === undefined) tables.set(name, [column]);
    else columns.push(column);
  }
  return tables;
}

type QuotedNames = NonNullable<DatabaseFacts['quotedNames']>;

/** Names with capital letters, which unquoted names of a query do not mean. */
async function readQuotedNames(client: PgClient, schema: string): Promise<QuotedNames> {
  const { rows } = await client.query<{ table_name: string; column_name: string }>(
    `SELECT table_name, column_name FROM information_schema.columns AS c
      WHERE table_schema = $1 AND lower(left(table_name, 4)) = 'ssd_'
        AND (column_name <> lower(column_name) OR table_name <> lower(table_name))
        AND NOT EXISTS (SELECT 1 FROM information_schema.tables AS t
          WHERE t.table_schema = $1 AND t.table_name = lower(c.table_name) AND t.table_name <> c.table_name)
      ORDER BY table_name, ordinal_position`,
    [schema],
  );
  const names = new Map<string, QuotedNames[number]>();
  for (const { table_name: name, column_name: column } of rows) {
    const table = name.toLowerCase();
    if (name !== table) names.set(name, { table, column: null, name });
    else names.set(`${name}.${column}`, { table, column: column.toLowerCase(), name: column });
  }
  return [...names.values()];
}

/** SSD tables with rows that were never analysed. `reltuples` survives a crash, the times of the last run do not. */
async function readNeverAnalysed(client: PgClient, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class AS c JOIN pg_stat_all_tables AS s ON s.relid = c.oid
      WHERE s.schemaname = $1 AND c.relkind = 'r' AND lower(left(c.relname, 4)) = 'ssd_'
        AND c.reltuples <= 0 AND s.last_analyze IS NULL AND s.last_autoanalyze IS NULL
        AND pg_relation_size(c.oid) > 0
      ORDER BY c.relname`,
    [schema],
  );
  return rows.map(({ name }) => name).filter((name) => Object.hasOwn(model.tables, name.toLowerCase()));
}

/** How many of the tables the login holds a privilege on. */
async function countAllowed(
  client: PgClient,
  schema: string,
  tables: readonly string[],
  privileges: string,
): Promise<number> {
  const { rows } = await client.query<{ allowed: number }>(
    `SELECT count(*)::int AS allowed FROM unnest($1::text[]) AS t(name)
      WHERE has_table_privilege(to_regclass(format('%I.%I', $2::text, t.name)), $3)`,
    [tables, schema, privileges],
  );
  return rows[0]?.allowed ?? 0;
}

/** Everything that the preflight report wants to know about the database. */
export async function describeDatabase(client: PgClient, schema: string): Promise<DatabaseFacts> {
  const tables = await readTables(client, schema);
  const staging: readonly string[] = Object.values(stagingTableNames).filter((name) => tables.has(name));
  const quotedNames = await readQuotedNames(client, schema);
  const quotedTables = new Set(quotedNames.filter(({ column }) => column === null).map(({ table }) => table));
  const readable = Object.keys(model.tables).filter(
    (name) => tables.has(name) && !staging.includes(name) && !quotedTables.has(name),
  );
  const { rows } = await client.query<{ version: string; can_create: boolean }>(
    `SELECT current_setting('server_version') AS version,
            coalesce(has_schema_privilege(to_regnamespace($1), 'CREATE'), false) AS can_create`,
    [quoteName(schema)],
  );
  const version = rows[0]?.version ?? '';
  const canCreateTable = rows[0]?.can_create === true;
  const majorVersion = Number.parseInt(version, 10);
  const writable = async (privilege: string): Promise<boolean> =>
    (await countAllowed(client, schema, staging, privilege)) === staging.length;
  return {
    product: `PostgreSQL ${version}`,
    majorVersion: Number.isNaN(majorVersion) ? null : majorVersion,
    compatibilityLevel: null,
    tables,
    quotedNames,
    neverAnalysed: await readNeverAnalysed(client, schema),
    canReadSsd: readable.length > 0 && (await countAllowed(client, schema, readable, 'SELECT')) === readable.length,
    // A table that this login makes is its own to write.
    canWriteStaging:
      staging.length === 0
        ? canCreateTable
        : (await writable('SELECT')) && (await writable('INSERT')) && (await writable('UPDATE')),
    canCreateTable,
  };
}
