import path from 'node:path';
import { childDelta, defaultDeltaOptions } from '../core/delta/delta.ts';
import { DataflowError } from '../core/errors.ts';
import { createValidator } from '../core/rules/validator.ts';
import packageJson from '../package.json' with { type: 'json' };
import { calendarDate } from '../pipeline/extract/cohortWindow.ts';
import { durableFiles } from '../pipeline/files/durableFiles.ts';
import type { Receiver } from '../pipeline/submission/batchSender.ts';
import { failedIds } from '../pipeline/submission/failedIds.ts';
import { HeldBack } from '../pipeline/submission/holds.ts';
import { planSubmission, type SubmissionRequest } from '../pipeline/submission/plan.ts';
import type { PrepareTools } from '../pipeline/submission/prepare.ts';
import { resumeSubmission } from '../pipeline/submission/resume.ts';
import { readSignOff, unattendedObjection } from '../pipeline/submission/signOff.ts';
import { fileSource, type SubmissionSource, stagingSource } from '../pipeline/submission/source.ts';
import { runSubmission } from '../pipeline/submission/submit.ts';
import type { SubmissionPlan, SubmitInput } from './contract.ts';
import type { JobFunction } from './jobFunction.ts';
import { readPayloadChildren } from './payloadChildren.ts';
import { type Destination, openDestination, pause } from './receiver.ts';
import { sandboxName } from './sandbox.ts';
import { asOfDate, type JobScope } from './scope.ts';
import { connectionName, extractSource, type OpenSource, openSource, openStaging, tableFor } from './source.ts';
import { applyRetention, currentActor, openTrail } from './trail.ts';

/** Everything that planning or sending needs, open. */
interface Workplace {
  readonly source: SubmissionSource;
  /** Null for a file. */
  readonly from: OpenSource | null;
  readonly destination: Destination;
  readonly prepare: PrepareTools;
  readonly request: SubmissionRequest;
  /** Keeps other computers from submitting from the same table; null where none can reach it. */
  readonly lock: ((signal: AbortSignal) => Promise<AsyncDisposable>) | null;
}

function prepareTools(scope: JobScope, input: SubmitInput, asOf: string): PrepareTools {
  const { settings } = scope;
  const validator = createValidator({
    spec: settings.spec,
    asOf,
    severities: settings.validation.rules,
    // What is staged is whole; a file may hold deltas and deletions, which are told child by child.
    ...(input.file === undefined ? { kind: 'full' as const } : {}),
  });
  return {
    send: input.send ?? settings.send,
    validate: (child) => validator.validateChild(child),
    delta: (previous, current) => childDelta(previous, current, { ...defaultDeltaOptions, spec: settings.spec }),
  };
}

/** Opens source and destination for a submission, and closes both whatever happens. */
async function atWork<T>(scope: JobScope, input: SubmitInput, work: (place: Workplace) => Promise<T>): Promise<T> {
  if (input.file !== undefined) {
    const source = fileSource({
      identity: `file:${path.resolve(input.file)}`,
      label: path.basename(input.file),
      children: await readPayloadChildren(input.file, scope.context.signal),
    });
    const destination = await openDestination(scope, input.mode, {
      isSandbox: connectionName(scope, input) === sandboxName,
      live: false,
    });
    return workAndClose(scope, input, { source, from: null, destination, asOf: asOfDate(scope), lock: null }, work);
  }
  const from = await openSource(scope, input);
  try {
    const table = input.table ?? (input.mode === 'live' ? 'live' : tableFor(scope, from, undefined));
    await using store = await openStaging(scope, from, table);
    const found = await store.check(scope.context.signal);
    if (!found.exists || found.missingColumns.length > 0) {
      throw new DataflowError(
        'configuration',
        `The staging table ${store.identity} does not exist or lacks columns. Nothing was sent. Run the staging step first.`,
      );
    }
    const destination = await openDestination(scope, input.mode, { isSandbox: from.isSandbox, live: table === 'live' });
    const asOf = scope.settings.validation.asOf ?? from.runDate;
    const failed = input.failedOnly === true ? { personIds: await failedIds(store, scope.context.signal) } : {};
    const lock = store.lockSubmission?.bind(store) ?? null;
    const open = { source: stagingSource(store), from, destination, asOf, lock };
    return await workAndClose(scope, { ...input, ...failed }, open, work);
  } finally {
    await from.close();
  }
}

