import { expect, it } from 'vitest';
import { loadDriver } from '../../pipeline/connections/sqlServer/driver.ts';
import { networkConfig } from '../../pipeline/connections/sqlServer/driverConfig.ts';
import { IncomingLoader } from '../../pipeline/connections/sqlServer/incomingLoader.ts';
import { stagingSql } from '../../pipeline/connections/sqlServer/stagingSql.ts';
import { runBatch, runQuery } from '../../pipeline/connections/sqlServer/statements.ts';
import { DataflowError } from '../../pipeline/errors.ts';
import { type StagedChild, stagingTableNames } from '../../pipeline/staging/stagingStore.ts';
import { openRealSchema, realSqlServer } from './realSqlServer.ts';
import { failureOf, plantedPassword, startTestDatabase } from './sqlServer.ts';
import { type StagingFixture, type StagingFixtureOptions, stagingSuite } from './stagingSuite.ts';

const never = new AbortController().signal;
const tableName = 'ssd_api_data_staging_anon';

async function openFixture({ table }: StagingFixtureOptions): Promise<StagingFixture> {
  const database = await startTestDatabase(() => {});
  const connection = await database.connect();
  const store = await connection.openStaging('anon', never);
  if (table !== 'none') await store.create(never);
  if (table === 'unindexed') database.sqlite.exec(`DROP INDEX "ix_${tableName}_person_id"`);
  return {
    store,
    seed: async (rows) => {
      for (const row of rows) {
        const columns = Object.keys(row);
        database.sqlite
          .prepare(`INSERT INTO ${tableName} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
          .run(...Object.values(row));
      }
    },
    close: async () => {
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function openRealFixture(server: string, { table }: StagingFixtureOptions): Promise<StagingFixture> {
  const real = await openRealSchema(server);
  const store = await real.connection.openStaging('anon', never);
  const name = `[${real.schema}].[${tableName}]`;
  if (table !== 'none') await store.create(never);
  if (table === 'unindexed') await real.run(`DROP INDEX [ix_${tableName}_person_id] ON ${name}`);
  return {
    store,
    seed: async (rows) => {
      for (const row of rows) {
        // A column that a row leaves out is empty, not the default.
        const all = {
          row_state: null,
          submission_status: null,
          last_updated: null,
          submission_timestamp: null,
          ...row,
        };
        const columns = Object.keys(all);
        await real.run(
          `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`,
          all,
        );
      }
    },
    close: async () => {
      await store[Symbol.asyncDispose]();
      await real.close();
    },
  };
}

const server = realSqlServer;
if (server === undefined) stagingSuite('SQL Server (test server)', openFixture);
else stagingSuite('SQL Server', (options) => openRealFixture(server, options));

it('creates the live table with the defaults that other tools of an authority rely on, the other one without', async () => {
  await using database = await startTestDatabase(() => {});
  const connection = await database.connect();
  const rows: unknown[] = [];
  for (const table of ['live', 'anon'] as const) {
    const store = await connection.openStaging(table, never);
    await store.create(never);
    const name = stagingTableNames[table];
    database.sqlite.exec(`INSERT INTO ${name} (person_id, json_payload) VALUES ('C1', '{}')`);
    rows.push(database.sqlite.prepare(`SELECT row_state, submission_status FROM ${name}`).get());
  }
  expect(rows).toEqual([
    { row_state: 'New', submission_status: 'Pending' },
    { row_state: null, submission_status: null },
  ]);
});

it('loads children with plain statements too, for the driver whose bulk load knows no temporary tables', async () => {
  await using database = await startTestDatabase(() => {});
  const driver = await loadDriver();
  const secrets = { password: async () => plantedPassword };
  const pool = await new driver.ConnectionPool(await networkConfig(database.profile, secrets, never)).connect();
  const transaction = new driver.Transaction(pool);
  await transaction.begin();
  const target = { driver, transaction, bulk: false };
  await runBatch(target, stagingSql('dbo', 'anon').createIncoming, never);
  async function* children(): AsyncGenerator<StagedChild> {
    for (let i = 0; i < 1_100; i++) {
      const payload = i === 7 ? 'x'.repeat(9_000) : `{"n":"O'Neill ${i}"}`;
      yield {
        personId: `C${i}`,
        legacyId: i % 2 === 0 ? null : `M${i}`,
        payload,
        hash: new Uint8Array(32).fill(i % 256),
      };
    }
  }
  const loader = new IncomingLoader(target, { personId: 20, legacyId: 36 }, never);
  await loader.load(children(), () => new DataflowError('input', 'twice'));
  await loader.keep(new Set(['K1']));
  const [counts] = await runQuery(target, 'SELECT COUNT(*) AS n, COUNT(legacy_id) AS legacy FROM #incoming', {}, never);
  expect(counts).toEqual({ n: 1_100, legacy: 550 });
  const id = { id: { type: 'text', value: 'C7' } } as const;
  const [row] = await runQuery(
    target,
    'SELECT legacy_id, LEN(payload) AS size, hash FROM #incoming WHERE person_id = @id',
    id,
    never,
  );
  expect(row).toEqual({ legacy_id: 'M7', size: 9_000, hash: Buffer.alloc(32, 7) });
  expect(await runQuery(target, 'SELECT person_id FROM #keep', {}, never)).toEqual([{ person_id: 'K1' }]);
  await transaction.rollback();
  await pool.close();
});

async function* oneChild(): AsyncGenerator<StagedChild> {
  yield { personId: 'C1', legacyId: null, payload: '{}', hash: new Uint8Array(32) };
}

it('says that it does not know when the answer to the commit is lost, and finds out the next time', async () => {
  await using database = await startTestDatabase(() => {});
  const connection = await database.connect();
  const store = await connection.openStaging('anon', never);
  await store.create(never);
  database.server.faults.add({ at: 'answer', matches: /^transaction commit$/, action: 'drop' });
  const failure = await failureOf(store.merge(oneChild(), { at: new Date(0), keep: new Set() }, never));
  expect(failure.message).toContain('it is not known whether they were made');
  const again = await (await database.connect()).openStaging('anon', never);
  const counts = { new: 1, updated: 0, unchanged: 0, deleted: 0, pending: 1 };
  expect(await again.merge(oneChild(), { at: new Date(1), keep: new Set() }, never)).toEqual(counts);
});

it('leaves no transaction open when it is cancelled at the last moment', async () => {
  await using database = await startTestDatabase(() => {});
  const store = await (await database.connect()).openStaging('anon', never);
  await store.create(never);
  const controller = new AbortController();
  const merging = failureOf(store.merge(oneChild(), { at: new Date(0), keep: new Set() }, controller.signal));
  await database.server.state.saw(/^DROP TABLE #incoming/);
  controller.abort();
  expect((await merging).reason).toBe('cancelled');
  expect((await store.counts(never)).new).toBe(0);
  await store.merge(oneChild(), { at: new Date(1), keep: new Set() }, never);
  expect((await store.counts(never)).new).toBe(1);
});

it('waits for another run that stages into the same table', async () => {
  await using database = await startTestDatabase(() => {});
  const first = await (await database.connect()).openStaging('anon', never);
  const second = await (await database.connect()).openStaging('anon', never);
  await first.create(never);
  const options = { at: new Date(0), keep: new Set<string>() };
  await Promise.all([first.merge(oneChild(), options, never), second.merge(oneChild(), options, never)]);
  expect(await first.counts(never)).toEqual({ new: 1, updated: 0, unchanged: 0, deleted: 0, pending: 1 });
});
