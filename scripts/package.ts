// Packs the extension into ssd-dataflow-<version>.vsix. Usage: node scripts/package.ts [--skip-build]
// Two runs over the same source give the same bytes: entries carry the time of the last commit, not the time of packing.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';

const root = path.join(import.meta.dirname, '..');

/** Bytes; the budget of docs/performance.md for the universal package. */
const largestPackage = 4 * 1024 * 1024;

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, [...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  return result.stdout.trim();
}

if (!process.argv.includes('--skip-build')) run(process.execPath, ['esbuild.mjs', '--production']);
process.env.SOURCE_DATE_EPOCH ??= commitTime();
const manifest: { name: string; version: string } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const packagePath = path.join(root, `${manifest.name}-${manifest.version}.vsix`);
rmSync(packagePath, { force: true });
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
const { size } = statSync(packagePath);
console.log(`${path.basename(packagePath)}: ${Math.round(size / 1024)} KB`);
if (size > largestPackage) throw new Error(`The package is larger than ${largestPackage / 1024 / 1024} MB`);

function commitTime(): string {
  try {
    return run('git', ['log', '-1', '--format=%ct']);
  } catch {
    // A source archive without its history: any fixed time serves.
    return '1767225600';
  }
}
