import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { parseConnectionProfile } from '../../pipeline/connections/profile.ts';
import { openSqlServerConnection } from '../../pipeline/connections/sqlServer/sqlServerConnection.ts';
import { DataflowError } from '../../pipeline/errors.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { stageChildren } from '../../pipeline/staging/stageChildren.ts';
import type { StagingOutcome } from '../../pipeline/staging/stagingStore.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import type { Fault } from '../tds/faults.ts';
import { TdsServer } from '../tds/tdsServer.ts';
import { plantedPassword } from './sqlServer.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const first = new Date('2026-11-21T06:00:00Z');
const second = new Date('2026-11-22T06:00:00Z');
const points = 20;

let folder: string;
let prepared: string;

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
    if (outcomes.length % 5 === 4) outcomes.push({ kind: 'rejected', personId, message: 'refused', at: second });
    else if (row.rowState === 'deleted') {
      outcomes.push({
        kind: 'accepted',
        personId,
        receipt: `r-${personId}`,
        acceptedPayload: null,
        acceptedHash: null,
        at: second,
      });
    } else {
      const accepted = { acceptedPayload: row.payload, acceptedHash: row.hash };
      outcomes.push({ kind: 'accepted', personId, receipt: `r-${personId}`, ...accepted, at: second });
    }
  }
  return outcomes;
}

async function record(connection: SsdConnection, outcomes: readonly StagingOutcome[]): Promise<void> {
  await using store = await connection.openStaging('anon', never);
  for (let from = 0; from < outcomes.length; from += 10) await store.record(outcomes.slice(from, from + 10), never);
}

/** Everything in the staging table, as text that can be compared. */
function contentOf(file: string): string {
  const database = new DatabaseSync(file);
  const rows = database.prepare('SELECT * FROM ssd_api_data_staging_anon ORDER BY person_id').all();
  database.close();
  return JSON.stringify(
    rows.map(({ id: _, ...row }) => row),
    (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value),
  );
}

interface Place extends AsyncDisposable {
  readonly server: TdsServer;
  readonly file: string;
  open(): Promise<SsdConnection>;
}

async function start(from: string, name: string): Promise<Place> {
  const file = path.join(folder, `${name}.sqlite`);
  await cp(from, file);
  const server = await TdsServer.start({ file, password: plantedPassword });
  const { profile } = parseConnectionProfile({
    name: 'test server',
    server: `localhost,${server.port}`,
    database: 'SSD',
    user: 'tester',
    encrypt: false,
    connectTimeoutSeconds: 5,
    queryTimeoutSeconds: 5,
  });
  const opened: SsdConnection[] = [];
  return {
    server,
    file,
    open: async () => {
      const connection = await openSqlServerConnection(profile, { password: async () => plantedPassword }, never);
      opened.push(connection);
      return connection;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((connection) => connection.close()));
      await server[Symbol.asyncDispose]();
      for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
    },
  };
}

/** Some children change, one leaves, before the run that is disturbed. */
function changeSomething(database: DatabaseSync): void {
  database.exec(`UPDATE ssd_person SET pers_surname = 'Other' WHERE pers_person_id IN
      (SELECT person_id FROM ssd_api_data_staging_anon ORDER BY person_id LIMIT 7);
    UPDATE ssd_person SET pers_dob = '1960-01-01', pers_expected_dob = NULL WHERE pers_person_id =
      (SELECT MAX(person_id) FROM ssd_api_data_staging_anon);
    DELETE FROM ssd_api_data_staging_anon WHERE person_id = (SELECT MIN(person_id) FROM ssd_api_data_staging_anon)`);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-faults-'));
  prepared = path.join(folder, 'prepared.sqlite');
  await createSandboxDatabase(prepared, { children: 40, seed: 11, asOf: runDate });
  await using place = await start(prepared, 'first');
  const connection = await place.open();
  await stage(connection, first);
  await record(connection, await outcomesOf(connection));
  const database = new DatabaseSync(place.file);
  changeSomething(database);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  await cp(place.file, prepared);
});
afterAll(() => rm(folder, { recursive: true }));

type Phase = 'extract and stage' | 'receipt writing';

/** Runs one phase; what stands before it has been done undisturbed. */
async function runPhase(phase: Phase, connection: SsdConnection, outcomes: readonly StagingOutcome[]): Promise<void> {
  if (phase === 'extract and stage') await stage(connection, second);
  else await record(connection, outcomes);
}

/** How many messages a client sends in a phase, what comes out of it, and the receipts that it is about. */
async function undisturbed(phase: Phase, from: string) {
  await using place = await start(from, 'undisturbed');
  const connection = await place.open();
  const outcomes = phase === 'receipt writing' ? await outcomesOf(connection) : [];
  const before = place.server.state.statements.length;
  await runPhase(phase, connection, outcomes);
  const messages = place.server.state.statements.length - before;
  await connection.close();
  return { messages, content: contentOf(place.file), outcomes };
}

describe.each(['extract and stage', 'receipt writing'] as const)('a connection that drops during %s', (phase) => {
  let base: string;
  let reference: Awaited<ReturnType<typeof undisturbed>>;
  beforeAll(async () => {
    base = prepared;
    if (phase === 'receipt writing') {
      base = path.join(folder, 'staged.sqlite');
      await using place = await start(prepared, 'staging');
      await stage(await place.open(), second);
      const database = new DatabaseSync(place.file);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
      await cp(place.file, base);
    }
    reference = await undisturbed(phase, base);
  });

  const cases = Array.from({ length: points }, (_, i) => i);
  it.each(cases)('loses, doubles and misplaces nothing after the next run (point %i)', async (i) => {
    await using place = await start(base, `point-${i}`);
    const connection = await place.open();
    const before = contentOf(place.file);
    // Points lie all over the phase; half of them after the server has done its part, when only the answer is lost.
    const fault: Fault = {
      at: i % 2 === 0 ? 'request' : 'answer',
      skip: Math.floor((i * reference.messages) / points),
      action: 'drop',
    };
    place.server.faults.add(fault);
    const failure = await runPhase(phase, connection, reference.outcomes).then(
      () => null,
      (error: unknown) => error,
    );
    expect(place.server.faults.struck).toBe(1);
    if (failure !== null) expect(DataflowError.is(failure, 'unreachable'), String(failure)).toBe(true);
    const after = contentOf(place.file);
    // A merge is all or nothing; receipts are written batch by batch.
    if (phase === 'extract and stage') expect([before, reference.content]).toContain(after);
    place.server.faults.clear();
    await runPhase(phase, await place.open(), reference.outcomes);
    expect(contentOf(place.file)).toBe(reference.content);
  });
});
