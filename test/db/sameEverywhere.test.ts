import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childDelta } from '../../core/delta/delta.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { type ExtractPack, loadPack } from '../../pipeline/extract/pack.ts';
import { stageChildren } from '../../pipeline/staging/stageChildren.ts';
import type { StagingRow } from '../../pipeline/staging/stagingStore.ts';
import { advanceSandbox } from '../../sandbox/advance.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { hasPostgres, PostgresServer, postgresSecrets } from './postgresServer.ts';
import { copySsd, ssdTables } from './postgresSsd.ts';
import { startTestDatabase, type TestDatabase } from './sqlServer.ts';

const never = new AbortController().signal;
/** SSD_TEST_CHILDREN=2000 makes the longer run of docs/performance.md. */
const children = Number(process.env.SSD_TEST_CHILDREN ?? 150);
const days = 3;
const firstDay = '2026-11-20';
const context = { progress: () => undefined, signal: never, now: () => new Date('2026-11-23T06:00:00.000Z') };

let folder: string;
let pack: ExtractPack;

/** One database of the comparison, refilled from the sandbox's file for each day. */
interface Rival {
  readonly name: string;
  refill(sandbox: string): Promise<void>;
  readonly connection: () => SsdConnection;
  close(): Promise<void>;
}

async function sqliteRival(): Promise<Rival> {
  const file = path.join(folder, 'rival.db');
  let connection: SsdConnection | undefined;
  const staging = await openSqliteConnection(
    { name: 'sqlite', file: await emptyFile('staging.db'), purpose: 'test' },
    never,
  );
  return {
    name: 'SQLite',
    refill: async (sandbox) => {
      await connection?.close();
      await copyFile(sandbox, file);
      const opened = await openSqliteConnection({ name: 'sqlite', file, purpose: 'test' }, never);
      // Staging stays from day to day, as the copy of the sandbox does not.
      connection = { ...opened, openStaging: (table, signal) => staging.openStaging(table, signal) };
    },
    connection: () => present(connection),
    close: async () => {
      await connection?.close();
      await staging.close();
    },
  };
}

async function emptyFile(name: string): Promise<string> {
  const file = path.join(folder, name);
  new DatabaseSync(file).close();
  return file;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not filled yet');
  return value;
}

/** Replaces the rows of every SSD table by those of the sandbox. */
function copyRows(from: DatabaseSync, to: DatabaseSync): void {
  for (const { name, columns } of ssdTables(from)) {
    to.exec(`DELETE FROM ${name}`);
    const insert = to.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`);
    to.exec('BEGIN');
    for (const row of from.prepare(`SELECT * FROM ${name}`).all()) insert.run(...Object.values(row));
    to.exec('COMMIT');
  }
}

async function sqlServerRival(sandbox: string): Promise<Rival> {
  const first = new DatabaseSync(sandbox, { readOnly: true });
  const ddl = first
    .prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'ssd_%' AND name NOT LIKE 'ssd_api_%'")
    .all();
  first.close();
  const database: TestDatabase = await startTestDatabase((sqlite) => {
    for (const { sql } of ddl) sqlite.exec(String(sql));
  });
  const connection = await database.connect();
  return {
    name: 'SQL Server (test server)',
    refill: async (file) => {
      const from = new DatabaseSync(file, { readOnly: true });
      copyRows(from, database.sqlite);
      from.close();
    },
    connection: () => connection,
    close: async () => database[Symbol.asyncDispose](),
  };
}

async function postgresRival(server: PostgresServer): Promise<Rival> {
  const schema = await server.schema();
  const admin: pg.Client = await server.admin(schema);
  const connection = await openPostgresConnection(server.profile(schema), postgresSecrets, never);
  return {
    name: 'PostgreSQL',
    refill: (file) => copySsd(file, admin),
    connection: () => connection,
    close: async () => {
      await connection.close();
      await admin.end();
    },
  };
}

/** What one database gives for one day. */
interface DayResult {
  readonly payload: string;
  readonly counts: unknown;
  readonly rows: readonly Omit<StagingRow, 'submissionTimestamp' | 'lastUpdated'>[];
  readonly deltas: string;
}

async function runDay(rival: Rival, runDate: string): Promise<DayResult> {
  const connection = rival.connection();
  const extract = () => extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, never);
  const texts: string[] = [];
  for await (const extracted of extract().children) texts.push(JSON.stringify(extracted));
  await using store = await connection.openStaging('anon', never);
  if (!(await store.check(never)).exists) await store.create(never);
  const staged = extract();
  const { counts } = await stageChildren(staged.children, staged.report, store, context);
  const rows: DayResult['rows'][number][] = [];
  const deltas: (JsonObject | null)[] = [];
  const outcomes = [];
  for await (const { submissionTimestamp: _sent, lastUpdated: _updated, ...row } of store.rows({}, never)) {
    rows.push(row);
    if (row.submissionStatus === 'sent') continue;
    const parse = (text: string | null) => (text === null ? null : (JSON.parse(text) as JsonObject));
    const gone = row.rowState === 'deleted';
    deltas.push(childDelta(parse(row.previousPayload), gone ? null : parse(row.payload)));
    outcomes.push({
      kind: 'accepted' as const,
      personId: row.personId,
      receipt: `receipt-${row.personId}`,
      acceptedPayload: gone ? null : row.payload,
      acceptedHash: gone ? null : row.hash,
      at: context.now(),
    });
  }
  await store.record(outcomes, never);
  return { payload: texts.join('\n'), counts, rows, deltas: JSON.stringify(deltas) };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-same-'));
  pack = await loadPack({ shipped: path.join(import.meta.dirname, '../../extracts'), override: null, spec: '0.9' });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(!hasPostgres)('the same invented SSD in every kind of database (needs PostgreSQL installed)', () => {
  it('gives byte-identical payloads, staging states and deltas, over days of changes', async () => {
    const sandbox = path.join(folder, 'sandbox.db');
    await createSandboxDatabase(sandbox, { children, seed: 11, asOf: firstDay });
    await using server = await PostgresServer.start();
    const rivals = [await sqliteRival(), await sqlServerRival(sandbox), await postgresRival(server)];
    try {
      let runDate = firstDay;
      for (let day = 0; day <= days; day++) {
        if (day > 0) runDate = (await advanceSandbox(sandbox, { days: 1, seed: day })).asOf;
        const results: DayResult[] = [];
        for (const rival of rivals) {
          await rival.refill(sandbox);
          results.push(await runDay(rival, runDate));
        }
        const [first, ...others] = results;
        expect(first?.rows.length).toBeGreaterThan(children * 0.8);
        expect(first?.deltas.length).toBeGreaterThan(10);
        for (const other of others) expect(other).toEqual(first);
      }
    } finally {
      for (const rival of rivals) await rival.close();
    }
  }, 300_000);
});
