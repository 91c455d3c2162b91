import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataflowError } from './errors.ts';

/** Characters collected before they are written. */
const chunkLength = 256 * 1024;

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to the disk, then renamed over it. When
 * `write` throws, the temporary file is removed and an existing file stays as it was.
 * @param write is given a function that appends text and resolves when more may come
 * @returns bytes written
 * @throws DataflowError `storage` when the folder or disk refuses; what `write` throws passes through
 */
export async function writeFileAtomically(
  file: string,
  write: (append: (text: string) => Promise<void>) => Promise<void>,
): Promise<number> {
  await removeLeftovers(file);
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${randomUUID()}.tmp`);
  const handle = await refusing(file, () => open(temporary, 'wx', 0o600));
  let done = false;
  try {
    const output = new BufferedOutput(file, handle);
    await write((text) => output.append(text));
    await output.flush();
    await refusing(file, () => handle.sync());
    await handle.close();
    await refusing(file, () => rename(temporary, file));
    done = true;
    await syncFolder(path.dirname(file));
    return output.bytes;
  } finally {
    if (!done) {
      await handle.close();
      await rm(temporary, { force: true });
    }
  }
}

class BufferedOutput {
  bytes = 0;
  #pending: string[] = [];
  #length = 0;
  readonly #file: string;
  readonly #handle: FileHandle;

  constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  async append(text: string): Promise<void> {
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#length >= chunkLength) await this.flush();
  }

  async flush(): Promise<void> {
    const chunk = Buffer.from(this.#pending.join(''), 'utf8');
    this.#pending = [];
    this.#length = 0;
    let written = 0;
    while (written < chunk.length) {
      const from = written;
      written += (await refusing(this.#file, () => this.#handle.write(chunk, from))).bytesWritten;
    }
    this.bytes += chunk.length;
  }
}

/** Removes what processes left that were killed while they wrote this file: it may hold children's records. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const names = await refusing(file, () => readdir(folder));
  for (const name of names) {
    if (!name.startsWith(`.${path.basename(file)}.`)) continue;
    const writer = /\.(\d+)\.[0-9a-f-]{36}\.tmp$/.exec(name)?.[1];
    if (writer !== undefined && !isRunning(Number(writer))) await rm(path.join(folder, name), { force: true });
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // A process of somebody else's may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Makes the rename itself durable. Windows has no such call for folders and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'you have no permission to write there',
  EPERM: 'you have no permission to write there',
  EROFS: 'the folder is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is not a folder',
  EBUSY: 'another program has it open',
};

async function refusing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new DataflowError(
      'storage',
      `The file ${file} was not written: ${reasons[code] ?? `the system reports ${code || 'an unknown error'}`}. Choose another place, or put that right, and try again.`,
      { cause },
    );
  }
}
