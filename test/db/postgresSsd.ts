import { DatabaseSync } from 'node:sqlite';
import type pg from 'pg';

interface SsdTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** The SSD tables of a sandbox database, with their columns; without staging and summary tables. */
export function ssdTables(database: DatabaseSync): readonly SsdTable[] {
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'ssd_%' AND name NOT LIKE 'ssd_api_%'")
    .all();
  return tables.map(({ name }) => ({
    name: String(name),
    columns: database
      .prepare('SELECT name, type FROM pragma_table_info(?)')
      .all(String(name))
      .map((column) => ({ name: String(column.name), type: String(column.type).toLowerCase() })),
  }));
}

function postgresType(type: string): string {
  if (type.startsWith('datetime')) return 'timestamp';
  if (type.startsWith('int')) return 'integer';
  if (type === 'float') return 'double precision';
  if (type === 'bit') return 'boolean';
  return type.includes('max') || !type.includes('(')
    ? 'text'
    : type.replace('nvarchar', 'varchar').replace('nchar', 'varchar');
}

/** Replaces the SSD in a PostgreSQL schema by that of a sandbox database, creating tables that are missing. */
export async function copySsd(file: string, admin: pg.Client): Promise<void> {
  const from = new DatabaseSync(file, { readOnly: true });
  try {
    for (const { name, columns } of ssdTables(from)) {
      const definitions = columns.map((column) => `${column.name} ${postgresType(column.type)}`);
      await admin.query(`CREATE TABLE IF NOT EXISTS ${name} (${definitions.join(', ')})`);
      await admin.query(`TRUNCATE ${name}`);
      const rows = from.prepare(`SELECT * FROM ${name}`).all();
      // A column at a time as an array: one statement for a whole table.
      const arrays = columns.map(({ name: column }) => rows.map((row) => row[column]));
      const casts = columns.map((column, i) => `$${i + 1}::${postgresType(column.type).replace(/\(.*\)/, '')}[]`);
      await admin.query(`INSERT INTO ${name} SELECT * FROM unnest(${casts.join(', ')})`, arrays);
    }
  } finally {
    from.close();
  }
}
