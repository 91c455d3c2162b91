import { rm } from 'node:fs/promises';
import { DataflowError } from '../core/errors.ts';
import { advanceSandbox } from '../sandbox/advance.ts';
import type { JobFunction } from './jobFunction.ts';
import { openSandbox, sandboxFiles } from './sandbox.ts';
import { findSandboxReceiver, ownSandboxReceiver, startSandboxReceiver } from './sandboxReceiver.ts';

/** Makes the sandbox's SSD when there is none, or anew. */
export const sandboxPrepareJob: JobFunction<'sandboxPrepare'> = async (input, scope) => {
  const { dataFolder } = scope.environment;
  if (input.reset === true && (await findSandboxReceiver(dataFolder)) !== null) {
    throw new DataflowError(
      'locked',
      'The sandbox receiver is running, and a reset empties its store. Nothing was changed. Stop the receiver first.',
    );
  }
  const { database, children, created } = await openSandbox(dataFolder, input, scope.context);
  if (input.reset === true) await rm(sandboxFiles(dataFolder).receiver, { force: true });
  return { database, children, created };
};

/** Lets days pass in the sandbox's SSD. */
export const sandboxAdvanceJob: JobFunction<'sandboxAdvance'> = async (input, scope) => {
  const sandbox = await openSandbox(scope.environment.dataFolder, {}, scope.context);
  // The sandbox's own day is the seed, so that the same sandbox always goes on in the same way.
  const seed = Number(sandbox.asOf.replaceAll('-', ''));
  const report = await advanceSandbox(sandbox.database, { days: input.days, seed });
  return { changed: new Set(report.events.map((event) => event.personId)).size };
};

/** Starts the local receiver in this process and keeps it until `sandboxStop`. */
export const sandboxStartJob: JobFunction<'sandboxStart'> = async (input, scope) => {
  const { dataFolder } = scope.environment;
  const { database, children } = await openSandbox(dataFolder, {}, scope.context);
  const receiver =
    (await findSandboxReceiver(dataFolder)) ??
    (await startSandboxReceiver(dataFolder, { port: input.port ?? 0, faults: [] }));
  const { endpoint, tokenEndpoint } = receiver;
  return { endpoint, tokenEndpoint, database, children };
};

/** Stops the receiver that `sandboxStart` started in this process. */
export const sandboxStopJob: JobFunction<'sandboxStop'> = async (_input, scope) => {
  const receiver = ownSandboxReceiver(scope.environment.dataFolder);
  await receiver?.close();
  return { stopped: receiver !== undefined };
};
