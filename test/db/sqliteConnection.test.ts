import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import { openSqliteFile } from '../../pipeline/connections/sqliteDatabase.ts';
import { type ConnectionFixture, connectionSuite } from './connectionSuite.ts';

const never = new AbortController().signal;

async function openFixture(): Promise<ConnectionFixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-connection-'));
  const file = path.join(folder, 'ssd.sqlite');
  const database = await openSqliteFile(file, { readOnly: false });
  database.exec('CREATE TABLE ssd_person (pers_person_id nvarchar(48) NOT NULL)');
  const insert = database.prepare('INSERT INTO ssd_person VALUES (?)');
  for (let i = 49; i >= 0; i--) insert.run(`P${String(i).padStart(2, '0')}`);
  const connection = await openSqliteConnection({ name: 'test', file, purpose: 'test' }, never);
  return {
    connection,
    literals: { date: "SELECT '2025-03-30' AS value", flag: 'SELECT 1 AS value' },
    addPerson: async (personId) => void insert.run(personId),
    close: async () => {
      database.close();
      await connection.close();
      await rm(folder, { recursive: true });
    },
  };
}

connectionSuite('SQLite', openFixture);

it('explains a file that is missing or no database, and makes none', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-connection-'));
  const file = path.join(folder, 'missing.sqlite');
  const open = (name: string) => openSqliteConnection({ name: 'test', file: name, purpose: 'test' }, never);
  await expect(open(file)).rejects.toMatchObject({
    reason: 'storage',
    message: expect.stringContaining('missing.sqlite'),
  });
  expect(await readdir(folder)).toEqual([]);
  const other = path.join(folder, 'other.sqlite');
  await writeFile(other, 'this is no database, whatever its name says. '.repeat(40));
  await expect(open(other)).rejects.toMatchObject({ reason: 'storage' });
  await rm(folder, { recursive: true });
});

it('cannot change the database by a query', async () => {
  const fixture = await openFixture();
  const session = await fixture.connection.openReadSession(never);
  const run = async () => {
    for await (const _ of session.query('DELETE FROM ssd_person', {}, never)) expect.unreachable();
  };
  await expect(run()).rejects.toMatchObject({ name: 'DataflowError' });
  await session.close();
  await fixture.close();
});
