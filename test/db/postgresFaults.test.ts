import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import { DataflowError } from '../../pipeline/errors.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { stageChildren } from '../../pipeline/staging/stageChildren.ts';
import type { StagingOutcome } from '../../pipeline/staging/stagingStore.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { hasPostgres, PostgresServer, postgresSecrets } from './postgresServer.ts';
import { copySsd } from './postgresSsd.ts';
import { Relay, type RelayFault } from './relay.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const first = new Date('2026-11-21T06:00:00Z');
const second = new Date('2026-11-22T06:00:00Z');
const points = 15;

let server: PostgresServer;
let relay: Relay;
let opened: SsdConnection[] = [];

async function inDatabase<T>(database: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = await server.admin('public', database);
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
type Admin = Awaited<ReturnType<PostgresServer['admin']>>;

const runOn = (database: string, sql: string) => inDatabase(database, (admin) => admin.query(sql));

/** A copy of a database for one test. */
async function copyDatabase(from: string, to: string): Promise<void> {
  await runOn('postgres', `DROP DATABASE IF EXISTS ${to} WITH (FORCE)`);
  await runOn('postgres', `CREATE DATABASE ${to} TEMPLATE ${from}`);
}

/** Every connection that is not an administrator's is ended by the server. */
const terminateAll = () =>
  runOn(
    'postgres',
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'ssd-dataflow-test'",
  ).then(() => undefined);

async function open(database: string): Promise<SsdConnection> {
  const profile = { ...server.profile('public'), port: relay.port, database };
  const connection = await openPostgresConnection(profile, postgresSecrets, never);
  opened.push(connection);
  return connection;
}

async function closeAll(): Promise<void> {
  await Promise.all(opened.map((connection) => connection.close()));
  opened = [];
}

/** Extract and stage, as `ssd-dataflow stage` does. */
async function stage(connection: SsdConnection, at: Date): Promise<void> {
  const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });
  const context = { progress: () => {}, signal: never, now: () => at };
  const extraction = extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, never);
  await using store = await connection.openStaging('anon', never);
  await stageChildren(extraction.children, extraction.report, store, context);
}

/** The receiver's answers for everybody who is pending, as the journal keeps them: the same on every run. */
async function outcomesOf(connection: SsdConnection): Promise<StagingOutcome[]> {
  await using store = await connection.openStaging('anon', never);
  const outcomes: StagingOutcome[] = [];
  for await (const row of store.rows({ statuses: ['pending'] }, never)) {
    const { personId } = row;
    const gone = row.rowState === 'deleted';
    if (outcomes.length % 5 === 4) outcomes.push({ kind: 'rejected', personId, message: 'refused', at: second });
    else {
      outcomes.push({
        kind: 'accepted',
        personId,
        receipt: `r-${personId}`,
        acceptedPayload: gone ? null : row.payload,
        acceptedHash: gone ? null : row.hash,
        at: second,
      });
    }
  }
  return outcomes;
}

async function record(connection: SsdConnection, outcomes: readonly StagingOutcome[]): Promise<void> {
  await using store = await connection.openStaging('anon', never);
  for (let from = 0; from < outcomes.length; from += 10) await store.record(outcomes.slice(from, from + 10), never);
}

/** Everything in the staging table, as text that can be compared. */
const contentOf = (database: string): Promise<string> =>
  inDatabase(database, async (admin) => {
    const { rows } = await admin.query<{ text: string }>(
      `SELECT (to_jsonb(s) - 'id')::text AS text FROM ssd_api_data_staging_anon AS s ORDER BY person_id COLLATE "C"`,
    );
    return rows.map((row) => row.text).join('\n');
  });

/** Some children change, one leaves, one row is lost, before the run that is disturbed. */
const changes = `UPDATE ssd_person SET pers_surname = 'Other' WHERE pers_person_id IN
    (SELECT person_id FROM ssd_api_data_staging_anon ORDER BY person_id LIMIT 7);
  UPDATE ssd_person SET pers_dob = '1960-01-01', pers_expected_dob = NULL WHERE pers_person_id =
    (SELECT max(person_id) FROM ssd_api_data_staging_anon);
  DELETE FROM ssd_api_data_staging_anon WHERE person_id = (SELECT min(person_id) FROM ssd_api_data_staging_anon)`;

type Phase = 'extract and stage' | 'receipt writing';

/** Runs one phase, connecting included; what stands before it has been done undisturbed. */
async function runPhase(phase: Phase, database: string, outcomes: readonly StagingOutcome[]): Promise<void> {
  const connection = await open(database);
  if (phase === 'extract and stage') await stage(connection, second);
  else await record(connection, outcomes);
}

const kinds: readonly ((i: number) => RelayFault)[] = [
  () => ({ kind: 'request' }),
  () => ({ kind: 'answer' }),
  // Now and then the whole server goes and comes back.
  (i) => ({ kind: 'before', act: i % 9 === 2 ? () => server.crash() : terminateAll }),
];

