import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataflowError } from '../../../core/errors.ts';
import { createSandboxDatabase } from '../../../sandbox/database.ts';
import { columnNames, tableNames } from '../../../sandbox/schema.ts';
import { asOf, contentHash, rowsOf, temporaryFolder } from './sandboxFiles.ts';

const folder = temporaryFolder();
const file = join(folder, 'ssd.db');

describe('a sandbox database', () => {
  beforeAll(() => createSandboxDatabase(file, { children: 400, seed: 7, asOf }));

  it('is the same for the same seed, day and number of children', async () => {
    const again = join(folder, 'again.db');
    await createSandboxDatabase(again, { children: 400, seed: 7, asOf });
    expect(contentHash(again)).toBe(contentHash(file));
  });

  it('differs for another seed', async () => {
    const other = join(folder, 'other.db');
    await createSandboxDatabase(other, { children: 400, seed: 8, asOf });
    expect(contentHash(other)).not.toBe(contentHash(file));
  });

  it('has every table of the SSD model with its columns', () => {
    for (const table of tableNames()) {
      const columns = rowsOf(file, `SELECT name FROM pragma_table_info('${table}')`).map((row) => row.name);
      expect(columns).toEqual(columnNames(table));
    }
  });

  it('has staging tables without rows', () => {
    expect(rowsOf(file, 'SELECT * FROM ssd_api_data_staging')).toEqual([]);
    expect(rowsOf(file, 'SELECT * FROM ssd_api_data_staging_anon')).toEqual([]);
  });

  it('stores dates as YYYY-MM-DD, so that text compares as dates do', () => {
    for (const table of tableNames()) {
      for (const { name, type } of rowsOf(file, `SELECT name, type FROM pragma_table_info('${table}')`)) {
        if (type !== 'DATETIME') continue;
        const odd = rowsOf(
          file,
          `SELECT 1 FROM ${table} WHERE ${name} NOT GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'`,
        );
        expect(odd, `${table}.${name}`).toEqual([]);
      }
    }
  });

  it('holds names as real ones are: with apostrophes, accents and other scripts', () => {
    const names = rowsOf(file, 'SELECT pers_forename || pers_surname AS name FROM ssd_person').map((row) =>
      String(row.name),
    );
    expect(names.some((name) => name.includes("'"))).toBe(true);
    expect(names.some((name) => /[À-ɏ]/.test(name))).toBe(true);
    expect(names.some((name) => /[^ -ɏ]/.test(name))).toBe(true);
  });

  it('takes the place of an old one, whatever a crashed program left beside it', async () => {
    const replaced = join(folder, 'replaced.db');
    await createSandboxDatabase(replaced, { children: 50, seed: 1, asOf });
    const database = new DatabaseSync(replaced);
    database.exec("PRAGMA journal_mode = WAL; UPDATE ssd_person SET pers_surname = 'Old'");
    copyFileSync(`${replaced}-wal`, join(folder, 'kept-wal'));
    database.close();
    copyFileSync(join(folder, 'kept-wal'), `${replaced}-wal`);
    await createSandboxDatabase(replaced, { children: 400, seed: 7, asOf });
    expect(contentHash(replaced)).toBe(contentHash(file));
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const stopped = join(folder, 'stopped.db');
    const signal = AbortSignal.abort();
    await expect(createSandboxDatabase(stopped, { children: 400, seed: 7, asOf, signal })).rejects.toSatisfy((error) =>
      DataflowError.is(error, 'cancelled'),
    );
    expect(existsSync(stopped)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('says what to do when the folder does not exist', async () => {
    const lost = join(folder, 'nowhere', 'ssd.db');
    await expect(createSandboxDatabase(lost, { children: 1, seed: 1, asOf })).rejects.toSatisfy((error) =>
      DataflowError.is(error, 'storage'),
    );
  });

  it('refuses a day that is none', async () => {
    const creation = createSandboxDatabase(join(folder, 'x.db'), { children: 1, seed: 1, asOf: '2026-02-30' });
    await expect(creation).rejects.toSatisfy((error) => DataflowError.is(error, 'usage'));
  });
});
