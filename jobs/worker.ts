import { isMainThread, parentPort } from 'node:worker_threads';
import { DataflowError } from '../core/errors.ts';
import type { FromWorker, JobEnvironment, JobInput, JobName, ToWorker } from './contract.ts';
import { jobNames, runJob } from './runJob.ts';

/** Jobs that run now, by the id that the extension host gave them. */
const running = new Map<number, AbortController>();

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isToWorker(value: unknown): value is ToWorker {
  if (!isRecord(value) || typeof value.id !== 'number') return false;
  if (value.type === 'cancel') return true;
  return value.type === 'run' && jobNames.some((name) => name === value.name) && isRecord(value.environment);
}

function describe(error: unknown): { reason: string; message: string } {
  if (DataflowError.is(error)) return { reason: error.reason, message: error.message };
  const detail = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : 'an unknown error';
  return { reason: 'bug', message: `Something went wrong inside the extension (${detail}). Nothing more was done.` };
}

async function run<N extends JobName>(
  id: number,
  name: N,
  input: JobInput<N>,
  environment: JobEnvironment,
  send: (message: FromWorker) => void,
): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  try {
    const context = {
      progress: (step: import('../pipeline/progress.ts').ProgressStep) => send({ type: 'progress', id, step }),
      signal: abort.signal,
      now: () => new Date(),
    };
    send({ type: 'done', id, result: await runJob(name, input, environment, context) });
  } catch (error) {
    send({ type: 'failed', id, ...describe(error) });
  } finally {
    running.delete(id);
  }
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  port.on('message', (message: unknown) => {
    if (!isToWorker(message)) return;
    if (message.type === 'cancel') running.get(message.id)?.abort();
    else {
      // The input was made by the typed side of this contract in the same release; each job checks what it uses.
      const input = message.input as JobInput<typeof message.name>;
      void run(message.id, message.name, input, message.environment, (reply) => port.postMessage(reply));
    }
  });
}
