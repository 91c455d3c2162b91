import type { Command } from 'commander';
import type { Runtime } from './runtime.ts';

/** Sets the exit code of the command that ran. */
export type Finish = (code: number) => void;

/** Adds one command to the program. Actions may throw DataflowError; everything else is a fault of ours. */
export type AddCommand = (program: Command, runtime: Runtime, finish: Finish) => void;
