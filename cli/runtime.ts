import os from 'node:os';
import path from 'node:path';
import type { JobEnvironment } from '../jobs/contract.ts';
import type { JobContext } from '../pipeline/progress.ts';
import { ProgressDisplay, type Terminal } from './terminal.ts';

/** Flags that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly config?: string;
}

/** What a command runs in. */
export interface Runtime {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

/**
 * Folder for the audit trail, journal, local staging store and sandbox: `--data-dir`, else `SSD_DATA_FOLDER`, else
 * the platform's place for a user's application state. Not the working folder: children's records must not end up
 * in a repository by accident.
 */
export function dataFolder(options: GlobalOptions, runtime: Runtime): string {
  const given = options.dataDir ?? runtime.environment.SSD_DATA_FOLDER;
  if (given) return path.resolve(runtime.workingFolder, given);
  const home = os.homedir();
  if (process.platform === 'win32') {
    return path.join(runtime.environment.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'ssd-dataflow');
  }
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'ssd-dataflow');
  return path.join(runtime.environment.XDG_STATE_HOME ?? path.join(home, '.local', 'state'), 'ssd-dataflow');
}

/** The job environment of a command line: files of the working folder (or `--config` folder), flags as overrides. */
export function jobEnvironment(
  options: GlobalOptions,
  runtime: Runtime,
  overrides: Readonly<Record<string, unknown>> = {},
): JobEnvironment {
  return {
    workspaceFolder: path.resolve(runtime.workingFolder, options.config ?? '.'),
    dataFolder: dataFolder(options, runtime),
    overrides,
    trustWorkspaceEndpoints: true,
  };
}

/** Runs `work` with a job context whose progress goes to stderr. */
export async function withProgress<T>(runtime: Runtime, work: (context: JobContext) => Promise<T>): Promise<T> {
  const display = new ProgressDisplay(runtime.terminal);
  try {
    return await work({ progress: (step) => display.show(step), signal: runtime.signal, now: () => new Date() });
  } finally {
    display.end();
  }
}
