import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the server bundle that the spawned tests run. */
    serverBundle: string;
    /** Path of the command line's bundle. */
    cliBundle: string;
  }
}

/** One level below the package root, as `dist` is, so that the bundles find the extract pack. */
const folder = '.test-dist';

/** Builds the bundles once, as they ship, for all tests that run them as processes. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = path.join(import.meta.dirname, '..', '..');
  await promisify(execFile)(process.execPath, ['esbuild.mjs', '--production', `--outdir=${folder}`], { cwd: root });
  project.provide('serverBundle', path.join(root, folder, 'server.js'));
  project.provide('cliBundle', path.join(root, folder, 'cli.js'));
  return () => rm(path.join(root, folder), { recursive: true, force: true });
}
