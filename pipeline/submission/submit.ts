import { type Actor, type AuditedSubmission, type AuditTrail, newSubmissionId } from '../audit/auditTrail.ts';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import type { JobContext } from '../progress.ts';
import { type BatchChild, BatchSender, emptyTally, type Receiver, type Stop, type Tally } from './batchSender.ts';
import { type GateFacts, needsConfirmation } from './gates.ts';
import { HeldBack } from './holds.ts';
import { Journal } from './journal.ts';
import { Pace } from './pace.ts';
import { type DraftPlan, fingerprint, planSubmission, type SubmissionRequest } from './plan.ts';
import { type BlockedChild, type PrepareTools, prepareChild, type SettledChild } from './prepare.ts';
import { ReadAhead } from './readAhead.ts';
import { Recovery } from './recover.ts';
import { makeReport, type SubmissionReportData } from './report.ts';
import type { SubmissionSource } from './source.ts';
import { journalFolder, takeSubmissionLock } from './submissionLock.ts';
import type { SubmissionLog } from './submissionLog.ts';

/** What a submission works with besides its request. */
export interface SubmissionTools {
  readonly source: SubmissionSource;
  readonly receiver: Receiver;
  readonly prepare: PrepareTools;
  readonly trail: AuditTrail;
  readonly files: DurableFiles;
  readonly actor: Actor;
  /** Folder for journals, held-back lists and the sign-off. */
  readonly dataFolder: string;
  readonly gates: Pick<GateFacts, 'purpose' | 'signOff' | 'liveObjections'>;
  /** Milliseconds between the end of a post and the next. */
  readonly gapMilliseconds: number;
  /** Resolves after that many milliseconds, or rejects when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly versions: { readonly spec: string; readonly pack: string | null; readonly tool: string };
  /** Summary table in the SSD database; null where there is none. */
  readonly log: SubmissionLog | null;
}

/**
 * Runs a submission: plans, checks every gate, then sends batch after batch.
 * @param confirmation what the person repeated, where a confirmation is needed
 * @returns the report, also when it stopped early; for a dry run, what would be sent
 * @throws DataflowError `locked` (another submission is running), `in-doubt` (an earlier one must be resumed first),
 *   `refused` (a gate is closed, or no confirmation), and what planning throws; in all these cases nothing was sent
 */
export async function runSubmission(
  request: SubmissionRequest,
  confirmation: string | undefined,
  tools: SubmissionTools,
  context: JobContext,
): Promise<SubmissionReportData> {
  const { source, actor, dataFolder, files, trail } = tools;
  const startedAt = context.now();
  const held = await new HeldBack(dataFolder, source.identity, files, trail).read();
  const plan = () => planSubmission(request, source, tools.prepare, held, tools.gates, context);
  if (request.mode === 'dry-run') {
    const { summary } = await plan();
    const nothing = emptyTally();
    const ending = { id: 'dry-run', startedAt, endedAt: context.now(), stop: null, tally: nothing };
    return makeReport(summary, { ...ending, notAttempted: summary.children, blocked: summary.blocked });
  }
  const folder = journalFolder(dataFolder, source.identity);
  await using _lock = await takeSubmissionLock(folder, source.label, actor, context.now);
  const journal = await Journal.open(folder, files);
  const recovery = new Recovery({ journal, trail, source });
  await recovery.recordAnswered();
  await recovery.finish();
  refuseWhileInDoubt(journal);
  const draft = await plan();
  checkGates(draft, source, confirmation);
  if (draft.summary.children > 0) {
    await tools.receiver.signIn(context.signal, (note) => context.progress({ phase: 'Sending', message: note.words }));
  }
  return send(draft, request, startedAt, journal, tools, context);
}

function refuseWhileInDoubt(journal: Journal): void {
  const inDoubt = journal.open.filter((body) => body.answered === null);
  if (inDoubt.length === 0) return;
  const children = inDoubt.reduce((sum, body) => sum + body.sending.members.length, 0);
  const ids = [...new Set(inDoubt.map((body) => body.sending.submission))].join(', ');
  throw new DataflowError(
    'in-doubt',
    `Submission ${ids} was interrupted, and it is not known whether the DfE took ${children} ${children === 1 ? 'child' : 'children'} of it. Nothing was sent now. Run "resume" first: it sends exactly the same records again, which does no harm, and settles them.`,
  );
}

function checkGates(draft: DraftPlan, source: SubmissionSource, confirmation: string | undefined): void {
  const { summary } = draft;
  if (summary.gates.length > 0) {
    throw new DataflowError('refused', `Nothing was sent. ${summary.gates.join(' ')}`);
  }
  if (!needsConfirmation(summary.mode, source.kind, summary.endpoint)) return;
  if (confirmation === undefined) {
    throw new DataflowError(
      'refused',
      `Nothing was sent. This submission must be confirmed by repeating: ${summary.confirmationText}`,
    );
  }
  if (confirmation.trim() !== summary.confirmationText) {
    throw new DataflowError(
      'refused',
      `Nothing was sent. What was confirmed is not what would be sent now: ${summary.confirmationText}. Look at the plan again, then confirm it.`,
    );
  }
}

