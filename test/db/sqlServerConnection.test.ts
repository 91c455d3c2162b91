import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlRow, SsdConnection } from '../../pipeline/connections/connection.ts';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import type { ExtractedChild } from '../../pipeline/extract/assemble.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { type ConnectionFixture, connectionSuite } from './connectionSuite.ts';
import { openRealSchema, realSqlServer } from './realSqlServer.ts';
import { failureOf, startTestDatabase, type TestDatabase } from './sqlServer.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const manyRows = 20_000;

async function collect(rows: AsyncIterable<SqlRow>): Promise<SqlRow[]> {
  const all: SqlRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

async function read(connection: SsdConnection, sql: string): Promise<SqlRow[]> {
  const session = await connection.openReadSession(never);
  try {
    return await collect(session.query(sql, {}, never));
  } finally {
    await session.close();
  }
}

async function extract(connection: SsdConnection): Promise<{ children: ExtractedChild[]; consistency: string }> {
  const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });
  const extraction = extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, never);
  const children: ExtractedChild[] = [];
  for await (const child of extraction.children) children.push(child);
  return { children, consistency: extraction.report.consistency };
}

/** A table with one row per number, so that answers can be made as long as a test needs. */
function prepareNumbers(database: TestDatabase['sqlite']): void {
  database.exec(`CREATE TABLE ssd_person (pers_person_id NVARCHAR(48) PRIMARY KEY, pers_surname NVARCHAR(255));
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${manyRows})
    INSERT INTO ssd_person SELECT 'P' || i, 'Invented ' || i FROM n`);
}

const allPeople =
  'SELECT pers_person_id, pers_surname FROM ssd_person ORDER BY pers_person_id COLLATE Latin1_General_BIN2';

async function openFixture(): Promise<ConnectionFixture> {
  const database = await startTestDatabase((sqlite) => {
    sqlite.exec(`CREATE TABLE ssd_person (pers_person_id nvarchar(48) NOT NULL);
      CREATE TABLE ssd_values (day DATE, flag BIT); INSERT INTO ssd_values VALUES ('2025-03-30', 1)`);
    const insert = sqlite.prepare('INSERT INTO ssd_person VALUES (?)');
    for (let i = 49; i >= 0; i--) insert.run(`P${String(i).padStart(2, '0')}`);
  });
  return {
    connection: await database.connect(),
    literals: { date: 'SELECT day AS value FROM ssd_values', flag: 'SELECT flag AS value FROM ssd_values' },
    addPerson: async (personId) => {
      database.sqlite.prepare('INSERT INTO ssd_person VALUES (?)').run(personId);
    },
    close: async () => database[Symbol.asyncDispose](),
  };
}

async function openRealFixture(server: string): Promise<ConnectionFixture> {
  const real = await openRealSchema(server);
  const add = (personId: string) => real.run(`INSERT INTO [${real.schema}].ssd_person VALUES (@id)`, { id: personId });
  await real.run(`CREATE TABLE [${real.schema}].ssd_person (pers_person_id nvarchar(48) NOT NULL)`);
  for (let i = 49; i >= 0; i--) await add(`P${String(i).padStart(2, '0')}`);
  return {
    connection: real.connection,
    literals: { date: "SELECT CAST('2025-03-30' AS date) AS value", flag: 'SELECT CAST(1 AS bit) AS value' },
    addPerson: add,
    close: () => real.close(),
  };
}

const server = realSqlServer;
if (server === undefined) connectionSuite('SQL Server (test server)', openFixture);
else connectionSuite('SQL Server', () => openRealFixture(server));

