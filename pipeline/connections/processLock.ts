import * as fs from 'node:fs';
import * as path from 'node:path';
import { isJsonObject } from '../../core/json.ts';
import { DataflowError } from '../errors.ts';

/** Who holds a lock, for the message to the other. */
export interface LockHolder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** UTC, ISO 8601. */
  readonly since: string;
}

/** A lock that is held. Releasing twice does nothing. */
export interface HeldLock extends AsyncDisposable {
  release(): void;
}

export type LockAttempt =
  | { readonly kind: 'held'; readonly lock: HeldLock }
  /** `holder` is null in the moment between taking the lock and saying so. */
  | { readonly kind: 'busy'; readonly holder: LockHolder | null };

function readHolder(file: string): LockHolder | null {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    // Not there yet or half written: the lock itself, not this note, says that somebody is at work.
    return null;
  }
  if (!isJsonObject(value)) return null;
  const { user, host, pid, since } = value;
  return typeof user === 'string' && typeof host === 'string' && typeof pid === 'number' && typeof since === 'string'
    ? { user, host, pid, since }
    : null;
}

/**
 * Tries to take a lock between processes. It is SQLite's exclusive lock on an empty database file, because that is a
 * lock of the operating system: it ends with the process that holds it, however that ends, so that there is no stale
 * lock to judge by process ids or times.
 * @param file path of the lock file; a note on the holder is kept beside it
 * @throws DataflowError `storage` when the file cannot be used at all
 */
export async function tryLock(file: string, holder: LockHolder): Promise<LockAttempt> {
  const note = `${file}.holder.json`;
  const { DatabaseSync } = await import('node:sqlite');
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.closeSync(fs.openSync(file, 'a', 0o600));
    const database = new DatabaseSync(file);
    try {
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      // SQLITE_BUSY is 5; its extended codes keep 5 in the low byte.
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
      if ((code & 0xff) === 5) return { kind: 'busy', holder: readHolder(note) };
      throw error;
    }
    try {
      fs.writeFileSync(note, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
    } catch (error) {
      database.close();
      throw error;
    }
    let open = true;
    const release = (): void => {
      if (!open) return;
      open = false;
      fs.rmSync(note, { force: true });
      database.close();
    };
    return { kind: 'held', lock: { release, [Symbol.asyncDispose]: async () => release() } };
  } catch (error) {
    throw new DataflowError(
      'storage',
      `The lock file ${file} could not be used. Nothing was sent. Check that this account may write in that folder.`,
      { cause: error },
    );
  }
}