async function send(
  draft: DraftPlan,
  request: SubmissionRequest,
  startedAt: Date,
  journal: Journal,
  tools: SubmissionTools,
  context: JobContext,
): Promise<SubmissionReportData> {
  const { summary } = draft;
  const { mode, laCode, endpoint } = summary;
  const id = newSubmissionId(startedAt);
  await journal.start({ submission: id, mode, laCode, endpoint, at: startedAt.toISOString() });
  const audited = await tools.trail.open(id, {
    mode,
    send: summary.send,
    laCode,
    endpoint,
    table: tools.source.identity,
    children: summary.children,
    batches: summary.batches,
    specVersion: tools.versions.spec,
    packVersion: tools.versions.pack,
    toolVersion: tools.versions.tool,
  });
  const tally = emptyTally();
  const blocked = [...summary.blocked];
  const run: Run = { draft, request, journal, audited, tools, tally, blocked, context, dropped: 0 };
  let stop: Stop | null = null;
  try {
    await audited.event('planned', {
      blocked: summary.blocked,
      heldBack: summary.heldBack,
      deletions: summary.deletions,
      settled: draft.settled.length,
    });
    await settle(run, draft.settled);
    stop = await sendAll(run);
  } catch (error) {
    // What was sent stays true although the run could not go on, so it is reported rather than thrown away.
    if (!DataflowError.is(error)) throw error;
    stop = { words: error.message, cancelled: error.reason === 'cancelled', unreachable: false };
  }
  const notRecorded = journal.open.filter((body) => body.sending.submission === audited.id);
  const inDoubt = notRecorded.filter((body) => body.answered === null);
  tally.inDoubt = inDoubt.reduce((sum, body) => sum + body.sending.members.length, 0);
  const done = tally.accepted + tally.rejected.length + tally.inDoubt + (blocked.length - summary.blocked.length);
  const report = makeReport(summary, {
    id: audited.id,
    startedAt,
    endedAt: context.now(),
    stop,
    tally,
    notAttempted: Math.max(0, summary.children - done - run.dropped),
    blocked,
  });
  return close(report, run, stop);
}

/** Everything one run needs, so that its steps can be small functions. */
interface Run {
  readonly draft: DraftPlan;
  readonly request: SubmissionRequest;
  readonly journal: Journal;
  readonly audited: AuditedSubmission;
  readonly tools: SubmissionTools;
  readonly tally: Tally;
  readonly blocked: Omit<BlockedChild, 'kind'>[];
  readonly context: JobContext;
  /** Children that were planned but settled or vanished before their batch was made. */
  dropped: number;
}

async function settle(run: Run, settled: readonly SettledChild[]): Promise<void> {
  const { tools, tally, context, audited } = run;
  for (let at = 0; at < settled.length; at += 500) {
    const some = settled.slice(at, at + 500);
    const when = context.now();
    await tools.source.record(
      some.map(({ personId, note, hash }) => ({ kind: 'settled', personId, note, hash, at: when })),
      context.signal,
    );
    await audited.event('settled', { children: some.map((child) => child.personId) });
    tally.settled += some.length;
  }
}

async function sendAll(run: Run): Promise<Stop | null> {
  const { draft, request, tools, tally, context, journal, audited } = run;
  const { sendIds } = draft;
  const pace = new Pace(tools.gapMilliseconds, tools.sleep, context);
  const tell = (words: string) => context.progress({ phase: 'Sending', message: words });
  const total = Math.ceil(sendIds.length / request.batchSize);
  const ready = new ReadAhead(total, (batch) => {
    const at = (batch - 1) * request.batchSize;
    return makeBatch(run, sendIds.slice(at, at + request.batchSize));
  });
  const sender = new BatchSender({
    receiver: tools.receiver,
    audited,
    journal,
    source: tools.source,
    tally,
    now: context.now,
    signal: context.signal,
    pace,
    whilePosting: () => ready.fetchNext(),
    tell,
  });
  for (let batch = 1; batch <= total; batch += 1) {
    const children = await ready.take(batch);
    pace.tellBefore(batch, total, (batch - 1) * request.batchSize, sendIds.length);
    const stop = await sender.send(batch, children);
    if (stop !== null) return stop;
    pace.tellAfter(batch, total, Math.min(batch * request.batchSize, sendIds.length), sendIds.length);
  }
  return null;
}

/** Reads the children of a batch again: what is sent is what staging holds at that moment, and what changed is checked then. */
async function makeBatch(run: Run, ids: readonly string[]): Promise<readonly BatchChild[]> {
  const children: BatchChild[] = [];
  const late: SettledChild[] = [];
  let found = 0;
  for await (const candidate of run.tools.source.candidates(ids, run.context.signal)) {
    found += 1;
    const isValid = run.draft.validated.get(candidate.personId) === fingerprint(candidate);
    const prepared = prepareChild(candidate, run.tools.prepare, isValid);
    if (prepared.kind === 'send') children.push({ ...prepared, text: JSON.stringify(prepared.element) });
    else if (prepared.kind === 'blocked') {
      const { kind: _kind, ...rest } = prepared;
      run.blocked.push(rest);
    } else late.push(prepared);
  }
  await settle(run, late);
  run.dropped += late.length;
  run.dropped += ids.length - found;
  return children;
}

async function close(report: SubmissionReportData, run: Run, stop: Stop | null): Promise<SubmissionReportData> {
  const { journal, audited } = run;
  try {
    await appendToLog(report, run);
    const { outcome, settled, notAttempted } = report;
    await audited.close({ outcome, settled, notAttempted });
    await journal.ended(audited.id);
    return report;
  } catch (error) {
    if (!DataflowError.is(error)) throw error;
    // Already stopped for a reason of the same kind: the first one is the one to tell.
    return stop !== null ? report : { ...report, outcome: 'stopped', stopReason: error.message };
  }
}

/** The summary in the database is a copy for the authority's convenience: that it fails undoes nothing, but is told. */
async function appendToLog(report: SubmissionReportData, run: Run): Promise<void> {
  const { tools, audited, context } = run;
  try {
    await tools.log?.append({ ...report, ...tools.actor }, AbortSignal.timeout(60_000));
  } catch (error) {
    if (!DataflowError.is(error)) throw error;
    context.progress({ phase: 'Sending', message: error.message });
    await audited.event('log-failed', { words: error.message });
  }
}