describe('an extract over TDS', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase(() => {});
    database.sqlite.close();
    await rm(database.file, { force: true });
    await createSandboxDatabase(database.file, { children: 120, seed: 7, asOf: runDate });
    database.sqlite.open();
    database.sqlite.exec('PRAGMA journal_mode = WAL');
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('gives the same children as the same rows in SQLite, from one snapshot', async () => {
    const overTds = await extract(await database.connect());
    const sqlite = await openSqliteConnection({ name: 's', file: database.file, purpose: 'sandbox' }, never);
    const direct = await extract(sqlite);
    await sqlite.close();
    expect(overTds.children.length).toBeGreaterThan(50);
    expect(overTds.children).toEqual(direct.children);
    expect(overTds.consistency).toBe('All rows were read from one snapshot of the database.');
  });

  it('names the section whose query stopped', async () => {
    database.server.faults.add({ at: 'row', matches: /child_protection_plan_id/, skip: 3, action: 'drop' });
    const failure = await failureOf(extract(await database.connect()));
    expect(failure.reason).toBe('unreachable');
    expect(failure.message).toMatch(/^child_protection_plans\.sql: A query (could not be run|stopped)/);
  });

  it.each([0, 5, 20])(
    'is still of one snapshot when a connection drops before a row was read (message %i)',
    async (skip) => {
      const connection = await database.connect();
      database.server.faults.add({ at: 'request', skip, action: 'drop' });
      const { consistency } = await extract(connection);
      expect(database.server.faults.struck).toBeGreaterThan(0);
      expect(consistency).toBe('All rows were read from one snapshot of the database.');
      database.server.faults.clear();
    },
  );

  it('reads another schema than the one that the login has by default', async () => {
    await using other = await startTestDatabase(prepareNumbers, {
      facts: { schema: 'ssd_development', defaultSchema: 'dbo' },
    });
    const plain = await other.connect();
    expect((await failureOf(read(plain, allPeople))).message).toContain('Invalid object name');
    const connection = await other.connect({ schema: 'ssd_development' });
    const sql = `WITH ssd_family AS (SELECT pers_person_id FROM ssd_person)
      SELECT f.pers_person_id, 'from ssd_person' AS note FROM ssd_family f -- not ssd_person
      JOIN [ssd_person] p ON p.pers_person_id = f.pers_person_id WHERE f.pers_person_id = 'P7'`;
    expect(await read(connection, sql)).toEqual([{ pers_person_id: 'P7', note: 'from ssd_person' }]);
  });
});

