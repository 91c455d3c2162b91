import { describe, expect, it } from 'vitest';
import { createBreather, Scheduler, type Timers } from '../../../server/scheduler.ts';

/** Timers whose time passes when the test says so. */
function handTimers(): Timers & { pass(milliseconds: number): void } {
  let now = 0;
  let waiting: { due: number; run: () => void }[] = [];
  return {
    after(milliseconds, run) {
      const entry = { due: now + milliseconds, run };
      waiting.push(entry);
      return {
        cancel: () => {
          waiting = waiting.filter((other) => other !== entry);
        },
      };
    },
    pass(milliseconds) {
      now += milliseconds;
      const due = waiting.filter((entry) => entry.due <= now);
      waiting = waiting.filter((entry) => entry.due > now);
      for (const entry of due) entry.run();
    },
  };
}

describe('Scheduler', () => {
  it('runs the newest task of a key once its delay has passed', () => {
    const timers = handTimers();
    const scheduler = new Scheduler(timers);
    const ran: string[] = [];
    const task = (name: string) => async () => {
      ran.push(name);
    };
    scheduler.schedule('a', 40, task('a1'));
    scheduler.schedule('b', 40, task('b1'));
    timers.pass(30);
    scheduler.schedule('a', 40, task('a2'));
    timers.pass(30);
    expect(ran).toEqual(['b1']);
    timers.pass(30);
    expect(ran).toEqual(['b1', 'a2']);
  });

  it('aborts the task that runs when a newer one comes, and leaves other keys alone', () => {
    const timers = handTimers();
    const scheduler = new Scheduler(timers);
    const signals = new Map<string, AbortSignal>();
    const forever = (name: string) => (signal: AbortSignal) => {
      signals.set(name, signal);
      return new Promise<void>(() => {});
    };
    scheduler.schedule('a', 0, forever('a'));
    scheduler.schedule('b', 0, forever('b'));
    timers.pass(0);
    scheduler.schedule('a', 0, forever('a2'));
    expect([signals.get('a')?.aborted, signals.get('b')?.aborted]).toEqual([true, false]);
    scheduler.dispose();
    expect(signals.get('b')?.aborted).toBe(true);
  });
});

describe('createBreather', () => {
  it('lets what waits on the event loop run when the slice is used up', async () => {
    const breathe = createBreather(0);
    const order: string[] = [];
    setImmediate(() => order.push('other'));
    await breathe();
    order.push('after');
    expect(order).toEqual(['other', 'after']);
  });

  it('does not wait while the slice lasts', () => {
    expect(createBreather(60_000)()).toBeUndefined();
  });
});
