import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, AuditTrail } from '../pipeline/audit/auditTrail.ts';
import { removeOldBodies } from '../pipeline/audit/retention.ts';
import { durableFiles } from '../pipeline/files/durableFiles.ts';
import { auditFolder, type JobScope } from './scope.ts';

/** The operating system's user and host, for the trail and for locks. */
export function currentActor(): Actor {
  let user: string;
  try {
    user = os.userInfo().username;
  } catch {
    // A service account without a passwd entry has no name, only an id.
    user = `uid ${process.getuid?.() ?? 'unknown'}`;
  }
  return { user, host: os.hostname() };
}

/** The audit trail of a job's data folder. */
export function openTrail(scope: JobScope): AuditTrail {
  return new AuditTrail({
    folder: auditFolder(scope),
    files: durableFiles,
    actor: currentActor(),
    now: scope.context.now,
    sleep: (milliseconds) => sleep(milliseconds),
  });
}

/** Removes kept bodies that are older than the retention setting, if there is one. */
export async function applyRetention(scope: JobScope): Promise<void> {
  const days = scope.settings.auditRetentionDays;
  if (days === null) return;
  const { now, signal } = scope.context;
  const tools = { files: durableFiles, trail: openTrail(scope) };
  await removeOldBodies(auditFolder(scope), { days, now: now() }, tools, signal);
}
