import { DataflowError, throwIfCancelled } from '../../errors.ts';
import type { StagedChild } from '../../staging/stagingStore.ts';
import { personIdLength } from './stagingSql.ts';
import { type BulkColumn, bulkLoad, runQuery, type StatementTarget, type TypedValue } from './statements.ts';

/** A bulk load goes out at this many children or characters, so that memory stays small. */
const maxChildren = 500;
const maxCharacters = 4_000_000;

/** How many ids of people are named in a message. */
const maxNamed = 3;

const incomingColumns: readonly BulkColumn[] = [
  { name: 'person_id', type: 'text', length: personIdLength, nullable: false },
  { name: 'legacy_id', type: 'text', length: personIdLength, nullable: true },
  { name: 'payload', type: 'longText', length: 0, nullable: false },
  { name: 'hash', type: 'bytes', length: 32, nullable: false },
];
const keepColumns: readonly BulkColumn[] = [
  { name: 'person_id', type: 'text', length: personIdLength, nullable: false },
];

type LoadRow = readonly (string | Uint8Array | null)[];

/** Brings children into the temporary tables of a merge, in pieces. */
export class IncomingLoader {
  readonly #target: StatementTarget;
  readonly #limits: { readonly personId: number; readonly legacyId: number };
  readonly #signal: AbortSignal;
  readonly #tooLong: string[] = [];

  /** @param limits characters that the staging table's id columns take */
  constructor(
    target: StatementTarget,
    limits: { readonly personId: number; readonly legacyId: number },
    signal: AbortSignal,
  ) {
    this.#target = target;
    this.#limits = limits;
    this.#signal = signal;
  }

  /**
   * Loads all children.
   * @param duplicate makes the error for a person that comes twice
   * @throws DataflowError `configuration` when ids are longer than the table's columns
   */
  async load(children: AsyncIterable<StagedChild>, duplicate: (personId: string) => DataflowError): Promise<void> {
    const seen = new Set<string>();
    let rows: LoadRow[] = [];
    let characters = 0;
    for await (const child of children) {
      throwIfCancelled(this.#signal);
      if (seen.has(child.personId)) throw duplicate(child.personId);
      seen.add(child.personId);
      this.#checkLengths(child);
      rows.push([child.personId, child.legacyId, child.payload, child.hash]);
      characters += child.payload.length;
      if (rows.length >= maxChildren || characters >= maxCharacters) {
        await this.#send('#incoming', incomingColumns, rows);
        rows = [];
        characters = 0;
      }
    }
    throwIfCancelled(this.#signal);
    this.#refuseLongIds();
    await this.#send('#incoming', incomingColumns, rows);
  }

  /** Loads the ids whose rows stay as they are. */
  async keep(ids: ReadonlySet<string>): Promise<void> {
    // Longer ids than the column has cannot be in the table, and so need no keeping.
    const rows = [...ids].filter((id) => id.length <= personIdLength).map((id) => [id]);
    for (let from = 0; from < rows.length; from += maxChildren * 10) {
      await this.#send('#keep', keepColumns, rows.slice(from, from + maxChildren * 10));
    }
  }

  #checkLengths(child: StagedChild): void {
    const limit = Math.min(this.#limits.personId, personIdLength);
    const legacyLimit = Math.min(this.#limits.legacyId, personIdLength);
    if (child.personId.length > limit || (child.legacyId?.length ?? 0) > legacyLimit)
      this.#tooLong.push(child.personId);
    if (this.#tooLong.length > maxNamed) this.#refuseLongIds();
  }

  #refuseLongIds(): void {
    if (this.#tooLong.length === 0) return;
    const names = this.#tooLong.slice(0, maxNamed).join(', ');
    const more = this.#tooLong.length > maxNamed ? ' and others' : '';
    throw new DataflowError(
      'configuration',
      `Nothing was staged: the ids of ${names}${more} are longer than the staging table's columns (person_id ${this.#limits.personId}, legacy_id ${this.#limits.legacyId} characters). Ask your database administrator to widen the columns.`,
    );
  }

  async #send(table: string, columns: readonly BulkColumn[], rows: readonly LoadRow[]): Promise<void> {
    if (rows.length === 0) return;
    if (this.#target.bulk !== false) await bulkLoad(this.#target, table, columns, rows, this.#signal);
    else await insertRows(this.#target, table, columns, rows, this.#signal);
  }
}

/** Parameters that SQL Server takes in one statement, with some to spare. */
const maxParameters = 2_000;

/**
 * Appends rows with INSERT statements of many rows each, for the ODBC driver, whose bulk load knows no temporary
 * tables.
 */
async function insertRows(
  target: StatementTarget,
  table: string,
  columns: readonly BulkColumn[],
  rows: readonly LoadRow[],
  signal: AbortSignal,
): Promise<void> {
  const size = Math.floor(maxParameters / columns.length);
  for (let from = 0; from < rows.length; from += size) {
    const part = rows.slice(from, from + size);
    const parameters: Record<string, TypedValue> = {};
    const places = part.map((row, r) => {
      const names = row.map((value, c) => {
        const binary = columns[c]?.type === 'bytes';
        parameters[`v${r}_${c}`] =
          binary || value instanceof Uint8Array
            ? { type: 'bytes', value: value instanceof Uint8Array ? value : null }
            : { type: 'text', value };
        return `@v${r}_${c}`;
      });
      return `SELECT ${names.join(', ')}`;
    });
    const names = columns.map((column) => column.name).join(', ');
    await runQuery(target, `INSERT INTO ${table} (${names}) ${places.join(' UNION ALL ')}`, parameters, signal);
  }
}
