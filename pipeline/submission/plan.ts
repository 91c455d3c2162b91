import { createHash } from 'node:crypto';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import type { JobContext } from '../progress.ts';
import { closedGates, confirmationText, type GateFacts, type SubmissionMode } from './gates.ts';
import { type BlockedChild, type PrepareTools, prepareChild, type SettledChild } from './prepare.ts';
import type { Candidate, SubmissionSource } from './source.ts';

/** What somebody asks to send. */
export interface SubmissionRequest {
  readonly mode: SubmissionMode;
  readonly laCode: string;
  readonly laName: string;
  /** The full address that children are posted to. */
  readonly endpoint: string;
  /** Children in one POST, 1 to 100. */
  readonly batchSize: number;
  /** Only these children; all that wait when absent. */
  readonly personIds?: readonly string[];
}

/** A plan with what carrying it out needs. `summary` is what a person is shown. */
export interface DraftPlan {
  readonly summary: {
    readonly mode: SubmissionMode;
    readonly laCode: string;
    readonly laName: string;
    readonly endpoint: string;
    readonly table: string;
    readonly send: 'full' | 'delta';
    readonly children: number;
    readonly deletions: number;
    readonly batches: number;
    readonly blocked: readonly Omit<BlockedChild, 'kind'>[];
    readonly heldBack: readonly { readonly personId: string; readonly reason: string }[];
    readonly gates: readonly string[];
    readonly confirmationText: string;
  };
  /** Ids to send, in order. Ids alone, so that memory does not grow with the payloads. */
  readonly sendIds: readonly string[];
  /** Fingerprint of the text that was found to be valid, by id. */
  readonly validated: ReadonlyMap<string, string>;
  readonly settled: readonly SettledChild[];
}

/** Tells whether the payload of a child is still the one that was looked at. */
export function fingerprint(candidate: Candidate): string {
  return createHash('sha256')
    .update(candidate.current ?? '')
    .digest('base64');
}

/** The API takes at most 100 children in one request (payload spec, `x-batchLimit`). */
export const largestBatch = 100;

/**
 * Looks at every child that waits and says what a submission would do. Changes and sends nothing.
 * @param held reasons by person id
 * @throws DataflowError `usage` for a batch size out of range; whatever the source throws
 */
export async function planSubmission(
  request: SubmissionRequest,
  source: SubmissionSource,
  tools: PrepareTools,
  held: ReadonlyMap<string, string>,
  gateFacts: Pick<GateFacts, 'purpose' | 'signOff' | 'liveObjections'>,
  context: JobContext,
): Promise<DraftPlan> {
  const { mode, laCode, laName, endpoint, batchSize } = request;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > largestBatch) {
    throw new DataflowError('usage', `The batch size must be a whole number from 1 to ${largestBatch}.`);
  }
  const wanted = request.personIds === undefined ? null : new Set(request.personIds);
  const sendIds: string[] = [];
  const validated = new Map<string, string>();
  const settled: SettledChild[] = [];
  const blocked: Omit<BlockedChild, 'kind'>[] = [];
  const heldBack: { personId: string; reason: string }[] = [];
  let deletions = 0;
  let seen = 0;
  for await (const candidate of source.candidates(undefined, context.signal)) {
    throwIfCancelled(context.signal);
    if (wanted !== null && !wanted.has(candidate.personId)) continue;
    seen += 1;
    if (seen % 500 === 0) context.progress({ phase: 'Looking at what would be sent', done: seen, unit: 'children' });
    const reason = held.get(candidate.personId);
    if (reason !== undefined) {
      heldBack.push({ personId: candidate.personId, reason });
      continue;
    }
    const prepared = prepareChild(candidate, tools);
    if (prepared.kind === 'send') {
      sendIds.push(prepared.personId);
      validated.set(prepared.personId, fingerprint(candidate));
      if (prepared.deletion) deletions += 1;
    } else if (prepared.kind === 'settle') settled.push(prepared);
    else {
      const { kind: _kind, ...rest } = prepared;
      blocked.push(rest);
    }
  }
  const children = sendIds.length;
  const kind = source.kind;
  return {
    summary: {
      mode,
      laCode,
      laName,
      endpoint,
      table: source.label,
      send: tools.send,
      children,
      deletions,
      batches: Math.ceil(children / batchSize),
      blocked,
      heldBack,
      gates: closedGates({ mode, kind, laCode, endpoint, ...gateFacts }),
      confirmationText: confirmationText({ mode, kind, laCode, laName, children, deletions, endpoint }),
    },
    sendIds,
    validated,
    settled,
  };
}
