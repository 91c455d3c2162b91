/** Why an operation could not be done, in terms that decide the exit code and the help that is offered. */
export type DataflowReason =
  | 'usage'
  | 'configuration'
  | 'input'
  | 'unreachable'
  | 'refused'
  | 'locked'
  | 'in-doubt'
  | 'storage'
  | 'cancelled'
  | 'problems';

/** Exit codes of the command line (docs/architecture.md): 1 problems, 2 usage or configuration, 3 service, 130 interrupted. */
export const exitCodeByReason: Readonly<Record<DataflowReason, number>> = {
  usage: 2,
  configuration: 2,
  input: 2,
  unreachable: 3,
  refused: 3,
  locked: 1,
  'in-doubt': 1,
  storage: 3,
  cancelled: 130,
  problems: 1,
};

/**
 * An expected failure. The message is a plain-English paragraph for the person: what failed, what was and was not
 * done, and the next step. It holds no secret, no connection string and no value from a child's record.
 */
export class DataflowError extends Error {
  readonly reason: DataflowReason;

  constructor(reason: DataflowReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DataflowError';
    this.reason = reason;
  }

  static is(error: unknown, reason?: DataflowReason): error is DataflowError {
    return error instanceof DataflowError && (reason === undefined || error.reason === reason);
  }
}

/** Throws the `cancelled` error when the signal is aborted. Call at loop heads and after each await. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DataflowError('cancelled', 'Stopped because you cancelled it.');
}
