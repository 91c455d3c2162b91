import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../core/errors.ts';
import { calendarDate } from '../pipeline/extract/cohortWindow.ts';
import type { JobContext } from '../pipeline/progress.ts';
import { createSandboxDatabase } from '../sandbox/database.ts';
import { openSqlite } from '../sandbox/sqlite.ts';
import { readState } from '../sandbox/state.ts';

/** The connection name that means the sandbox. */
export const sandboxName = 'sandbox';

/** How many children the sandbox has when nobody says. */
export const defaultSandboxChildren = 250;

const defaultSeed = 1;

export interface SandboxOptions {
  readonly children?: number;
  readonly seed?: number;
  /** Whether some children break rules on purpose. */
  readonly faulty?: boolean;
  /** Make it anew although there is one; the receiver's store goes too. */
  readonly reset?: boolean;
}

/** The sandbox's files in a data folder. */
export function sandboxFiles(dataFolder: string): {
  readonly folder: string;
  readonly database: string;
  readonly receiver: string;
} {
  const folder = path.join(dataFolder, 'sandbox');
  return { folder, database: path.join(folder, 'ssd.db'), receiver: path.join(folder, 'receiver.db') };
}

export interface SandboxFacts {
  readonly database: string;
  readonly children: number;
  /** The sandbox's own day, `YYYY-MM-DD`; advancing moves it on. */
  readonly asOf: string;
  readonly created: boolean;
}

/** Opens the sandbox of a data folder, making it when there is none. */
export async function openSandbox(
  dataFolder: string,
  options: SandboxOptions,
  context: JobContext,
): Promise<SandboxFacts> {
  const files = sandboxFiles(dataFolder);
  const create = options.reset === true || !existsSync(files.database);
  if (create) {
    await mkdir(files.folder, { recursive: true, mode: 0o700 });

    const total = options.children ?? defaultSandboxChildren;
    await createSandboxDatabase(files.database, {
      children: total,
      seed: options.seed ?? defaultSeed,
      faulty: options.faulty ?? false,
      asOf: calendarDate(context.now()),
      signal: context.signal,
      onProgress: (done) => context.progress({ phase: 'Making the sandbox', done, total, unit: 'children' }),
    });
  }
  throwIfCancelled(context.signal);
  const database = await openSqlite(files.database, { readOnly: true });
  try {
    const state = readState(database, files.database);
    return { database: files.database, children: state.children, asOf: state.asOf, created: create };
  } finally {
    database.close();
  }
}
