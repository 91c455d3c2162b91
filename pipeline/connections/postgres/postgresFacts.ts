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
  const tables = new Map<string, ExistingColumn[]>();
  for (const row of rows) {
    const name = row.table_name.toLowerCase();
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

/** How many of the tables the login holds a privilege on. */
async function countAllowed(
  client: PgClient,
  schema: string,
  tables: readonly string[],
  privileges: string,
): Promise<number> {
  const { rows } = await client.query<{ allowed: number }>(
    `SELECT count(*)::int AS allowed FROM unnest($1::text[]) AS t(name)
      WHERE has_table_privilege(format('%I.%I', $2::text, t.name), $3)`,
    [tables, schema, privileges],
  );
  return rows[0]?.allowed ?? 0;
}

/** Everything that the preflight report wants to know about the database. */
export async function describeDatabase(client: PgClient, schema: string): Promise<DatabaseFacts> {
  const tables = await readTables(client, schema);
  const staging: readonly string[] = Object.values(stagingTableNames).filter((name) => tables.has(name));
  const readable = Object.keys(model.tables).filter((name) => tables.has(name) && !staging.includes(name));
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
    canReadSsd: readable.length > 0 && (await countAllowed(client, schema, readable, 'SELECT')) === readable.length,
    // A table that this login makes is its own to write.
    canWriteStaging:
      staging.length === 0
        ? canCreateTable
        : (await writable('SELECT')) && (await writable('INSERT')) && (await writable('UPDATE')),
    canCreateTable,
  };
}
