import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadSession, SqlRow, SsdConnection } from '../../pipeline/connections/connection.ts';

/** One database for one test. Its `ssd_person` has the people P00 to P49, in no certain order. */
export interface ConnectionFixture {
  readonly connection: SsdConnection;
  /** A SELECT that gives one row with these columns, in the connection's dialect. */
  readonly literals: {
    /** Column `value` is the date 2025-03-30 in the database's own date type, where it has one. */
    readonly date: string;
    /** Column `value` is true in the database's own type for flags. */
    readonly flag: string;
  };
  /** Adds a person behind the connection's back and resolves when it is committed. */
  addPerson(personId: string): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;
const people = 50;
const allPeople = 'SELECT pers_person_id AS person_id FROM ssd_person ORDER BY pers_person_id';

async function collect(rows: AsyncIterable<SqlRow>): Promise<SqlRow[]> {
  const all: SqlRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** What every SsdConnection must do, run against one implementation. */
export function connectionSuite(name: string, open: () => Promise<ConnectionFixture>): void {
  describe(`connection to ${name}`, () => {
    let fixture: ConnectionFixture;
    let connection: SsdConnection;
    let session: ReadSession;
    const query = (sql: string, parameters = {}) => collect(session.query(sql, parameters, never));

    beforeEach(async () => {
      fixture = await open();
      connection = fixture.connection;
      session = await connection.openReadSession(never);
    });
    afterEach(async () => {
      await session.close();
      await fixture.close();
    });

    it('streams rows with the names of the output columns', async () => {
      const rows = await query(allPeople);
      expect(rows).toHaveLength(people);
      expect(Object.keys(rows[0] ?? {})).toEqual(['person_id']);
      expect(rows[0]?.person_id).toBe('P00');
    });

    it('binds parameters by name, the same one several times, and never as text of the query', async () => {
      const sql =
        'SELECT pers_person_id AS id FROM ssd_person WHERE pers_person_id IN (@one, @other) OR pers_person_id = @one';
      expect((await query(sql, { one: 'P01', other: 'P02' })).map((row) => row.id).sort()).toEqual(['P01', 'P02']);
      expect(await query(sql, { one: "x' OR '1'='1", other: 'é' })).toEqual([]);
      expect(await query(sql, { one: 'P01', other: null, unused: 'x' })).toHaveLength(1);
    });

    it('leaves what looks like a parameter alone inside strings and comments', async () => {
      const sql = "SELECT '@one' AS value FROM ssd_person WHERE pers_person_id = @one -- not @other\n /* nor @this */";
      expect(await query(sql, { one: 'P01' })).toEqual([{ value: '@one' }]);
    });

    it('refuses a query whose parameter has no value', async () => {
      const sql = 'SELECT pers_person_id FROM ssd_person WHERE pers_person_id = @typing_error';
      await expect(query(sql, { run_date: '2026-01-01' })).rejects.toMatchObject({
        reason: expect.stringMatching(/configuration|refused/),
      });
    });

    it('binds a date parameter so that it compares with dates', async () => {
      const sql = `SELECT 1 AS hit FROM (${fixture.literals.date}) d WHERE d.value >= @from AND d.value < @to`;
      expect(await query(sql, { from: '2025-03-30', to: '2025-03-31' })).toHaveLength(1);
      expect(await query(sql, { from: '2025-03-31', to: '2025-04-01' })).toHaveLength(0);
    });

    it('gives a date as text or as a Date whose UTC fields are the calendar day', async () => {
      const value = (await query(fixture.literals.date))[0]?.value;
      expect(value instanceof Date ? value.toISOString().slice(0, 10) : String(value).slice(0, 10)).toBe('2025-03-30');
    });

    it('gives a flag as something that reads as true', async () => {
      const value = (await query(fixture.literals.flag))[0]?.value;
      expect(value === true || Number(value) === 1).toBe(true);
    });

    it('gives NULL as null and text as it is', async () => {
      const text = "O''Brien Zoë \\ %";
      const rows = await query(`SELECT NULL AS empty_column, '${text}' AS words`);
      expect(rows).toEqual([{ empty_column: null, words: text.replace("''", "'") }]);
    });

    it('runs several queries side by side', async () => {
      const iterators = Array.from({ length: 14 }, () => session.query(allPeople, {}, never)[Symbol.asyncIterator]());
      for (let i = 0; i < people; i++) {
        const ids = new Set<unknown>();
        for (const iterator of iterators) {
          const { value, done } = await iterator.next();
          ids.add(done ? 'end' : value.person_id);
        }
        expect(ids.size).toBe(1);
      }
      for (const iterator of iterators) expect((await iterator.next()).done).toBe(true);
    });

    it('can leave a query early and go on with others', async () => {
      for await (const row of session.query(allPeople, {}, never)) {
        expect(row.person_id).toBe('P00');
        break;
      }
      expect(await query(allPeople)).toHaveLength(people);
    });

    it('says what the reads guarantee, and keeps to it', async () => {
      expect(session.consistency.note.length).toBeGreaterThan(10);
      expect(await query(allPeople)).toHaveLength(people);
      await fixture.addPerson('P99');
      expect(await query(allPeople)).toHaveLength(session.consistency.snapshot ? people : people + 1);
      const later = await connection.openReadSession(never);
      expect(await collect(later.query(allPeople, {}, never))).toHaveLength(people + 1);
      await later.close();
    });

    it('stops a query when its signal is aborted', async () => {
      const controller = new AbortController();
      const read = async () => {
        let rows = 0;
        for await (const _ of session.query(allPeople, {}, controller.signal)) {
          if (++rows === 3) controller.abort();
        }
        return rows;
      };
      await expect(read()).rejects.toMatchObject({ reason: 'cancelled' });
      expect(await query(allPeople)).toHaveLength(people);
    });

    it('refuses to begin when the signal was aborted before', async () => {
      const controller = new AbortController();
      controller.abort();
      await expect(connection.openReadSession(controller.signal)).rejects.toMatchObject({ reason: 'cancelled' });
      await expect(collect(session.query(allPeople, {}, controller.signal))).rejects.toMatchObject({
        reason: 'cancelled',
      });
    });

    it('explains a query that names an unknown column, and goes on with others', async () => {
      await expect(query('SELECT pers_no_such_column FROM ssd_person')).rejects.toMatchObject({
        name: 'DataflowError',
        message: expect.stringContaining('pers_no_such_column'),
      });
      expect(await query(allPeople)).toHaveLength(people);
    });

    it('describes the database and its SSD tables', async () => {
      const facts = await connection.describe(never);
      expect(facts.product.length).toBeGreaterThan(3);
      expect(facts.canReadSsd).toBe(true);
      const column = facts.tables.get('ssd_person')?.find((c) => c.name.toLowerCase() === 'pers_person_id');
      expect(column).toMatchObject({ maxLength: 48 });
      expect(facts.tables.has('ssd_api_data_staging_anon')).toBe(false);
    });

    it('opens the staging table without making it', async () => {
      await using store = await connection.openStaging('anon', never);
      expect((await store.check(never)).exists).toBe(false);
      await store.create(never);
      expect((await store.check(never)).exists).toBe(true);
      expect((await connection.describe(never)).tables.has('ssd_api_data_staging_anon')).toBe(true);
      await using live = await connection.openStaging('live', never);
      expect((await live.check(never)).exists).toBe(false);
    });

    it('lets the staging table be written while a session reads', async () => {
      await using store = await connection.openStaging('anon', never);
      await store.create(never);
      const rows = session.query(allPeople, {}, never);
      async function* staged() {
        for await (const row of rows) {
          yield { personId: String(row.person_id), legacyId: null, payload: '{}', hash: new Uint8Array(32) };
        }
      }
      const counts = await store.merge(staged(), { at: new Date(0), keep: new Set() }, never);
      expect(counts.new).toBe(people);
    });

    it('can be closed twice, sessions and all', async () => {
      await session.close();
      await session.close();
      await connection.close();
      await connection.close();
    });
  });
}
