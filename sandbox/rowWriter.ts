import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ChildRows } from './generate/childRows.ts';
import { type CellValue, columnNames, type Row, type TableName, tableNames } from './schema.ts';

interface TableWriter {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

/** Writes rows through one prepared statement for each table. */
export class RowWriter {
  readonly #database: DatabaseSync;
  readonly #writers = new Map<TableName, TableWriter>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  write<T extends TableName>(table: T, row: Row<T>): void {
    const { statement, columns } = this.#writer(table);
    const cells = row as Readonly<Record<string, CellValue | undefined>>;
    statement.run(...columns.map((column) => cells[column] ?? null));
  }

  /** Writes all rows of a child. */
  writeChild(rows: ChildRows): void {
    for (const table of tableNames()) for (const row of rows.of(table)) this.write(table, row);
  }

  #writer(table: TableName): TableWriter {
    const known = this.#writers.get(table);
    if (known !== undefined) return known;
    const columns = columnNames(table);
    const places = columns.map(() => '?').join(', ');
    const statement = this.#database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
    const writer = { statement, columns };
    this.#writers.set(table, writer);
    return writer;
  }
}