describe('reading', () => {
  let database: TestDatabase;
  let connection: SsdConnection;
  beforeAll(async () => {
    database = await startTestDatabase((sqlite) => {
      prepareNumbers(sqlite);
      sqlite.exec(`CREATE TABLE ssd_types (d DATETIME, d2 DATETIME2(3), day DATE, n INT, big BIGINT, b BIT, x DECIMAL(9, 2),
          f FLOAT, g UNIQUEIDENTIFIER, t NVARCHAR(50), c NCHAR(4), h BINARY(3));
        INSERT INTO ssd_types VALUES ('2011-03-27', '2011-03-27 01:30:00.250', '1999-12-31', -7, 9007199254740993, 1, 12.5,
          0.1, '6F9619FF-8B86-D011-B42D-00C04FC964FF', 'Zoë 李 😀', 'ab', x'010203');
        INSERT INTO ssd_types (n) VALUES (NULL)`);
    });
    connection = await database.connect();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('keeps the types of columns, and dates as they read in the database', async () => {
    const [row, empty] = await read(connection, 'SELECT * FROM ssd_types ORDER BY n DESC');
    expect(row).toEqual({
      d: new Date('2011-03-27T00:00:00Z'),
      d2: new Date('2011-03-27T01:30:00.250Z'),
      day: new Date('1999-12-31T00:00:00Z'),
      n: -7,
      big: '9007199254740993',
      b: true,
      x: 12.5,
      f: 0.1,
      g: '6F9619FF-8B86-D011-B42D-00C04FC964FF',
      t: 'Zoë 李 😀',
      c: 'ab',
      h: Buffer.from([1, 2, 3]),
    });
    expect(Object.values(empty ?? {})).toEqual(Array.from({ length: 12 }, () => null));
  });

  it('binds named parameters by type', async () => {
    const session = await connection.openReadSession(never);
    const parameters = { day: '2026-02-28', text: "O'Brien", whole: 3, none: null };
    const rows = await collect(
      session.query('SELECT @day AS day, @text AS t, @whole AS n, @none AS x', parameters, never),
    );
    await session.close();
    expect(rows).toEqual([{ day: '2026-02-28', t: "O'Brien", n: 3, x: null }]);
    expect(database.server.state.parameterTypes).toMatchObject({ day: 'date', text: 'nvarchar(4000)', whole: 'int' });
  });

  it('makes the server wait while the reader is slow', async () => {
    const session = await connection.openReadSession(never);
    const before = database.server.state.rowsSent;
    let seen = 0;
    const wide = 'SELECT pers_person_id, @text AS t FROM ssd_person';
    for await (const _ of session.query(wide, { text: 'x'.repeat(4000) }, never)) {
      if (++seen === 100) break;
    }
    await session.close();
    // The rest is what the buffers of the operating system take.
    expect(database.server.state.rowsSent - before).toBeLessThan(manyRows / 2);
  });

  it('sends the server a cancel when it is aborted, and the connection can be used again', async () => {
    const before = database.server.state.attentions;
    const controller = new AbortController();
    const session = await connection.openReadSession(never);
    const reading = async (): Promise<void> => {
      for await (const _ of session.query(allPeople, {}, controller.signal)) controller.abort();
    };
    expect((await failureOf(reading())).reason).toBe('cancelled');
    expect(database.server.state.attentions).toBe(before + 1);
    expect(await collect(session.query('SELECT 1 AS one', {}, never))).toEqual([{ one: 1 }]);
    await session.close();
  });

  it('is cancelled while the server has not answered at all', async () => {
    database.server.faults.add({ at: 'request', matches: /stalls/, action: 'stall' });
    const controller = new AbortController();
    const session = await connection.openReadSession(never);
    const reading = collect(session.query("SELECT 'stalls' AS t FROM ssd_person", {}, controller.signal));
    await database.server.state.saw(/stalls/);
    controller.abort();
    expect((await failureOf(reading)).reason).toBe('cancelled');
    await session.close();
  });

  it('sees one state of the database in all its queries, while others write', async () => {
    const session = await connection.openReadSession(never);
    expect(session.consistency.snapshot).toBe(true);
    const first = session.query(allPeople, {}, never)[Symbol.asyncIterator]();
    const second = session.query('SELECT COUNT(*) AS n FROM ssd_person', {}, never)[Symbol.asyncIterator]();
    await first.next();
    database.sqlite.exec("INSERT INTO ssd_person VALUES ('Q1', 'later')");
    expect((await second.next()).value).toEqual({ n: manyRows });
    expect(session.consistency.snapshot).toBe(true);
    await Promise.all([first.return?.(), second.return?.()]);
    await session.close();
    database.sqlite.exec("DELETE FROM ssd_person WHERE pers_person_id = 'Q1'");
  });

  it('takes the snapshots while nobody can write', async () => {
    const session = await connection.openReadSession(never);
    const queries = [1, 2, 3].map((n) => session.query(`SELECT COUNT(*) AS n${n} FROM ssd_person`, {}, never));
    const from = database.server.state.statements.length;
    await Promise.all(queries.map(collect));
    await session.close();
    const sent = database.server.state.statements.slice(from);
    const locked = sent.findIndex((text) => text.includes('TABLOCK'));
    const probes = sent.flatMap((text, i) =>
      /^SELECT TOP \(1\) 1 AS one FROM \[dbo\]\.\[ssd_person\]$/.test(text) ? [i] : [],
    );
    const released = sent.indexOf('transaction rollback');
    expect(probes).toHaveLength(3);
    expect(Math.min(...probes)).toBeGreaterThan(locked);
    expect(Math.max(...probes)).toBeLessThan(released);
  });

  it('says so where the database allows no snapshot, or a writer is in the way', async () => {
    await using other = await startTestDatabase(prepareNumbers, { facts: { allowsSnapshot: false } });
    const session = await (await other.connect()).openReadSession(never);
    expect(session.consistency).toEqual({
      snapshot: false,
      note: expect.stringContaining('does not allow snapshot isolation'),
    });
    expect(await collect(session.query('SELECT COUNT(*) AS n FROM ssd_person', {}, never))).toEqual([{ n: manyRows }]);
    await session.close();

    const busy = await connection.openReadSession(never);
    database.server.faults.add({
      at: 'request',
      matches: /TABLOCK/,
      action: { number: 1222, message: 'Lock request time out period exceeded.' },
    });
    await Promise.all([1, 2].map((n) => collect(busy.query(`SELECT ${n} AS n`, {}, never))));
    expect(busy.consistency).toEqual({ snapshot: false, note: expect.stringContaining('could not be held still') });
    await busy.close();
  });
});

describe('a query', () => {
  it.each([true, false])('cannot change the database (snapshots allowed: %s)', async (allowsSnapshot) => {
    await using database = await startTestDatabase(prepareNumbers, { facts: { allowsSnapshot } });
    const session = await (await database.connect()).openReadSession(never);
    await collect(session.query("DELETE FROM ssd_person WHERE pers_person_id = 'P1'", {}, never)).catch(
      () => undefined,
    );
    await session.close();
    expect(database.sqlite.prepare('SELECT COUNT(*) AS n FROM ssd_person').get()).toEqual({ n: manyRows });
  });
});

describe('a read that fails', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase(prepareNumbers);
  });
  afterAll(() => database[Symbol.asyncDispose]());
  const deadlock = { number: 1205, message: 'Transaction (Process ID 51) was deadlocked.', severity: 13 };

  it.each(['drop', deadlock] as const)('is tried again when nothing was read yet (%j)', async (action) => {
    database.server.faults.add({ at: 'request', matches: /once more/, times: 2, action });
    const rows = await read(await database.connect(), "SELECT 'once more' AS t");
    expect(rows).toEqual([{ t: 'once more' }]);
  });

  it.each([
    ['drop', 'connection to the server was lost'],
    [deadlock, 'deadlock'],
  ] as const)('is reported when rows were read already (%j)', async (action, words) => {
    database.server.faults.add({ at: 'row', matches: /COLLATE/, skip: 5_000, action });
    const failure = await failureOf(read(await database.connect(), allPeople));
    expect(failure.message).toContain(words);
    expect(failure.message).toMatch(/stopped after [1-9]\d* rows\. Nothing was changed\./);
  });

  it('gives up after the third time', async () => {
    database.server.faults.add({ at: 'request', matches: /never/, times: 3, action: deadlock });
    expect((await failureOf(read(await database.connect(), "SELECT 'never' AS t"))).reason).toBe('locked');
  });

  it('is a time-out when the server goes silent', async () => {
    database.server.faults.add({ at: 'row', matches: /silent/, skip: 3, action: 'stall' });
    const connection = await database.connect({ queryTimeoutSeconds: 1 });
    const failure = await failureOf(read(connection, "SELECT 'silent' AS t FROM ssd_person"));
    expect(failure.message).toContain('did not answer in time');
  });

  it('names tables and columns that are missing, and never a value', async () => {
    const connection = await database.connect();
    expect((await failureOf(read(connection, 'SELECT a FROM ssd_nothing'))).message).toContain(
      "Invalid object name 'ssd_nothing'",
    );
    database.server.faults.add({
      at: 'request',
      matches: /converts/,
      action: {
        number: 245,
        message: "Conversion failed when converting the nvarchar value 'Invented' to data type int.",
      },
    });
    const failure = await failureOf(read(connection, "SELECT 'converts' AS t"));
    expect(failure.message).toContain('error 245');
    expect(`${failure.message}${String(failure.cause)}`).not.toContain('Invented');
  });
});
