import * as path from 'node:path';
import { throwIfCancelled } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import type { AuditTrail } from './auditTrail.ts';
import { listSubmissions, showSubmission } from './readTrail.ts';

/**
 * Removes the kept bodies of submissions older than the retention, which hold children's records. The events stay,
 * and the removal is an event of the index, written first: so the chain can still be verified. Bodies of submissions
 * that are unfinished or left children in doubt stay.
 * @param days at least 1
 * @returns how many submissions lost their bodies
 */
export async function removeOldBodies(
  folder: string,
  options: { readonly days: number; readonly now: Date },
  tools: { readonly files: DurableFiles; readonly trail: AuditTrail },
  signal: AbortSignal,
): Promise<number> {
  if (!(options.days >= 1)) throw new RangeError('The retention must be at least one day');
  const oldest = options.now.getTime() - options.days * 86_400_000;
  let removed = 0;
  for (const { id, startedAt, outcome, inDoubt } of await listSubmissions(folder, tools.files)) {
    throwIfCancelled(signal);
    const started = Date.parse(startedAt);
    if (!(started < oldest) || outcome === 'not finished' || inDoubt > 0) continue;
    const { bodies } = await showSubmission(folder, id, tools.files);
    if (bodies.length === 0) continue;
    await tools.trail.note('bodies-removed', { id, bodies: bodies.length, olderThanDays: options.days });
    // By name rather than by list: a write that a crash cut short may have left a part of a body behind.
    for (const name of await tools.files.list(path.join(folder, id))) {
      await tools.files.remove(path.join(folder, id, name));
    }
    removed += 1;
  }
  return removed;
}
