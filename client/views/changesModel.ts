import * as vscode from 'vscode';
import type { ChangedChild, ChangesResult, SourceInput } from '../../jobs/contract.ts';
import type { StagingTable } from '../../pipeline/staging/stagingStore.ts';
import type { Ctx } from '../ctx.ts';
import { setContextKey } from '../platform/contextKeys.ts';

/** Where the listed changes come from. */
export interface ChangesSource {
  readonly source: SourceInput;
  readonly table: StagingTable | undefined;
}

export type ChangeState = ChangedChild['state'];

/** What narrows the list. An empty search and no states hide nothing. */
export interface ChangesFilter {
  readonly states: ReadonlySet<ChangeState>;
  readonly search: string;
  readonly only: 'all' | 'withProblems' | 'heldBack';
}

export const noFilter: ChangesFilter = { states: new Set(), search: '', only: 'all' };

/** The changes that Preview Delta computed last, and how the person wants to see them. */
export class ChangesModel implements vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when the list, the filter or the way of showing has changed. */
  readonly onDidChange = this.#changed.event;
  #from: ChangesSource | null = null;
  #result: ChangesResult | null = null;
  #filter: ChangesFilter = noFilter;
  #asSent = false;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
  }

  /** The computed changes; null before the first preview. */
  get result(): ChangesResult | null {
    return this.#result;
  }

  get from(): ChangesSource | null {
    return this.#from;
  }

  get filter(): ChangesFilter {
    return this.#filter;
  }

  set filter(filter: ChangesFilter) {
    this.#filter = filter;
    setContextKey('ssd:changes:filtered', filter.states.size > 0 || filter.search !== '' || filter.only !== 'all');
    this.#changed.fire();
  }

  /** Whether a child opens as it will be sent instead of previous beside current. */
  get asSent(): boolean {
    return this.#asSent;
  }

  set asSent(asSent: boolean) {
    this.#asSent = asSent;
    setContextKey('ssd:changes:asSent', asSent);
    this.#changed.fire();
  }

  /** The children that the filter lets through, in order of id. */
  visible(): readonly ChangedChild[] {
    const { states, search, only } = this.#filter;
    const words = search.toLowerCase();
    return (this.#result?.children ?? []).filter((child) => {
      if (states.size > 0 && !states.has(child.state)) return false;
      if (only === 'withProblems' && child.errors + child.warnings === 0) return false;
      if (only === 'heldBack' && child.heldBack === null) return false;
      if (words === '') return true;
      return child.personId.toLowerCase().includes(words) || child.summary.some((s) => s.toLowerCase().includes(words));
    });
  }

  child(personId: string): ChangedChild | undefined {
    return this.#result?.children.find((child) => child.personId === personId);
  }

  /** Takes over a computed list. */
  show(from: ChangesSource, result: ChangesResult): void {
    this.#from = from;
    this.#result = result;
    setContextKey('ssd:changes:loaded', true);
    this.#changed.fire();
  }

  /** Forgets the list when it came from another connection than the one that is in use now. */
  keepOnlyFrom(connection: string | undefined): void {
    if (this.#from === null || this.#from.source.connection === connection) return;
    this.#from = null;
    this.#result = null;
    setContextKey('ssd:changes:loaded', false);
    this.#changed.fire();
  }

  /** Computes the list again from the same source, after a hold or a submission; does nothing before the first one. */
  async reload(): Promise<void> {
    const from = this.#from;
    if (from === null) return;
    this.show(from, await this.#ctx.runQuietJob('changes', changesInput(from)));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** The input of the jobs that read staged changes. */
export function changesInput(from: ChangesSource): SourceInput & { table?: StagingTable } {
  return from.table === undefined ? from.source : { ...from.source, table: from.table };
}
