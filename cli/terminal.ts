import { once } from 'node:events';
import type { ProgressStep } from '../pipeline/progress.ts';

/** Where a command writes: results to stdout, progress and messages to stderr. Injected so that tests can read them. */
export interface Terminal {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  /** Whether stderr is a terminal, so that progress may be redrawn in place. */
  readonly interactive: boolean;
}

/** Writes text to stdout and waits when the reader is slow. A reader that went away (`| head`) is not an error. */
export async function writeOut(terminal: Terminal, text: string): Promise<void> {
  if (!terminal.out.write(text)) await once(terminal.out, 'drain');
}

/** Writes one line to stderr. */
export function say(terminal: Terminal, line: string): void {
  terminal.err.write(`${line}\n`);
}

/** Shows progress: redrawn in place on a terminal, one line for each phase elsewhere. Call `end` before other output. */
export class ProgressDisplay {
  readonly #terminal: Terminal;
  #phase = '';
  #drawn = false;
  #last = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(step: ProgressStep): void {
    const amount = step.done === undefined ? '' : ` ${step.done}${step.total === undefined ? '' : ` of ${step.total}`}`;
    const line = `${step.phase}${amount}${step.unit && step.done !== undefined ? ` ${step.unit}` : ''}${step.message ? `: ${step.message}` : ''}`;
    if (this.#terminal.interactive) {
      const now = Date.now();
      // Ten redraws a second are enough for an eye; more would slow the job down.
      if (this.#phase === step.phase && now - this.#last < 100) return;
      this.#last = now;
      this.#terminal.err.write(`\r\u001B[2K${line}`);
      this.#drawn = true;
    } else if (this.#phase !== step.phase) say(this.#terminal, step.phase);
    this.#phase = step.phase;
  }

  end(): void {
    if (this.#drawn) this.#terminal.err.write('\r\u001B[2K');
    this.#drawn = false;
  }
}
