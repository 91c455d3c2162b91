import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Actor, AuditedSubmission, AuditTrail } from '../audit/auditTrail.ts';
import { sha256 } from '../audit/chain.ts';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import type { JobContext } from '../progress.ts';
import { maskPersonal } from '../receiver/mask.ts';
import { refusedChildren } from '../receiver/refusedChildren.ts';
import { isLoopback } from '../receiver/serviceAddress.ts';
import {
  emptyTally,
  exchangeWatcher,
  type Receiver,
  type RejectedChild,
  type Stop,
  stopOf,
  type Tally,
} from './batchSender.ts';
import type { SubmissionMode } from './gates.ts';
import { Journal, type OpenBody, type SendingEntry } from './journal.ts';
import { recordAnswer } from './recordAnswer.ts';
import { Recovery } from './recover.ts';
import { makeReport, type SubmissionReportData } from './report.ts';
import type { SubmissionSource } from './source.ts';
import { journalFolder, takeSubmissionLock } from './submissionLock.ts';

/** What resuming works with. */
export interface ResumeTools {
  readonly source: SubmissionSource;
  readonly receiver: Receiver;
  readonly trail: AuditTrail;
  readonly files: DurableFiles;
  readonly actor: Actor;
  readonly dataFolder: string;
}

/**
 * Settles what an interrupted submission left: records the answers that had come, and posts again, byte for byte,
 * each body whose answer is not known. Sending the same elements again changes nothing at the receiver.
 * @returns null when there is nothing to settle
 * @throws DataflowError `locked`; `configuration` when the settings now name another endpoint; `storage` when the kept
 *   body is missing or changed; and what signing in throws
 */
export async function resumeSubmission(tools: ResumeTools, context: JobContext): Promise<SubmissionReportData | null> {
  const { source, files, dataFolder, actor, trail } = tools;
  const startedAt = context.now();
  const folder = journalFolder(dataFolder, source.identity);
  await using _lock = await takeSubmissionLock(folder, source.label, actor, context.now);
  const journal = await Journal.open(folder, files);
  const first = journal.interrupted[0]?.submission ?? journal.open[0]?.sending.submission;
  const started = first === undefined ? undefined : journal.started(first);
  if (started === undefined) return null;
  const tally = emptyTally();
  const recovery = new Recovery({ journal, trail, source });
  const recorded = await recovery.recordAnswered();
  tally.accepted += recorded.accepted;
  tally.rejected.push(...recorded.rejected);
  const settledBefore = tally.accepted + tally.rejected.length;
  const inDoubt = journal.open;
  const stop = await settleDoubts(inDoubt, recovery, journal, tools, tally, context);
  await recovery.finish();
  tally.inDoubt = childrenIn(journal.open);
  const settledNow = tally.accepted + tally.rejected.length - settledBefore;
  return makeReport(
    {
      mode: readMode(started.mode),
      laCode: started.laCode,
      endpoint: started.endpoint,
      heldBack: [],
      batches: inDoubt.length,
    },
    {
      id: started.submission,
      startedAt,
      endedAt: context.now(),
      stop,
      tally,
      // Bodies that the service now refused as a whole: their children were never taken and wait as before.
      notAttempted: childrenIn(inDoubt) - settledNow - tally.inDoubt,
      blocked: [],
    },
  );
}

function childrenIn(bodies: readonly OpenBody[]): number {
  return bodies.reduce((sum, body) => sum + body.sending.members.length, 0);
}

function readMode(text: string): SubmissionMode {
  return text === 'live' ? 'live' : 'test';
}

async function settleDoubts(
  inDoubt: readonly OpenBody[],
  recovery: Recovery,
  journal: Journal,
  tools: ResumeTools,
  tally: Tally,
  context: JobContext,
): Promise<Stop | null> {
  if (inDoubt.length === 0) return null;
  for (const { sending } of inDoubt) checkEndpoint(sending, journal, tools.receiver);
  try {
    await tools.receiver.signIn(context.signal, (note) => context.progress({ phase: 'Settling', message: note.words }));
    for (const [index, { sending }] of inDoubt.entries()) {
      context.progress({ phase: 'Settling', done: index, total: inDoubt.length, unit: 'batches' });
      const audited = await recovery.trailOf(sending.submission);
      const stop = await sendAgain(sending, audited, journal, tools, tally, context);
      if (stop !== null) return stop;
    }
    return null;
  } catch (error) {
    if (!DataflowError.is(error)) throw error;
    return {
      words: error.message,
      cancelled: error.reason === 'cancelled',
      unreachable: error.reason === 'unreachable',
    };
  }
}

