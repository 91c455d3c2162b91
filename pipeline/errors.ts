/** The expected failures of every room live in core, because the sandbox, an independent peer, reports the same way. */
export { DataflowError, type DataflowReason, exitCodeByReason, throwIfCancelled } from '../core/errors.ts';