async function workAndClose<T>(
  scope: JobScope,
  input: SubmitInput,
  open: Pick<Workplace, 'source' | 'from' | 'destination' | 'lock'> & { readonly asOf: string },
  work: (place: Workplace) => Promise<T>,
): Promise<T> {
  const { destination } = open;
  try {
    const request: SubmissionRequest = {
      mode: input.mode,
      laCode: destination.laCode,
      laName: destination.laName,
      endpoint: destination.endpoint,
      batchSize: scope.settings.batchSize,
      ...(input.personIds === undefined ? {} : { personIds: input.personIds }),
    };
    return await work({ ...open, request, prepare: prepareTools(scope, input, open.asOf) });
  } finally {
    await destination.close();
  }
}

async function gatesFor(scope: JobScope, place: Workplace) {
  return {
    purpose: place.from?.connection.purpose ?? null,
    signOff: await readSignOff(scope.environment.dataFolder, durableFiles),
    liveObjections: scope.environment.liveObjections ?? [],
  };
}

async function planAt(scope: JobScope, place: Workplace): Promise<SubmissionPlan> {
  const trail = openTrail(scope);
  const held = await new HeldBack(scope.environment.dataFolder, place.source.identity, durableFiles, trail).read();
  const gates = await gatesFor(scope, place);
  return (await planSubmission(place.request, place.source, place.prepare, held, gates, scope.context)).summary;
}

/** What a submission would do. Sends nothing. */
export const planJob: JobFunction<'plan'> = (input, scope) => atWork(scope, input, (place) => planAt(scope, place));

/**
 * The confirmation of a live submission that runs unattended: that of its own plan, if the sign-off covers the plan.
 * Should more children be waiting by the time it starts, the confirmation no longer fits and nothing is sent.
 */
async function standingConfirmation(scope: JobScope, place: Workplace): Promise<string> {
  const plan = await planAt(scope, place);
  const signOff = await readSignOff(scope.environment.dataFolder, durableFiles);
  const objection = unattendedObjection(signOff, plan, calendarDate(scope.context.now()));
  if (objection !== null) throw new DataflowError('refused', `Nothing was sent. ${objection}`);
  return plan.confirmationText;
}

/** A dry run has no receiver; asking it for anything would be a fault of ours. */
const noReceiver: Receiver = {
  endpoint: '',
  signIn: () => Promise.reject(new TypeError('A dry run does not sign in')),
  post: () => Promise.reject(new TypeError('A dry run does not post')),
};

/** Sends, or tells what would be sent. */
export const submitJob: JobFunction<'submit'> = (input, scope) =>
  atWork(scope, input, async (place) => {
    const { environment, context, settings } = scope;
    const from = input.file === undefined ? await extractSource(scope, input) : null;
    const unattended = input.unattended === true && input.mode === 'live';
    await using _others = input.mode === 'dry-run' ? null : await place.lock?.(context.signal);
    const report = await runSubmission(
      place.request,
      unattended ? await standingConfirmation(scope, place) : input.confirmation,
      {
        source: place.source,
        receiver: place.destination.client ?? noReceiver,
        prepare: place.prepare,
        trail: openTrail(scope),
        files: durableFiles,
        actor: currentActor(),
        dataFolder: environment.dataFolder,
        gates: await gatesFor(scope, place),
        gapMilliseconds: place.from?.isSandbox === true ? 0 : settings.batchGapMs,
        sleep: pause,
        versions: {
          spec: settings.spec,
          pack: from?.kind === 'pack' ? from.pack.hash : null,
          tool: packageJson.version,
        },
        log: (await place.from?.connection.openSubmissionLog?.(context.signal)) ?? null,
      },
      context,
    );
    if (input.mode !== 'dry-run' && !context.signal.aborted) await applyRetention(scope);
    return report;
  });

/** Settles what an interrupted submission left in doubt. */
export const resumeJob: JobFunction<'resume'> = (input, scope) => {
  const live = input.table === 'live' || (input.table === undefined && scope.settings.table === 'live');
  const submit: SubmitInput = { ...input, mode: input.mode ?? (live ? 'live' : 'test') };
  return atWork(scope, submit, async (place) => {
    await using _others = await place.lock?.(scope.context.signal);
    return await resumeSubmission(
      {
        source: place.source,
        receiver: place.destination.client ?? noReceiver,
        trail: openTrail(scope),
        files: durableFiles,
        actor: currentActor(),
        dataFolder: scope.environment.dataFolder,
      },
      scope.context,
    );
  });
};
