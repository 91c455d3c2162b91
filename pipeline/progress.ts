/** One step of progress. `done` and `total` count `unit`s; `total` is absent while it is not known. */
export interface ProgressStep {
  readonly phase: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
  readonly message?: string;
}

/** What every long job receives: where to report, when to stop, what time it is. */
export interface JobContext {
  readonly progress: (step: ProgressStep) => void;
  readonly signal: AbortSignal;
  /** The clock, injected so that tests can pin it. */
  readonly now: () => Date;
}
