/**
 * A submission in a process of its own that kills itself (SIGKILL) at a chosen step: before, in the middle of or after
 * a write, and before or after a post or a write to staging. Run by crash.test.ts with its options as JSON.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DurableFiles, durableFiles } from '../../pipeline/files/durableFiles.ts';
import { resumeSubmission } from '../../pipeline/submission/resume.ts';
import type { SubmissionTools } from '../../pipeline/submission/submit.ts';
import { runSubmission } from '../../pipeline/submission/submit.ts';
import { clientFor, openWorkplace, policyFor, requestFor } from './submissionHarness.ts';
import { unflushedFiles } from './unflushedFiles.ts';

/** What the test passes as the only argument. */
export interface KillableOptions {
  readonly folder: string;
  readonly base: string;
  readonly tokenAddress: string;
  readonly what: 'submit' | 'resume';
  /** Step to die at, from 1; beyond the last step the run completes and prints how many there are. */
  readonly killAt: number;
  /** Whether writes are flushed to disk, as in the product. */
  readonly flush: boolean;
}

const options = JSON.parse(process.argv[2] ?? '{}') as KillableOptions;
const real = options.flush ? durableFiles : unflushedFiles;
let step = 0;

/** One place where the process may die. `partly` leaves what a write that was cut short would leave. */
function point(partly?: () => void): void {
  step += 1;
  if (step !== options.killAt) return;
  partly?.();
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment to arrive; nothing more may happen in it.
  for (;;);
}

const files: DurableFiles = {
  ...real,
  async append(file, text) {
    point();
    point(() => {
      mkdirSync(path.dirname(file), { recursive: true });
      appendFileSync(file, text.slice(0, Math.ceil(text.length / 2)));
    });
    await real.append(file, text);
    point();
  },
  async replace(file, bytes) {
    point(() => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(`${file}.1.part`, bytes.subarray(0, bytes.length / 2));
    });
    await real.replace(file, bytes);
    point();
  },
  async truncate(file, size) {
    point();
    await real.truncate(file, size);
    point();
  },
  async remove(file) {
    point();
    await real.remove(file);
    point();
  },
};

const work = await openWorkplace({ folder: options.folder, files });
const client = clientFor(options, policyFor(work.clock));
const receiver: SubmissionTools['receiver'] = {
  endpoint: client.endpoint,
  signIn: (...parameters) => client.signIn(...parameters),
  async post(...parameters) {
    point();
    const outcome = await client.post(...parameters);
    point();
    return outcome;
  },
};
const tools = work.tools(receiver);
const source: SubmissionTools['source'] = {
  ...tools.source,
  async record(...parameters) {
    point();
    await tools.source.record(...parameters);
    point();
  },
};
const all = { ...tools, source };
if (options.what === 'submit') {
  await runSubmission(requestFor(client, { batchSize: 3 }), undefined, all, work.context());
} else await resumeSubmission(all, work.context());
await client[Symbol.asyncDispose]();
await work[Symbol.asyncDispose]();
process.stdout.write(`${step}`);
