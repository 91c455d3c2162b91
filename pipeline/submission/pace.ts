import { DataflowError, throwIfCancelled } from '../errors.ts';
import type { JobContext } from '../progress.ts';

/** Keeps the gap between posts and tells how far the submission is, how fast, and how long it may still take. */
export class Pace {
  readonly #gap: number;
  readonly #sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly #context: JobContext;
  readonly #began: number;
  #lastEnd: number | null = null;

  /** @param gap milliseconds between the end of one post and the begin of the next */
  constructor(gap: number, sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>, context: JobContext) {
    this.#gap = gap;
    this.#sleep = sleep;
    this.#context = context;
    this.#began = context.now().getTime();
  }

  /** Says that a post has ended: the gap begins. What is recorded meanwhile is no extra wait. */
  postEnded(): void {
    this.#lastEnd = this.#context.now().getTime();
  }

  /** Waits until the gap since the last post is over; at once the first time. Cancelling ends the wait. */
  async wait(): Promise<void> {
    const { signal, now } = this.#context;
    const last = this.#lastEnd;
    // A clock that was set back must not stretch the gap.
    const passed = last === null ? this.#gap : Math.max(0, now().getTime() - last);
    if (passed < this.#gap && !signal.aborted) {
      try {
        await this.#sleep(this.#gap - passed, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  tellBefore(batch: number, batches: number, done: number, total: number): void {
    this.#context.progress({
      phase: 'Sending',
      done,
      total,
      unit: 'children',
      message: `Sending batch ${batch} of ${batches}`,
    });
  }

  tellAfter(batch: number, batches: number, done: number, total: number): void {
    const seconds = (this.#context.now().getTime() - this.#began) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const left = rate > 0 ? (total - done) / rate : 0;
    const words = `Batch ${batch} of ${batches} done, ${rate.toFixed(rate < 10 ? 1 : 0)} children a second, ${timeLeft(left)}`;
    this.#context.progress({ phase: 'Sending', done, total, unit: 'children', message: words });
  }
}

function timeLeft(seconds: number): string {
  if (seconds < 1) return 'almost done';
  if (seconds < 90) return `about ${Math.round(seconds)} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}

/** A sleep on Node's timers that ends with the signal. For the front ends; tests give their own. */
export async function realSleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DataflowError('cancelled', 'Stopped because you cancelled it.'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
