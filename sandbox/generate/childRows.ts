import type { Row, TableName } from '../schema.ts';

/** The rows of one invented child, table by table, before they are written. */
export class ChildRows {
  readonly tables = new Map<TableName, Record<string, unknown>[]>();

  /** Adds a row and returns it, so that a later step of the same story can still change it. */
  add<T extends TableName>(table: T, row: Row<T>): { -readonly [C in keyof Row<T>]: Row<T>[C] } {
    const rows = this.tables.get(table);
    if (rows === undefined) this.tables.set(table, [row]);
    else rows.push(row);
    return row;
  }

  /** The rows of one table. */
  of<T extends TableName>(table: T): { -readonly [C in keyof Row<T>]: Row<T>[C] }[] {
    return (this.tables.get(table) ?? []) as { -readonly [C in keyof Row<T>]: Row<T>[C] }[];
  }
}
