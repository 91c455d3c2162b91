import path from 'node:path';
import { expect } from 'vitest';
import { showSubmission } from '../../pipeline/audit/readTrail.ts';
import { TrailTally } from '../../pipeline/audit/trailTally.ts';
import { verifyTrail } from '../../pipeline/audit/verifyTrail.ts';
import { durableFiles } from '../../pipeline/files/durableFiles.ts';
import type { StagingRow } from '../../pipeline/staging/stagingStore.ts';
import { Journal } from '../../pipeline/submission/journal.ts';
import type { SubmissionReportData } from '../../pipeline/submission/report.ts';
import { journalFolder } from '../../pipeline/submission/submissionLock.ts';
import type { ScriptedReceiver } from './scriptedReceiver.ts';
import type { Workplace } from './submissionHarness.ts';

const signal = new AbortController().signal;

export async function allRows(work: Workplace): Promise<StagingRow[]> {
  const rows: StagingRow[] = [];
  for await (const row of work.store.rows({}, signal)) rows.push(row);
  return rows;
}

export async function openJournal(work: Workplace): Promise<Journal> {
  return Journal.open(journalFolder(work.folder, work.store.identity), durableFiles);
}

/** Checks that the receiver's store, staging, journal, trail and report of one run say the same of every child. */
export async function expectAgreement(
  work: Workplace,
  receiver: ScriptedReceiver,
  report: SubmissionReportData,
  planned: number,
): Promise<void> {
  const { accepted, rejected, notAttempted, inDoubt } = report;
  expect(accepted + rejected.length + notAttempted + inDoubt + report.blocked.length).toBe(planned);
  const rows = await allRows(work);
  const sent = rows.filter((row) => row.submissionStatus === 'sent');
  const failed = rows.filter((row) => row.submissionStatus === 'error').map((row) => row.personId);
  expect(sent).toHaveLength(accepted);
  expect(failed.sort()).toEqual(rejected.map((child) => child.personId).sort());
  const doubtful = new Set<string>();
  for (const body of (await openJournal(work)).open) {
    expect(body.answered).toBeNull();
    for (const member of body.sending.members) doubtful.add(member.personId);
  }
  expect(doubtful.size).toBe(inDoubt);
  for (const row of rows) {
    const held = receiver.applied.has(row.personId);
    if (row.submissionStatus === 'sent') expect([row.personId, held]).toEqual([row.personId, true]);
    // The receiver may only hold what we call sent, or in doubt: never something that is said not to be sent.
    else if (held) expect([row.personId, doubtful.has(row.personId)]).toEqual([row.personId, true]);
  }
  const folder = path.join(work.folder, 'audit');
  expect((await verifyTrail(folder, durableFiles, signal)).firstBroken).toBeNull();
  const { events } = await showSubmission(folder, report.id, durableFiles);
  expect(TrailTally.of(events).counts).toEqual({ accepted, rejected: rejected.length, inDoubt });
  expect((await openJournal(work)).interrupted).toEqual([]);
}

/** Watches that no body that was answered with its receipts is ever posted again. */
export class NoSecondPost {
  readonly #acknowledged = new Set<string>();
  readonly repeated: number[] = [];

  posted(number: number, text: string): void {
    if (this.#acknowledged.has(text)) this.repeated.push(number);
  }

  acknowledged(text: string): void {
    this.#acknowledged.add(text);
  }
}
