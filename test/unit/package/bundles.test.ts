import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './manifest.ts';

/** Bytes; the budget of docs/performance.md for what VS Code loads at activation. */
const largestEntry = 150 * 1024;

describe('the bundle that VS Code loads at activation', () => {
  let folder: string;
  let bundle: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ssd-bundle-'));
    const flags = ['esbuild.mjs', '--production', '--only=client', `--outdir=${folder}`];
    await promisify(execFile)(process.execPath, flags, { cwd: root });
    bundle = await readFile(path.join(folder, 'client.js'), 'utf8');
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is small', () => {
    expect(Buffer.byteLength(bundle)).toBeLessThanOrEqual(largestEntry);
  });

  it('holds neither the language client nor a database driver nor the payload schema', () => {
    for (const heavy of ['textDocument/didChange', 'tedious', 'child_looked_after_placements']) {
      expect(bundle.includes(heavy), heavy).toBe(false);
    }
  });

  it('carries no source map and no path of the machine that built it', () => {
    expect(bundle).not.toContain('sourceMappingURL');
    expect(bundle).not.toContain(root);
  });
});
