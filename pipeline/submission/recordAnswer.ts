import { checkReceipts } from '../receiver/receipts.ts';
import type { StagingOutcome } from '../staging/stagingStore.ts';
import type { AnsweredEntry, Journal, SendingEntry } from './journal.ts';
import type { SubmissionSource } from './source.ts';

/** Longest time that staging may take to write one batch, in milliseconds. */
const recordMilliseconds = 300_000;

function receiptId(receipt: string): string {
  const check = checkReceipts(JSON.stringify([receipt]), 1);
  return check.kind === 'match' ? (check.receipts[0]?.id ?? receipt) : receipt;
}

/**
 * Writes an answer back to staging and closes it in the journal. Safe to repeat. It does not stop when the
 * submission is cancelled: what the DfE said must arrive.
 * @param states full state of each member that was sent, in the order of `sending.members`; only read for accepted ones
 */
export async function recordAnswer(
  tools: { readonly journal: Journal; readonly source: SubmissionSource },
  sending: SendingEntry,
  answer: AnsweredEntry,
  states: readonly (string | null)[],
): Promise<void> {
  const at = new Date(answer.at);
  const byId = new Map(sending.members.map((member, index) => [member.personId, { member, state: states[index] }]));
  const outcomes: StagingOutcome[] = [];
  for (const { personId, receipt } of answer.accepted) {
    const known = byId.get(personId);
    if (tools.source.keepsState && known?.state === undefined) {
      // Without its state an acceptance would read as an accepted deletion.
      throw new TypeError(`The accepted state of a child of batch ${sending.batch} was not kept`);
    }
    const hash = known?.member.hash ?? null;
    outcomes.push({
      kind: 'accepted',
      personId,
      receipt: receiptId(receipt),
      acceptedPayload: known?.state ?? null,
      acceptedHash: hash === null ? null : Buffer.from(hash, 'hex'),
      at,
    });
  }
  for (const { personId, message } of answer.rejected) {
    outcomes.push({ kind: 'rejected', personId, message: `API error (400): ${message}`, at });
  }
  await tools.source.record(outcomes, AbortSignal.timeout(recordMilliseconds));
  await tools.journal.recorded(sending);
}
