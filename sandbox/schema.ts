import model from '../schemas/ssd-model.json' with { type: 'json' };

type Tables = (typeof model)['tables'];
/** Name of a table of the SSD model. */
export type TableName = keyof Tables;
/** A value as the sandbox stores it. Dates are `YYYY-MM-DD` text: see {@link createTableStatements}. */
export type CellValue = string | number | null;
/** Some columns of one row; those left out are NULL. */
export type Row<T extends TableName> = { readonly [C in keyof Tables[T]['columns']]?: CellValue };

/** One column as schemas/ssd-model.json describes it. */
interface Column {
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string;
  readonly foreignKey?: string;
}

interface Table {
  readonly primaryKey: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
}

const tables: Readonly<Record<TableName, Table>> = model.tables;

/** Every table of the SSD model, in the model's order. */
export function tableNames(): readonly TableName[] {
  return Object.keys(tables) as TableName[];
}

/** Column names of a table, in the model's order. */
export function columnNames(table: TableName): readonly string[] {
  return Object.keys(tables[table].columns);
}

/** Columns that hold the row's identity; empty where the model has none. */
export function primaryKey(table: TableName): readonly string[] {
  return tables[table].primaryKey;
}

/** The declared type, which SQLite keeps for those who ask. It has no word for "no limit". */
function sqliteType(type: string): string {
  return type === 'nvarchar(max)' ? 'TEXT' : type.toUpperCase();
}

function columnClause(name: string, column: Column, isKey: boolean): string {
  if (column.type.includes('identity')) return `${name} INTEGER${isKey ? ' PRIMARY KEY AUTOINCREMENT' : ''}`;
  const notNull = column.nullable ? '' : ' NOT NULL';
  const value = column.default?.replace(/^getdate\(\)$/i, 'CURRENT_TIMESTAMP');
  return `${name} ${sqliteType(column.type)}${notNull}${value === undefined ? '' : ` DEFAULT ${value}`}`;
}

/**
 * `CREATE TABLE` for every table of the SSD, with its real column names and declared types. SQLite keeps a date as
 * text, so the sandbox stores midnight as `YYYY-MM-DD`: then `<=` and `>=` against a date parameter say the same as
 * they do for a real DATETIME (the text of a full timestamp would sort after its own day).
 */
export function createTableStatements(): string[] {
  return tableNames().map((name) => {
    const { columns, primaryKey: key } = tables[name];
    const identity = Object.values(columns).some((column) => column.type.includes('identity'));
    const clauses = Object.entries(columns).map(([column, facts]) => columnClause(column, facts, key.includes(column)));
    if (key.length > 0 && !identity) clauses.push(`PRIMARY KEY (${key.join(', ')})`);
    return `CREATE TABLE ${name} (\n  ${clauses.join(',\n  ')}\n)`;
  });
}

/** `CREATE INDEX` for every foreign key, which are the columns that extracts join on. */
export function createIndexStatements(): string[] {
  return tableNames().flatMap((name) =>
    Object.entries(tables[name].columns)
      .filter(([, column]) => column.foreignKey !== undefined)
      .map(([column]) => `CREATE INDEX ix_${name}_${column} ON ${name} (${column})`),
  );
}
