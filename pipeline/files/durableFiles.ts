import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { DataflowError } from '../errors.ts';

/**
 * The few file operations that the journal and the audit trail stand on. When one resolves, its effect survives a
 * power cut. Given to them as a constructor parameter, so that tests can stop a process between any two.
 * Folders are made for the owner alone (0700), files likewise (0600).
 */
export interface DurableFiles {
  /** Adds text at the end of a file, which is made if it is missing. */
  append(file: string, text: string): Promise<void>;
  /** Puts a file in place whole: afterwards it holds either what it held before or all of the bytes. */
  replace(file: string, bytes: Uint8Array): Promise<void>;
  /** The whole file, or null when there is none. */
  read(file: string): Promise<Buffer | null>;
  /** Cuts a file to its first `size` bytes. */
  truncate(file: string, size: number): Promise<void>;
  /** Removes a file; it may be missing. */
  remove(file: string): Promise<void>;
  /** Names in a folder, sorted; none when it is missing. */
  list(folder: string): Promise<readonly string[]>;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'the folder is read-only',
  EMFILE: 'too many files are open',
  EIO: 'the disk reported a fault',
};

/** Says in plain words why a file could not be used. The path is the person's own data folder, so it may be shown. */
export function storageError(error: unknown, file: string, doing: 'written' | 'read'): DataflowError {
  if (DataflowError.is(error)) return error;
  const code = codeOf(error);
  return new DataflowError(
    'storage',
    `${file} could not be ${doing}: ${reasons[code] ?? `the system said ${code || 'no more than that'}`}. Nothing more was sent, because nothing may be sent that cannot be recorded. Free space or correct the permissions of the folder, then run the submission or "resume" again.`,
    { cause: error },
  );
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder to flush it; NTFS journals its names by itself.
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function ensureFolder(folder: string): Promise<void> {
  const made = await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(path.dirname(made));
}

async function guarded<T>(file: string, doing: 'written' | 'read', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageError(error, file, doing);
  }
}

/** The operations on the real file system. */
export const durableFiles: DurableFiles = {
  append: (file, text) =>
    guarded(file, 'written', async () => {
      await ensureFolder(path.dirname(file));
      const handle = await fs.open(file, 'a', 0o600);
      try {
        const isNew = (await handle.stat()).size === 0;
        await handle.appendFile(text, 'utf8');
        await handle.datasync();
        if (isNew) await syncFolder(path.dirname(file));
      } finally {
        await handle.close();
      }
    }),

  replace: (file, bytes) =>
    guarded(file, 'written', async () => {
      await ensureFolder(path.dirname(file));
      const temporary = `${file}.${process.pid}.part`;
      const handle = await fs.open(temporary, 'w', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fs.rename(temporary, file);
      await syncFolder(path.dirname(file));
    }),

  read: (file) =>
    guarded(file, 'read', async () => {
      try {
        return await fs.readFile(file);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      }
    }),

  truncate: (file, size) =>
    guarded(file, 'written', async () => {
      const handle = await fs.open(file, 'r+');
      try {
        await handle.truncate(size);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }),

  remove: (file) => guarded(file, 'written', () => fs.rm(file, { force: true })),

  list: (folder) =>
    guarded(folder, 'read', async () => {
      try {
        return (await fs.readdir(folder)).sort();
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      }
    }),
};
