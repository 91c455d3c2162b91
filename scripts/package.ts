// Packs the extension into ssd-dataflow-<version>.vsix. Usage: node scripts/package.ts [--skip-build] [--windows=FOLDER]
// With --windows the package is for Windows (x64) alone and can log in to SQL Server as the Windows user. FOLDER holds
// the native driver: npm install --prefix FOLDER --ignore-scripts msnodesqlv8@5.5.0
// Two runs over the same source give the same bytes: entries carry the time of the last commit, not the time of packing.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';

const root = path.join(import.meta.dirname, '..');

const windowsTarget = 'win32-x64';
const windowsFolder = process.argv.find((given) => given.startsWith('--windows='))?.slice('--windows='.length);

/** Bytes; the budgets of docs/performance.md for the universal package and for the one with the native driver. */
const largestPackage = (windowsFolder === undefined ? 4 : 6) * 1024 * 1024;

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, [...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  return result.stdout.trim();
}

if (!process.argv.includes('--skip-build')) run(process.execPath, ['esbuild.mjs', '--production']);
process.env.SOURCE_DATE_EPOCH ??= commitTime();
const manifest: { name: string; version: string } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const suffix = windowsFolder === undefined ? '' : `-${windowsTarget}`;
const packagePath = path.join(root, `${manifest.name}-${manifest.version}${suffix}.vsix`);
const nativeModules = path.join(root, 'dist', 'node_modules');
rmSync(packagePath, { force: true });
rmSync(nativeModules, { recursive: true, force: true });
if (windowsFolder !== undefined) copyWindowsDriver(windowsFolder);
await createVSIX({
  cwd: root,
  packagePath,
  ...(windowsFolder === undefined ? {} : { target: windowsTarget }),
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
rmSync(nativeModules, { recursive: true, force: true });
const { size } = statSync(packagePath);
console.log(`${path.basename(packagePath)}: ${Math.round(size / 1024)} KB`);
if (size > largestPackage) throw new Error(`The package is larger than ${largestPackage / 1024 / 1024} MB`);

/** Puts the native driver, without what other systems and its build need, where dist/mssql-windows.js finds it. */
function copyWindowsDriver(folder: string): void {
  const parts = [
    'msnodesqlv8/package.json',
    'msnodesqlv8/LICENSE',
    'msnodesqlv8/lib',
    `msnodesqlv8/prebuilds/${windowsTarget}`,
    'node-gyp-build/package.json',
    'node-gyp-build/LICENSE',
    'node-gyp-build/index.js',
    'node-gyp-build/node-gyp-build.js',
  ];
  for (const part of parts) {
    const from = path.join(folder, 'node_modules', part);
    if (!existsSync(from)) throw new Error(`${from} is missing; install msnodesqlv8 there first`);
    cpSync(from, path.join(nativeModules, part), { recursive: true });
  }
}

function commitTime(): string {
  try {
    return run('git', ['log', '-1', '--format=%ct']);
  } catch {
    // A source archive without its history: any fixed time serves.
    return '1767225600';
  }
}
