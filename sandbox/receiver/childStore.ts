import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { openSqlite } from '../sqlite.ts';

/** The receiver's own records, one for each child, in a SQLite file or in memory. */
export class ChildStore {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#get = database.prepare('SELECT record FROM receiver_child WHERE la_child_id = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO receiver_child (la_child_id, record) VALUES (?, ?)');
    this.#remove = database.prepare('DELETE FROM receiver_child WHERE la_child_id = ?');
  }

  /** Opens or creates a store. @param file a path, or `:memory:` */
  static async open(file: string): Promise<ChildStore> {
    const database = await openSqlite(file);
    database.exec('CREATE TABLE IF NOT EXISTS receiver_child (la_child_id TEXT PRIMARY KEY, record TEXT NOT NULL)');
    return new ChildStore(database);
  }

  get(id: string): JsonObject | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : parseRecord(row.record);
  }

  /** Runs `change` as one transaction: all of what it stores, or nothing when it throws. */
  transaction(change: (put: (id: string, record: JsonObject | undefined) => void) => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      change((id, record) => {
        if (record === undefined) this.#remove.run(id);
        else this.#put.run(id, JSON.stringify(record));
      });
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  count(): number {
    return Number(this.#database.prepare('SELECT COUNT(*) AS children FROM receiver_child').get()?.children);
  }

  /** Every record, ordered by child id, one at a time. */
  *children(): Generator<JsonObject> {
    const rows = this.#database.prepare('SELECT record FROM receiver_child ORDER BY la_child_id').iterate();
    for (const row of rows) yield parseRecord(row.record);
  }

  clear(): void {
    this.#database.exec('DELETE FROM receiver_child');
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

function parseRecord(text: unknown): JsonObject {
  const record: unknown = typeof text === 'string' ? JSON.parse(text) : null;
  if (!isJsonObject(record)) throw new TypeError('The receiver store holds a record that is no object');
  return record;
}