/** The sandbox's receiver listens on another port each time it starts, but is the same. */
function isSameService(before: string, now: string): boolean {
  if (before === now) return true;
  const [a, b] = [new URL(before), new URL(now)];
  return isLoopback(a) && isLoopback(b) && a.pathname === b.pathname;
}

/** A body may only go again to where it went, whatever the settings say now. */
function checkEndpoint(sending: SendingEntry, journal: Journal, receiver: Receiver): void {
  const started = journal.started(sending.submission);
  if (started !== undefined && isSameService(started.endpoint, receiver.endpoint)) return;
  throw new DataflowError(
    'configuration',
    `Submission ${sending.submission} was sent to ${started?.endpoint ?? 'an address that the journal does not name'}, but the settings now name ${receiver.endpoint}. Nothing was sent. Set the endpoint and local authority code of that submission, then resume.`,
  );
}

async function sendAgain(
  sending: SendingEntry,
  audited: AuditedSubmission | null,
  journal: Journal,
  tools: ResumeTools,
  tally: Tally,
  context: JobContext,
): Promise<Stop | null> {
  const { batch, members } = sending;
  const body = (await audited?.readBody(sending.body.file)) ?? null;
  if (audited === null || body === null || sha256(body) !== sending.body.sha256) {
    throw new DataflowError(
      'storage',
      `The kept body of batch ${batch} of submission ${sending.submission} is missing or was changed, so it cannot be sent again as it was. Nothing was sent now. Restore the audit folder from a backup, then resume.`,
    );
  }
  const attempt = audited.tally.nextAttempt(batch);
  const children = members.map((member) => member.personId);
  await audited.event('sending-again', { batch, attempt, first: sending.attempt, children, request: sending.body });
  tally.batches += 1;
  const tell = (words: string) => context.progress({ phase: 'Settling', message: words });
  const watch = exchangeWatcher({ audited, tell }, batch, attempt);
  const outcome = await tools.receiver.post(body, members.length, watch.watcher, context.signal);
  const at = context.now().toISOString();
  const recorder = { journal, source: tools.source };
  const key = { batch, attempt: sending.attempt };
  if (outcome.kind === 'accepted') {
    const accepted = members.flatMap(({ personId }, index) => {
      const receipt = outcome.receipts[index];
      return receipt === undefined ? [] : [{ personId, receipt: receipt.text }];
    });
    const answer = { accepted, rejected: [], at };
    await journal.answered(sending, answer);
    tally.accepted += accepted.length;
    await audited.event('accepted', { ...key, receipts: accepted });
    const states = tools.source.keepsState ? await journal.states(sending) : [];
    await recordAnswer(recorder, sending, answer, states);
    return null;
  }
  if (outcome.kind === 'unsettled') {
    // Whatever came of this try, the first one may have been carried out: the doubt stays.
    await audited.event('in-doubt', { ...key, children, words: outcome.words });
    return stopOf(outcome);
  }
  const rejected = outcome.kind === 'invalid' ? blamed(outcome.text, sending, body) : [];
  if (rejected.length === 0) {
    await journal.withdrawn(sending, outcome.kind);
    await audited.event('not-taken', { ...key, children, words: 'refused as a whole; the children wait to be sent' });
    return null;
  }
  const answer = { accepted: [], rejected: rejected.map(({ personId, message }) => ({ personId, message })), at };
  await journal.answered(sending, answer);
  tally.rejected.push(...rejected);
  await audited.event('rejected', { ...key, children: rejected });
  await recordAnswer(recorder, sending, answer, []);
  return null;
}

function blamed(text: string, sending: SendingEntry, body: Buffer): RejectedChild[] {
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  const elements: JsonObject[] = Array.isArray(parsed) ? parsed.filter(isJsonObject) : [];
  const rejected = new Map<string, RejectedChild>();
  for (const { index, words, path } of refusedChildren(text, sending.members.length)) {
    const personId = sending.members[index]?.personId;
    if (personId === undefined || rejected.has(personId)) continue;
    rejected.set(personId, { personId, message: maskPersonal(words, elements), path });
  }
  return [...rejected.values()];
}