describe.skipIf(!hasPostgres)('PostgreSQL that goes away (needs PostgreSQL installed)', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    relay = await Relay.start(server.port);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-pg-faults-'));
    const file = path.join(folder, 'sandbox.sqlite');
    await createSandboxDatabase(file, { children: 40, seed: 11, asOf: runDate });
    await runOn('postgres', 'CREATE DATABASE prepared');
    await inDatabase('prepared', (admin) => copySsd(file, admin));
    await rm(folder, { recursive: true });
    const connection = await open('prepared');
    {
      await using store = await connection.openStaging('anon', never);
      await store.create(never);
    }
    await stage(connection, first);
    await record(connection, await outcomesOf(connection));
    await runOn('prepared', changes);
    await closeAll();
    await copyDatabase('prepared', 'staged');
    await stage(await open('staged'), second);
    await closeAll();
  }, 60_000);
  afterAll(async () => {
    await closeAll();
    await relay[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  describe.each(['extract and stage', 'receipt writing'] as const)('during %s', (phase) => {
    const base = phase === 'extract and stage' ? 'prepared' : 'staged';
    let reference: { pieces: number; content: string; outcomes: readonly StagingOutcome[] };
    beforeAll(async () => {
      await copyDatabase(base, 'undisturbed');
      const outcomes = phase === 'receipt writing' ? await outcomesOf(await open('undisturbed')) : [];
      const before = relay.pieces;
      await runPhase(phase, 'undisturbed', outcomes);
      const pieces = relay.pieces - before;
      await closeAll();
      reference = { pieces, content: await contentOf('undisturbed'), outcomes };
    });

    const cases = Array.from({ length: points }, (_, i) => i);
    it.each(cases)(
      'loses, doubles and misplaces nothing after the next run (point %i)',
      async (i) => {
        const fault = kinds[i % kinds.length]?.(i) ?? null;
        const database = 'point';
        await copyDatabase(base, database);
        const before = await contentOf(database);
        relay.disturb(Math.floor((i * reference.pieces) / points), fault);
        const failure = await runPhase(phase, database, reference.outcomes).then(
          () => null,
          (error: unknown) => error,
        );
        await relay.acting;
        expect(relay.struck).toBe(true);
        if (failure !== null) expect(DataflowError.is(failure, 'unreachable'), String(failure)).toBe(true);
        relay.disturb(0, null);
        await closeAll();
        await terminateAll();
        const after = await contentOf(database);
        // A merge is all or nothing; receipts are written batch by batch.
        if (phase === 'extract and stage') expect([before, reference.content]).toContain(after);
        await runPhase(phase, database, reference.outcomes);
        await closeAll();
        expect(await contentOf(database)).toBe(reference.content);
      },
      60_000,
    );
  });

  it('says that it does not know when the answer to the commit is lost, and finds out the next time', async () => {
    await copyDatabase('prepared', 'point');
    const connection = await open('point');
    // With the end of the statement, since a temporary table is made ON COMMIT DROP.
    relay.disturbText('COMMIT\0', { kind: 'answer' });
    const failure = await stage(connection, second).then(
      () => null,
      (error: unknown) => error,
    );
    expect(relay.struck).toBe(true);
    expect(DataflowError.is(failure, 'unreachable')).toBe(true);
    expect(String(failure)).toContain('it is not known whether they were made');
    const committed = await contentOf('point');
    relay.disturb(0, null);
    await stage(connection, second);
    expect(await contentOf('point')).toBe(committed);
    await closeAll();
  });

  it('names the file of the section whose query was running, and keeps nothing of the extract', async () => {
    const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });
    await copyDatabase('prepared', 'point');
    const connection = await open('point');
    const read = async (): Promise<void> => {
      const source = { kind: 'pack', pack } as const;
      for await (const _ of extractChildren(connection, source, { spec: '0.9', runDate }, never).children);
    };
    const before = relay.pieces;
    await read();
    relay.disturb(Math.floor((relay.pieces - before) / 2), { kind: 'before', act: terminateAll });
    const failure = await read().then(
      () => null,
      (error: unknown) => error,
    );
    expect(DataflowError.is(failure, 'unreachable')).toBe(true);
    expect(String(failure)).toMatch(/\w+\.sql: .*Nothing/s);
    relay.disturb(0, null);
    await closeAll();
  });

  it('reads again by itself when the connection goes before a row was read', async () => {
    await copyDatabase('prepared', 'point');
    const connection = await open('point');
    const session = await connection.openReadSession(never);
    await terminateAll();
    const ids: unknown[] = [];
    const sql = 'SELECT pers_person_id FROM ssd_person';
    for await (const row of session.query(sql, {}, never)) ids.push(row.pers_person_id);
    expect(ids).not.toHaveLength(0);
    await session.close();
    await closeAll();
  });
});
