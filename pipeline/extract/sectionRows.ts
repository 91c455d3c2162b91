import type { Section } from '../../core/payload/sections.ts';
import type { SqlRow } from '../connections/connection.ts';
import { DataflowError } from '../errors.ts';
import { idText } from './columnValue.ts';

/** Rows of one query in the order of their child, read one child at a time. */
export class SectionRows {
  /** Rows that have no child id: they can belong to nobody. */
  rowsWithoutChild = 0;
  readonly #name: string;
  readonly #iterator: AsyncIterator<SqlRow>;
  readonly #keyColumn: string;
  #next: { readonly id: string; readonly row: SqlRow } | null = null;

  /**
   * @param name what messages call the query, such as `child_protection_plans.sql`
   * @param keyColumn column with the child's id
   */
  constructor(name: string, rows: AsyncIterable<SqlRow>, keyColumn: string) {
    this.#name = name;
    this.#iterator = rows[Symbol.asyncIterator]();
    this.#keyColumn = keyColumn;
  }

  /** Reads the first row, so that a query that cannot run fails before anything is handed on. Null when there is none. */
  async open(): Promise<SqlRow | null> {
    const result = await this.#pull();
    if (result.done) return null;
    const row = lowerCaseKeys(result.value);
    if (!this.#take(row)) await this.#advance();
    return row;
  }

  /** The child of the next row; null at the end. */
  get nextId(): string | null {
    return this.#next?.id ?? null;
  }

  /** All rows of that child. The next row must be its first. */
  async takeRows(id: string): Promise<SqlRow[]> {
    const rows: SqlRow[] = [];
    while (this.#next !== null && this.#next.id === id) {
      rows.push(this.#next.row);
      await this.#advance();
    }
    return rows;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #pull(): Promise<IteratorResult<SqlRow>> {
    try {
      return await this.#iterator.next();
    } catch (error) {
      // The database knows the query only; the person knows the file.
      if (!DataflowError.is(error) || error.reason === 'cancelled') throw error;
      throw new DataflowError(error.reason, `${this.#name}: ${error.message}`, { cause: error });
    }
  }

  async #advance(): Promise<void> {
    for (;;) {
      const result = await this.#pull();
      if (result.done) {
        this.#next = null;
        return;
      }
      if (this.#take(lowerCaseKeys(result.value))) return;
    }
  }

  /** Makes the row the next one; false when it belongs to nobody. */
  #take(row: SqlRow): boolean {
    const id = idText(row[this.#keyColumn]);
    if (id === null) {
      this.rowsWithoutChild++;
      return false;
    }
    // Rows are joined side by side, so a row out of order would be lost without a trace.
    if (this.#next !== null && id < this.#next.id) {
      throw new DataflowError(
        'input',
        `The rows of ${this.#name} did not come in the order of the child's id (${id} came after ${this.#next.id}). ` +
          'Nothing was extracted. An id with unusual characters can cause this: check both ids in the database.',
      );
    }
    this.#next = { id, row };
    return true;
  }
}

/** Databases differ in the letter case of output columns; the sections' names are lower case. */
function lowerCaseKeys(row: SqlRow): SqlRow {
  for (const key in row) {
    if (key !== key.toLowerCase()) {
      return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
    }
  }
  return row;
}

/**
 * Checks the output columns of a section's query.
 * @throws DataflowError `configuration` naming the columns that the section does not have, or that it needs
 */
export function checkColumns(section: Section, fileName: string, columns: readonly string[]): void {
  const known = new Set([...section.parentIds, ...section.fields.map((field) => field.name)]);
  const unknown = columns.filter((column) => !known.has(column.toLowerCase()));
  const given = new Set(columns.map((column) => column.toLowerCase()));
  const needed = [...section.parentIds, ...section.fields.filter((field) => field.required).map((field) => field.name)];
  const missing = needed.filter((column) => !given.has(column));
  if (unknown.length === 0 && missing.length === 0) return;
  const faults = [
    ...(unknown.length > 0 ? [`returns ${unknown.join(', ')}, which the section ${section.name} does not have`] : []),
    ...(missing.length > 0 ? [`does not return ${missing.join(', ')}, which it must`] : []),
  ];
  throw new DataflowError(
    'configuration',
    `${fileName} ${faults.join(', and ')}. Nothing was extracted. The output columns must be named as the DfE names them: ${[...known].join(', ')}.`,
  );
}
