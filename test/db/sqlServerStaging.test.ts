import { startTestDatabase } from './sqlServer.ts';
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

stagingSuite('SQL Server', openFixture);
