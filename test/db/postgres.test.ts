import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import { type ConnectionFixture, connectionSuite } from './connectionSuite.ts';
import { hasPostgres, PostgresServer, postgresPassword, postgresSecrets } from './postgresServer.ts';
import { type StagingFixture, type StagingFixtureOptions, stagingSuite } from './stagingSuite.ts';

const never = new AbortController().signal;
const tableName = 'ssd_api_data_staging_anon';
let server: PostgresServer;

async function openConnectionFixture(): Promise<ConnectionFixture> {
  const schema = await server.schema();
  const admin = await server.admin(schema);
  await admin.query('CREATE TABLE ssd_person (pers_person_id varchar(48) NOT NULL)');
  await admin.query(
    "INSERT INTO ssd_person SELECT 'P' || lpad(i::text, 2, '0') FROM generate_series(49, 0, -1) AS g(i)",
  );
  const connection = await openPostgresConnection(server.profile(schema), postgresSecrets, never);
  return {
    connection,
    literals: { date: "SELECT DATE '2025-03-30' AS value", flag: 'SELECT true AS value' },
    addPerson: async (personId) => void (await admin.query('INSERT INTO ssd_person VALUES ($1)', [personId])),
    close: async () => {
      await connection.close();
      await admin.end();
    },
  };
}

async function openStagingFixture(
  { table }: StagingFixtureOptions,
  json: 'text' | 'jsonb' = 'text',
): Promise<StagingFixture> {
  const schema = await server.schema();
  const admin = await server.admin(schema);
  const connection = await openPostgresConnection(server.profile(schema), postgresSecrets, never);
  const store = await connection.openStaging('anon', never);
  if (table !== 'none') await store.create(never);
  if (table === 'unindexed') await admin.query(`DROP INDEX ix_${tableName}_person_id`);
  if (json === 'jsonb' && table !== 'none') {
    for (const column of ['json_payload', 'previous_json_payload', 'partial_json_payload']) {
      await admin.query(`ALTER TABLE ${tableName} ALTER COLUMN ${column} TYPE jsonb USING ${column}::jsonb`);
    }
  }
  return {
    store,
    seed: async (rows) => {
      for (const row of rows) {
        const columns = Object.keys(row);
        await admin.query(
          `INSERT INTO ${tableName} (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
          Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value)),
        );
      }
    },
    close: async () => {
      await store[Symbol.asyncDispose]();
      await connection.close();
      await admin.end();
    },
  };
}

describe.skipIf(!hasPostgres)('PostgreSQL (skipped unless Debian’s package postgresql is installed)', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  connectionSuite('PostgreSQL', openConnectionFixture);
  stagingSuite('PostgreSQL', openStagingFixture);

  it('keeps payloads in jsonb columns where the authority has them so, and reads them in canonical form', async () => {
    const fixture = await openStagingFixture({ table: 'created' }, 'jsonb');
    const payload = '{"child_details":{"surname":"O\'Brien \\\\ \\t"},"la_child_id":"C1","purge":false}';
    async function* one() {
      yield { personId: 'C1', legacyId: null, payload, hash: new Uint8Array(32).fill(7) };
    }
    const at = new Date('2026-11-20T06:00:00.000Z');
    await fixture.store.merge(one(), { at, keep: new Set() }, never);
    const accepted = {
      kind: 'accepted' as const,
      personId: 'C1',
      receipt: 'r1',
      acceptedPayload: payload,
      acceptedHash: new Uint8Array(32).fill(7),
      at,
    };
    await fixture.store.record([accepted], never);
    const rows = [];
    for await (const row of fixture.store.rows({}, never)) rows.push(row);
    expect(rows).toMatchObject([
      { payload, previousPayload: payload, rowState: 'unchanged', submissionStatus: 'sent' },
    ]);
    await fixture.close();
  });

  it('refuses a wrong login without repeating the password', async () => {
    const profile = { ...server.profile('public'), database: 'no_such_database' };
    await expect(openPostgresConnection(profile, postgresSecrets, never)).rejects.toSatisfy((error: Error) => {
      expect(error.message).toContain('no_such_database');
      expect(`${error.message}${error.stack}${JSON.stringify(error.cause ?? '')}`).not.toContain(postgresPassword);
      return true;
    });
  });

  it('says that the server does not offer encryption instead of going on without it', async () => {
    const profile = { ...server.profile('public'), encrypt: true };
    await expect(openPostgresConnection(profile, postgresSecrets, never)).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('encryption'),
    });
  });

  it('cannot change the database by a query of an extract', async () => {
    const fixture = await openConnectionFixture();
    const session = await fixture.connection.openReadSession(never);
    const run = async () => {
      const sql = 'WITH gone AS (DELETE FROM ssd_person RETURNING 1) SELECT * FROM gone';
      for await (const _ of session.query(sql, {}, never)) expect.unreachable();
    };
    await expect(run()).rejects.toMatchObject({ name: 'DataflowError' });
    await session.close();
    await fixture.close();
  });

  it('stops a query on the server when it is cancelled', async () => {
    const fixture = await openConnectionFixture();
    const session = await fixture.connection.openReadSession(never);
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of session.query('SELECT pg_sleep(300)::text AS slept', {}, controller.signal)) {
        expect.unreachable();
      }
    };
    const reading = read();
    const admin = await server.admin();
    const asleep = async (): Promise<number> => {
      const { rows } = await admin.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH%'",
      );
      return rows[0]?.n ?? 0;
    };
    while ((await asleep()) === 0);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ reason: 'cancelled' });
    expect(await asleep()).toBe(0);
    await admin.end();
    await session.close();
    await fixture.close();
  });

  it('loses nothing when the server is stopped in the middle of staging and of writing receipts', async () => {
    const fixture = await openStagingFixture({ table: 'created' });
    const child = (n: number) => ({
      personId: `C${String(n).padStart(4, '0')}`,
      legacyId: null,
      payload: `{"la_child_id":"C${n}"}`,
      hash: new Uint8Array(32).fill(n % 251),
    });
    const at = new Date('2026-11-20T06:00:00.000Z');
    async function* children(crashAt: number) {
      for (let n = 0; n < 300; n++) {
        if (n === crashAt) await server.crash();
        yield child(n);
      }
    }
    const merge = (crashAt: number) => fixture.store.merge(children(crashAt), { at, keep: new Set() }, never);
    await expect(merge(150)).rejects.toMatchObject({ name: 'DataflowError' });
    expect(await fixture.store.counts(never)).toMatchObject({ new: 0, pending: 0 });
    expect(await merge(-1)).toMatchObject({ new: 300, pending: 300 });

    const outcomes = Array.from({ length: 100 }, (_, n) => ({
      kind: 'accepted' as const,
      personId: child(n).personId,
      receipt: `r${n}`,
      acceptedPayload: child(n).payload,
      acceptedHash: child(n).hash,
      at,
    }));
    await server.stop();
    await expect(fixture.store.record(outcomes, never)).rejects.toMatchObject({ reason: 'unreachable' });
    await server.start();
    expect(await fixture.store.counts(never)).toMatchObject({ new: 300, pending: 300 });
    await fixture.store.record(outcomes, never);
    expect(await fixture.store.counts(never)).toMatchObject({ new: 200, unchanged: 100, pending: 200 });
    await fixture.close();
  });
});
