import type { ServerMessage } from './tokens.ts';

/** What a fault does: close the socket, never answer, or answer with an error. */
export type FaultAction = 'drop' | 'stall' | ServerMessage;

/**
 * A fault to be injected.
 * - `login`: when a client logs in
 * - `request`: before a message of the client is carried out
 * - `answer`: after it was carried out, before a byte of the answer is sent
 * - `row`: before the given row of an answer is sent
 */
export interface Fault {
  readonly at: 'login' | 'request' | 'answer' | 'row';
  /** Only messages whose text matches; all without it. */
  readonly matches?: RegExp;
  /** How many matching events pass before the fault strikes. */
  readonly skip?: number;
  /** How often it strikes after that; once by default. */
  readonly times?: number;
  readonly action: FaultAction;
}

/** The faults that wait to happen, and what came by so far. */
export class FaultPlan {
  #faults: { readonly fault: Fault; seen: number }[] = [];
  #struck = 0;

  /** How many faults have struck since the plan was made. */
  get struck(): number {
    return this.#struck;
  }

  add(fault: Fault): void {
    this.#faults.push({ fault, seen: 0 });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The action for this event, if a fault strikes now. */
  strike(at: Fault['at'], text: string): FaultAction | undefined {
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (fault.at !== at || (fault.matches !== undefined && !fault.matches.test(text))) continue;
      entry.seen++;
      const skip = fault.skip ?? 0;
      if (entry.seen <= skip || entry.seen > skip + (fault.times ?? 1)) continue;
      this.#struck++;
      return fault.action;
    }
    return undefined;
  }
}
