import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { DataflowError } from '../errors.ts';
import { openSqliteStaging } from './sqliteStaging.ts';
import { type StagingStore, type StagingTable, stagingTableNames } from './stagingStore.ts';

/**
 * The staging table in a local file beside the audit trail, for an authority that has no write permission in its SSD
 * database yet. File and table are made on first use: nobody else's database is touched.
 * @param folder the data folder
 * @param name what the store belongs to (the connection's name), part of its identity and of its file name
 */
export async function openLocalStaging(
  options: { readonly folder: string; readonly name: string; readonly table: StagingTable },
  signal: AbortSignal,
): Promise<StagingStore> {
  const { folder, name, table } = options;
  const file = path.join(folder, `staging-${encodeURIComponent(name)}.sqlite`);
  try {
    // For the owner alone: whole records are in it. The driver would make the file as open as the system's default.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await (await open(file, 'a', 0o600)).close();
  } catch (cause) {
    throw new DataflowError(
      'storage',
      `The local staging store could not be created in ${folder}. Nothing was staged. Choose a folder that you can write to.`,
      { cause },
    );
  }
  const identity = `local:${name}/${stagingTableNames[table]}`;
  const store = await openSqliteStaging({ file, table, identity }, signal);
  try {
    if (!(await store.check(signal)).exists) await store.create(signal);
    return store;
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}
