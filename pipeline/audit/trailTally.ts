import type { ChainEvent, EventData } from './chain.ts';

/** A body that the trail says was about to be posted, and of which it does not say what became of it. */
export interface UnsettledBody {
  readonly batch: number;
  readonly attempt: number;
  readonly children: readonly string[];
}

function idsIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  const ids: string[] = [];
  for (const item of list) {
    const id: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, 'personId') : item;
    if (typeof id === 'string') ids.push(id);
  }
  return ids;
}

/** Adds up what the events of one submission say, child by child. */
export class TrailTally {
  readonly #accepted = new Set<string>();
  readonly #rejected = new Set<string>();
  readonly #unsettled = new Map<string, UnsettledBody>();
  readonly #lastAttempt = new Map<number, number>();

  static of(events: readonly ChainEvent[]): TrailTally {
    const tally = new TrailTally();
    for (const { event, data } of events) tally.add(event, data);
    return tally;
  }

  add(event: string, data: EventData): void {
    const { batch, attempt } = data;
    if (typeof batch !== 'number' || typeof attempt !== 'number') return;
    this.#lastAttempt.set(batch, Math.max(attempt, this.#lastAttempt.get(batch) ?? 0));
    const key = `${batch}/${attempt}`;
    switch (event) {
      case 'sending':
        this.#unsettled.set(key, { batch, attempt, children: idsIn(data.children) });
        break;
      case 'accepted':
      case 'recovered':
        for (const id of idsIn(data.receipts)) this.#accepted.add(id);
        for (const id of idsIn(data.rejected)) this.#rejected.add(id);
        this.#unsettled.delete(key);
        break;
      case 'rejected':
        for (const id of idsIn(data.children)) this.#rejected.add(id);
        this.#unsettled.delete(key);
        break;
      case 'split':
      case 'not-taken':
        this.#unsettled.delete(key);
        break;
    }
  }

  get counts(): { readonly accepted: number; readonly rejected: number; readonly inDoubt: number } {
    const inDoubt = this.unsettled.reduce((sum, body) => sum + body.children.length, 0);
    return { accepted: this.#accepted.size, rejected: this.#rejected.size, inDoubt };
  }

  get unsettled(): readonly UnsettledBody[] {
    return [...this.#unsettled.values()];
  }

  /** A number for the next attempt at a batch that no earlier one has. */
  nextAttempt(batch: number): number {
    return (this.#lastAttempt.get(batch) ?? 0) + 1;
  }
}
