import * as path from 'node:path';
import type { Actor } from '../audit/auditTrail.ts';
import { type HeldLock, tryLock } from '../connections/processLock.ts';
import { DataflowError } from '../errors.ts';
import { fileNameOf } from './holds.ts';

/** Folder of the journal and the lock of a staging table. */
export function journalFolder(dataFolder: string, identity: string): string {
  return path.join(dataFolder, 'journal', fileNameOf(identity));
}

/**
 * Takes the lock of one staging table: one submission or resume at a time.
 * @param folder the table's journal folder
 * @throws DataflowError `locked`, naming who is at work and since when
 */
export async function takeSubmissionLock(
  folder: string,
  label: string,
  actor: Actor,
  now: () => Date,
): Promise<HeldLock> {
  const attempt = await tryLock(path.join(folder, 'submission.lock'), {
    ...actor,
    pid: process.pid,
    since: now().toISOString(),
  });
  if (attempt.kind === 'held') return attempt.lock;
  const { holder } = attempt;
  const who =
    holder === null
      ? 'Another process'
      : `${holder.user} on ${holder.host} (process ${holder.pid}), since ${holder.since.slice(0, 16).replace('T', ' ')} UTC,`;
  throw new DataflowError(
    'locked',
    `${who} is submitting from ${label} at the moment. Two submissions at once could send a child twice, so this one was not started and nothing was sent. Wait until the other has ended, then try again.`,
  );
}
