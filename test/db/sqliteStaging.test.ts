import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteFile } from '../../pipeline/connections/sqliteDatabase.ts';
import { openLocalStaging } from '../../pipeline/staging/localStaging.ts';
import { openSqliteStaging } from '../../pipeline/staging/sqliteStaging.ts';
import { type StagingFixture, type StagingFixtureOptions, stagingSuite } from './stagingSuite.ts';

const never = new AbortController().signal;
const tableName = 'ssd_api_data_staging_anon';

async function openFixture({ table }: StagingFixtureOptions): Promise<StagingFixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-staging-'));
  const file = path.join(folder, 'ssd.sqlite');
  const store = await openSqliteStaging({ file, table: 'anon', identity: `test/${tableName}` }, never);
  const database = await openSqliteFile(file, { readOnly: false });
  if (table !== 'none') await store.create(never);
  if (table === 'unindexed') database.exec(`DROP INDEX ${tableName}_person_id`);
  return {
    store,
    seed: async (rows) => {
      for (const row of rows) {
        const columns = Object.keys(row);
        database
          .prepare(`INSERT INTO ${tableName} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
          .run(...Object.values(row));
      }
    },
    close: async () => {
      database.close();
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

stagingSuite('SQLite', openFixture);

it('keeps a local store for a connection, made on first use and found again', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-local-'));
  const child = { personId: 'C1', legacyId: null, payload: '{}', hash: new Uint8Array(32) };
  async function* one() {
    yield child;
  }
  {
    await using store = await openLocalStaging(
      { folder: path.join(folder, 'data'), name: 'a/b', table: 'live' },
      never,
    );
    expect(store.identity).toBe('local:a/b/ssd_api_data_staging');
    await store.merge(one(), { at: new Date(0), keep: new Set() }, never);
  }
  await using again = await openLocalStaging({ folder: path.join(folder, 'data'), name: 'a/b', table: 'live' }, never);
  expect((await again.counts(never)).new).toBe(1);
  await using other = await openLocalStaging({ folder: path.join(folder, 'data'), name: 'a/b', table: 'anon' }, never);
  expect((await other.counts(never)).new).toBe(0);
  await rm(folder, { recursive: true });
});
