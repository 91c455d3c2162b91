/** Timers as the scheduler needs them, so that tests decide when time passes. */
export interface Timers {
  after(milliseconds: number, run: () => void): { cancel(): void };
}

/** The timers of the JavaScript host. */
export const systemTimers: Timers = {
  after(milliseconds, run) {
    const handle = setTimeout(run, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  },
};

interface Slot {
  readonly controller: AbortController;
  readonly timer: { cancel(): void };
}

/**
 * Runs at most one task per key: a newer task for a key replaces one that waits and aborts one that runs. Tasks of
 * different keys do not wait for each other; long ones share the event loop through `createBreather`.
 */
export class Scheduler {
  readonly #slots = new Map<string, Slot>();
  readonly #timers: Timers;

  constructor(timers: Timers = systemTimers) {
    this.#timers = timers;
  }

  /** Runs `task` after `delay` milliseconds unless a newer task or `cancel` for the same key comes first. */
  schedule(key: string, delay: number, task: (signal: AbortSignal) => Promise<void>): void {
    this.cancel(key);
    const controller = new AbortController();
    const timer = this.#timers.after(delay, () => {
      void task(controller.signal).finally(() => {
        if (this.#slots.get(key)?.controller === controller) this.#slots.delete(key);
      });
    });
    this.#slots.set(key, { controller, timer });
  }

  cancel(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    slot.timer.cancel();
    slot.controller.abort();
  }

  /** Stops everything. */
  dispose(): void {
    for (const key of [...this.#slots.keys()]) this.cancel(key);
  }
}

/**
 * Time that one task may hold the event loop before it lets others in, in milliseconds. A request that arrives
 * meanwhile waits for at most one such slice of every task under way.
 */
export const sliceMilliseconds = 5;

/**
 * A function that returns undefined while the current slice of time lasts, and then a promise that resolves after the
 * event loop has served what waited (messages, other tasks). `now` is a clock in milliseconds.
 */
export function createBreather(
  slice = sliceMilliseconds,
  now: () => number = () => performance.now(),
): () => Promise<void> | undefined {
  let started = now();
  return () => {
    if (now() - started < slice) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        started = now();
        resolve();
      });
    });
  };
}
