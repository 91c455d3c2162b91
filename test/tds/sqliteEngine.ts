import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type StoredValue, typeOfDeclaration, typeOfValue } from './dataTypes.ts';
import type { ResultColumn } from './tokens.ts';
import { type NameScope, TsqlError } from './translate.ts';

/** What the pretended SQL Server is. */
export interface ServerFacts {
  readonly database: string;
  /** Such as `11.0.7001.0` for SQL Server 2012. */
  readonly productVersion: string;
  readonly compatibilityLevel: number;
  readonly allowsSnapshot: boolean;
  /** Schema that holds the tables, and the schema that unqualified names of this login mean. */
  readonly schema: string;
  readonly defaultSchema: string;
  /** Permissions that the login lacks, such as `CREATE TABLE` or `INSERT`. */
  readonly denied: readonly string[];
  /** The database is a read-only replica. */
  readonly readOnly: boolean;
}

/** An answer that is being read: columns are known before the first row is taken. */
export interface OpenResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: Iterator<readonly StoredValue[]>;
}

const lookAhead = 50;

function lengthOf(declaration: StoredValue): number | null {
  const type = typeOfDeclaration(String(declaration ?? ''));
  if (type === undefined || !('length' in type)) return null;
  return type.length ?? -1;
}

function registerFunctions(db: DatabaseSync, facts: ServerFacts): void {
  const constant = { deterministic: true } as const;
  db.function('len', constant, (text) => (text === null ? null : String(text).trimEnd().length));
  db.function('datalength', constant, (v) =>
    v === null ? null : v instanceof Uint8Array ? v.length : typeof v === 'string' ? v.length * 2 : 8,
  );
  db.function('db_name', constant, () => facts.database);
  db.function('schema_name', constant, () => facts.defaultSchema);
  db.function(
    'tds_type_name',
    constant,
    (declaration) =>
      /^\s*(\w*)/
        .exec(String(declaration ?? ''))?.[1]
        ?.toLowerCase()
        .replace('integer', 'int') ?? null,
  );
  db.function('tds_type_length', constant, (declaration) => lengthOf(declaration as StoredValue));
  db.function('serverproperty', constant, (name) => {
    const property = String(name).toLowerCase();
    if (property === 'productversion') return facts.productVersion;
    if (property === 'edition') return 'Test Edition (64-bit)';
    return null;
  });
  db.function('databasepropertyex', constant, (_database, name) =>
    String(name).toLowerCase() === 'updateability' ? (facts.readOnly ? 'READ_ONLY' : 'READ_WRITE') : null,
  );
  db.function('has_perms_by_name', constant, (_securable, _type, permission) =>
    facts.denied.includes(String(permission).toUpperCase()) ? 0 : 1,
  );
}

function createCatalog(db: DatabaseSync, facts: ServerFacts): void {
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  db.exec(`
    CREATE TEMP VIEW sys_databases AS SELECT ${literal(facts.database)} AS name,
      ${facts.compatibilityLevel} AS compatibility_level, ${facts.allowsSnapshot ? 1 : 0} AS snapshot_isolation_state,
      0 AS is_read_committed_snapshot_on, ${facts.readOnly ? 1 : 0} AS is_read_only,
      'Latin1_General_CI_AS' AS collation_name;
    CREATE TEMP VIEW sys_schemas AS SELECT ${literal(facts.schema)} AS name
      UNION SELECT ${literal(facts.defaultSchema)};
    CREATE TEMP VIEW information_schema_columns AS SELECT ${literal(facts.schema)} AS TABLE_SCHEMA,
      m.name AS TABLE_NAME, c.name AS COLUMN_NAME, c.cid + 1 AS ORDINAL_POSITION,
      tds_type_name(c.type) AS DATA_TYPE, tds_type_length(c.type) AS CHARACTER_MAXIMUM_LENGTH,
      CASE c."notnull" WHEN 0 THEN 'YES' ELSE 'NO' END AS IS_NULLABLE
      FROM main.sqlite_master m, pragma_table_info(m.name) c
      WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%';`);
}

