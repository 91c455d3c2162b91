import { Worker } from 'node:worker_threads';
import { DataflowError, type DataflowReason } from '../../core/errors.ts';
import type { FromWorker, JobEnvironment, JobInput, JobName, JobResult, ToWorker } from '../../jobs/contract.ts';
import type { ProgressStep } from '../../pipeline/progress.ts';

/** How one run is watched and stopped. */
export interface JobWatch {
  readonly progress: (step: ProgressStep) => void;
  readonly signal: AbortSignal;
}

interface RunningJob {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly progress: (step: ProgressStep) => void;
}

/** Milliseconds that a cancelled job has to stop by itself before its worker thread is ended. */
const cancelGraceMs = 15_000;

/**
 * Runs jobs in a worker thread, so that the extension host stays free. The thread starts with the first job and
 * stays, because the sandbox's receiver lives in it; when it dies, its jobs fail and the next job starts a new one.
 */
export class JobRunner {
  readonly #workerFile: string;
  readonly #onUnexpectedEnd: (error: Error) => void;
  readonly #jobs = new Map<number, RunningJob>();
  #worker: Worker | null = null;
  #lastId = 0;

  /**
   * @param workerFile the bundle that speaks the worker protocol of jobs/contract.ts
   * @param onUnexpectedEnd told when the thread ends although nobody asked for it
   */
  constructor(workerFile: string, onUnexpectedEnd: (error: Error) => void) {
    this.#workerFile = workerFile;
    this.#onUnexpectedEnd = onUnexpectedEnd;
  }

  /**
   * Runs one job to its end.
   * @throws DataflowError with the job's own reason and words; `cancelled` when the signal was aborted
   */
  async run<N extends JobName>(
    name: N,
    input: JobInput<N>,
    environment: JobEnvironment,
    watch: JobWatch,
  ): Promise<JobResult<N>> {
    if (watch.signal.aborted) throw cancelled();
    const id = ++this.#lastId;
    const worker = this.#start();
    let grace: NodeJS.Timeout | undefined;
    const onAbort = () => {
      this.#post(worker, { type: 'cancel', id });
      grace = setTimeout(() => void this.#end(worker, cancelled()), cancelGraceMs);
    };
    watch.signal.addEventListener('abort', onAbort, { once: true });
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        this.#jobs.set(id, { resolve, reject, progress: watch.progress });
        this.#post(worker, { type: 'run', id, name, input, environment });
      });
      // The worker answers with the result type that the contract pairs with this name.
      return result as JobResult<N>;
    } finally {
      clearTimeout(grace);
      watch.signal.removeEventListener('abort', onAbort);
      this.#jobs.delete(id);
    }
  }

  /** Ends the thread; running jobs fail as cancelled. */
  async dispose(): Promise<void> {
    if (this.#worker) await this.#end(this.#worker, cancelled());
  }

  #post(worker: Worker, message: ToWorker): void {
    worker.postMessage(message);
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#workerFile, { name: 'ssd-pipeline' });
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (cause) => this.#lost(worker, cause));
    worker.on('exit', () => this.#lost(worker, undefined));
    return worker;
  }

  #receive(message: FromWorker): void {
    const job = this.#jobs.get(message.id);
    // A job that has ended may still have had a message on its way.
    if (!job) return;
    if (message.type === 'progress') job.progress(message.step);
    else if (message.type === 'done') job.resolve(message.result);
    else job.reject(failure(message.reason, message.message));
  }

  /** The thread ended and nobody had asked for it. */
  #lost(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    const error = stopped(cause);
    this.#onUnexpectedEnd(error);
    void this.#end(worker, error);
  }

  async #end(worker: Worker, error: Error): Promise<void> {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const job of this.#jobs.values()) job.reject(error);
    this.#jobs.clear();
    await worker.terminate();
  }
}

function cancelled(): DataflowError {
  return new DataflowError('cancelled', 'Stopped because you cancelled it.');
}

function stopped(cause: unknown): Error {
  return new Error('The worker thread of the pipeline ended unexpectedly', { cause });
}

const reasons: ReadonlySet<string> = new Set<DataflowReason>([
  'usage',
  'configuration',
  'input',
  'unreachable',
  'refused',
  'locked',
  'in-doubt',
  'storage',
  'cancelled',
  'problems',
]);

function isReason(reason: string): reason is DataflowReason {
  return reasons.has(reason);
}

/** An expected failure keeps its reason; anything else is a fault of ours, whose text may quote data. */
function failure(reason: string, message: string): Error {
  return isReason(reason) ? new DataflowError(reason, message) : new Error(message);
}
