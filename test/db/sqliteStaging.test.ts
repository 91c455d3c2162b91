import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
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
    const made = await readdir(path.join(folder, 'data'));
    const modes = made.map(async (name) => (await stat(path.join(folder, 'data', name))).mode & 0o077);
    if (process.platform !== 'win32') expect(await Promise.all(modes)).toEqual(made.map(() => 0));
    await store.merge(one(), { at: new Date(0), keep: new Set() }, never);
  }
  await using again = await openLocalStaging({ folder: path.join(folder, 'data'), name: 'a/b', table: 'live' }, never);
  expect((await again.counts(never)).new).toBe(1);
  await using other = await openLocalStaging({ folder: path.join(folder, 'data'), name: 'a/b', table: 'anon' }, never);
  expect((await other.counts(never)).new).toBe(0);
  await rm(folder, { recursive: true });
});

it.each(['500', '2900', 'merging', 'merged'])(
  'holds all of a merge or nothing of it when the process is killed at "%s"',
  async (word) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ssd-killed-'));
    const file = path.join(folder, 'ssd.sqlite');
    const child = { personId: 'C1', legacyId: null, payload: '{}', hash: new Uint8Array(32) };
    async function* one() {
      yield child;
    }
    await using store = await openSqliteStaging({ file, table: 'anon', identity: 'test' }, never);
    await store.create(never);
    await store.merge(one(), { at: new Date(0), keep: new Set() }, never);

    const script = path.join(import.meta.dirname, '../support/killableStaging.ts');
    const victim = spawn(process.execPath, [script, file, '3000', word], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(victim, 'close');
    let said = '';
    for await (const chunk of victim.stdout) {
      said += String(chunk);
      if (said.includes(`${word}\n`)) victim.kill('SIGKILL');
    }
    await closed;

    const counts = await store.counts(never);
    const rows: string[] = [];
    for await (const row of store.rows({ personIds: ['C1'] }, never)) rows.push(row.payload);
    if (counts.new === 1) expect(rows).toEqual(['{}']);
    else
      expect({ new: counts.new, payload: rows[0] }).toEqual({ new: 3000, payload: expect.stringContaining('changed') });
    if (word === '500' || word === '2900') expect(counts.new).toBe(1);
    if (word === 'merged') expect(counts.new).toBe(3000);
    // The dead process left no lock behind.
    await store.merge(one(), { at: new Date(1), keep: new Set() }, never);
    await rm(folder, { recursive: true });
  },
);
