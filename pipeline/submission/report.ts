import type { RejectedChild, Stop, Tally } from './batchSender.ts';
import type { SubmissionMode } from './gates.ts';
import type { DraftPlan } from './plan.ts';
import type { BlockedChild } from './prepare.ts';

/** What became of every child of a submission. Plain data; the numbers add up to what was planned. */
export interface SubmissionReportData {
  readonly id: string;
  readonly mode: SubmissionMode;
  readonly laCode: string;
  readonly endpoint: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: 'completed' | 'stopped' | 'cancelled';
  readonly stopReason: string | null;
  readonly batches: number;
  readonly accepted: number;
  readonly settled: number;
  readonly rejected: readonly RejectedChild[];
  readonly blocked: readonly Omit<BlockedChild, 'kind'>[];
  readonly heldBack: readonly { readonly personId: string; readonly reason: string }[];
  readonly notAttempted: number;
  readonly inDoubt: number;
}

/** Makes the report of a run that ended, for whatever reason. */
export function makeReport(
  plan: Pick<DraftPlan['summary'], 'mode' | 'laCode' | 'endpoint' | 'heldBack' | 'batches'>,
  ending: {
    readonly id: string;
    readonly startedAt: Date;
    readonly endedAt: Date;
    readonly stop: Stop | null;
    readonly tally: Tally;
    readonly notAttempted: number;
    readonly blocked: readonly Omit<BlockedChild, 'kind'>[];
  },
): SubmissionReportData {
  const { stop, tally } = ending;
  return {
    id: ending.id,
    mode: plan.mode,
    laCode: plan.laCode,
    endpoint: plan.endpoint,
    startedAt: ending.startedAt.toISOString(),
    endedAt: ending.endedAt.toISOString(),
    outcome: stop === null ? 'completed' : stop.cancelled ? 'cancelled' : 'stopped',
    stopReason: stop === null ? null : sentence(stop.words),
    batches: plan.mode === 'dry-run' ? plan.batches : tally.batches,
    accepted: tally.accepted,
    settled: tally.settled,
    rejected: tally.rejected,
    blocked: ending.blocked,
    heldBack: plan.heldBack,
    notAttempted: ending.notAttempted,
    inDoubt: tally.inDoubt,
  };
}

function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
