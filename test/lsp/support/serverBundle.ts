import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the server bundle that the spawned tests run. */
    serverBundle: string;
  }
}

/** Builds the server once for all tests that spawn it, into a folder of its own, with the options of esbuild.mjs. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-server-'));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  const outfile = path.join(folder, 'server.js');
  await build({
    entryPoints: [path.join(import.meta.dirname, '../../../server/main.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    define: { 'import.meta.dirname': '__dirname' },
    outfile,
    logLevel: 'warning',
  });
  project.provide('serverBundle', outfile);
  return () => rm(folder, { recursive: true, force: true });
}
