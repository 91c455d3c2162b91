import type * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';

/** The extension's log channel. Only this room writes to it, so that one place decides what may be written. */
export interface Log {
  info(message: string): void;
  error(message: string, error: unknown): void;
  show(): void;
}

/**
 * Wraps a log output channel. Expected failures are logged by their text, which is free of personal values;
 * of an unexpected error only its name and the frames of its stack are kept, because its message may quote data.
 */
export function createLog(channel: vscode.LogOutputChannel): Log {
  return {
    info: (message) => channel.info(message),
    error: (message, error) => channel.error(`${message}: ${describe(error)}`),
    show: () => channel.show(true),
  };
}

function describe(error: unknown): string {
  if (DataflowError.is(error)) return `${error.reason}: ${error.message}`;
  if (!(error instanceof Error)) return 'an error without details';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join('\n');
}