/** Turns SQLite's complaint into the number and words that SQL Server would use. */
export function asServerError(error: unknown): TsqlError {
  if (error instanceof TsqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const table = /no such table: (?:main\.|temp\.)?(.*)/.exec(message)?.[1];
  if (table !== undefined) return new TsqlError(208, `Invalid object name '${table}'.`);
  const column = /no such column: (.*)/.exec(message)?.[1];
  if (column !== undefined) return new TsqlError(207, `Invalid column name '${column.split('.').at(-1)}'.`);
  if (/UNIQUE constraint/.test(message)) return new TsqlError(2627, 'Violation of UNIQUE KEY constraint.');
  if (/NOT NULL constraint/.test(message)) return new TsqlError(515, 'Cannot insert the value NULL into a column.');
  if (/CHECK constraint/.test(message)) return new TsqlError(8152, 'String or binary data would be truncated.');
  if (/already exists/.test(message)) return new TsqlError(2714, 'There is already an object with that name.');
  if (/readonly database/.test(message)) return new TsqlError(3906, 'Failed to update a read-only database.');
  if (/syntax error/.test(message)) return new TsqlError(102, `Incorrect syntax: ${message}`);
  return new TsqlError(50000, message);
}

/** Whether SQLite refused because another session holds its write lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked|database table is locked/.test(error.message);
}

/** One session's SQLite connection. Temporary tables are private to it, as in SQL Server. */
export class SqliteEngine {
  readonly #db: DatabaseSync;
  readonly #tables: Set<string>;
  readonly scope: NameScope;

  constructor(file: string, facts: ServerFacts) {
    this.#db = new DatabaseSync(file, { timeout: 0 });
    this.#db.exec('PRAGMA temp_store = MEMORY');
    registerFunctions(this.#db, facts);
    createCatalog(this.#db, facts);
    this.#tables = new Set(
      this.#db
        .prepare("SELECT lower(name) AS name FROM main.sqlite_master WHERE type IN ('table', 'view')")
        .all()
        .map((row) => String(row.name)),
    );
    const tables = this.#tables;
    this.scope = {
      schema: facts.schema,
      defaultSchema: facts.defaultSchema,
      isTable: (name) => tables.has(name.toLowerCase()),
    };
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** Runs a statement that gives no rows. Returns how many rows it changed. */
  change(sql: string, parameters: Readonly<Record<string, StoredValue>>): number {
    const statement = this.#prepare(sql);
    return Number(statement.run(parameters).changes);
  }

  /** Whether a statement gives rows. */
  givesRows(sql: string): boolean {
    return this.#prepare(sql).columns().length > 0;
  }

  /** Opens a query. Types of expressions are told from the first rows, as SQLite has none. */
  open(sql: string, parameters: Readonly<Record<string, StoredValue>>): OpenResult {
    const statement = this.#prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    const rows = statement.iterate(parameters) as unknown as Iterator<readonly StoredValue[]>;
    const ahead: (readonly StoredValue[])[] = [];
    const metadata = statement.columns();
    const declared = metadata.map((column) => typeOfDeclaration(column.type ?? null));
    const known = (i: number): boolean => declared[i] !== undefined || ahead.some((row) => (row[i] ?? null) !== null);
    while (ahead.length < lookAhead && (ahead.length === 0 || !declared.every((_, i) => known(i)))) {
      const next = rows.next();
      if (next.done === true) break;
      ahead.push(next.value);
    }
    const columns = metadata.map((column, i) => ({
      name: column.name,
      type: declared[i] ?? typeOfValue(ahead.find((row) => (row[i] ?? null) !== null)?.[i] ?? null),
    }));
    return { columns, rows: chain(ahead, rows) };
  }

  /** Appends rows to a table. */
  insert(table: string, columns: readonly string[], rows: readonly (readonly StoredValue[])[]): void {
    const names = columns.map((column) => `"${column}"`).join(', ');
    const places = columns.map(() => '?').join(', ');
    const statement = this.#db.prepare(`INSERT INTO "${table}" (${names}) VALUES (${places})`);
    for (const row of rows) statement.run(...row);
  }

  dropTemporary(table: string): void {
    this.#db.exec(`DROP TABLE IF EXISTS temp."${table}"`);
  }

  close(): void {
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#db.prepare(sql);
    statement.setAllowUnknownNamedParameters(true);
    return statement;
  }
}

function* chainRows(
  ahead: readonly (readonly StoredValue[])[],
  rest: Iterator<readonly StoredValue[]>,
): Generator<readonly StoredValue[]> {
  try {
    yield* ahead;
    for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
  } finally {
    rest.return?.();
  }
}

function chain(
  ahead: readonly (readonly StoredValue[])[],
  rest: Iterator<readonly StoredValue[]>,
): Iterator<readonly StoredValue[]> {
  return chainRows(ahead, rest);
}
