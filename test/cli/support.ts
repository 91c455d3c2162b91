import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';

/** What a command line left behind. */
export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder for one test: working folder and data folder of the commands that it runs. */
export class Desk implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Desk> {
    return new Desk(await mkdtemp(path.join(os.tmpdir(), 'ssd-cli-')));
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Starts the shipped command line. Settings of the person who runs the tests do not count. */
  start(...args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [inject('cliBundle'), ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, SSD_DATA_FOLDER: this.file('data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs the shipped command line to its end. */
  run(...args: readonly string[]): Promise<CommandResult> {
    return resultOf(this.start(...args));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Collects the output of a command until it ends. */
export function resultOf(child: ChildProcess): Promise<CommandResult> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** Whether a text looks like a stack trace, which no person should see. */
export function hasStackTrace(text: string): boolean {
  return /^\s+at .+[:(]\d+/m.test(text) || text.includes('node:internal');
}
