// `npm test`: everything, on a fresh machine. Builds, checks types and style, runs the unit, protocol, command-line
// and database suites, packages the extension and runs the suite in a real VS Code. Ends with "N passed, N failed".
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const vitestResults = path.join(root, 'out', 'vitest-results.json');
const vscodeResults = path.join(root, 'out', 'vscode-results.json');

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

function run(title: string, command: string, args: readonly string[]): Promise<boolean> {
  console.log(`\n== ${title}`);
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    child.once('error', (error) => {
      console.error(`${title} could not start: ${error.message}`);
      resolve(false);
    });
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** Debian packages that the suites drive: a browser for VS Code's page, a real PostgreSQL. */
const debianPackages = [
  { name: 'chromium', present: () => existsSync('/usr/bin/chromium') || process.env.VSCODE_EXECUTABLE !== undefined },
  { name: 'postgresql', present: () => existsSync('/usr/lib/postgresql') },
] as const;

async function installDebianPackages(): Promise<void> {
  const missing = debianPackages.filter((p) => !p.present()).map((p) => p.name);
  if (missing.length === 0) return;
  const isDebian = existsSync('/etc/debian_version') && spawnSync('apt-get', ['--version']).status === 0;
  if (!isDebian || process.getuid?.() !== 0) {
    console.log(
      `Not installed: ${missing.join(', ')}. Tests that need them say so. Install them with your system's package manager.`,
    );
    return;
  }
  console.log(`Installing Debian packages that the tests need: ${missing.join(', ')}`);
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  await run('apt-get update', 'apt-get', ['update', '-qq']);
  await run(`apt-get install ${missing.join(' ')}`, 'apt-get', [
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    ...missing,
  ]);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

async function readCounts(file: string, passedKey: string, failedKey: string): Promise<Counts | null> {
  if (!existsSync(file)) return null;
  const parsed = record(JSON.parse(await readFile(file, 'utf8')));
  const passed = parsed[passedKey];
  const failed = parsed[failedKey];
  return typeof passed === 'number' && typeof failed === 'number' ? { passed, failed } : null;
}

const bin = (name: string): string => path.join(root, 'node_modules', '.bin', name);

await mkdir(path.join(root, 'out'), { recursive: true });
await rm(vitestResults, { force: true });
await rm(vscodeResults, { force: true });
await installDebianPackages();

let passed = 0;
let failed = 0;
const step = async (title: string, command: string, args: readonly string[]): Promise<boolean> => {
  const ok = await run(title, command, args);
  if (ok) passed += 1;
  else failed += 1;
  return ok;
};

await step('Types', bin('tsc'), ['-p', '.']);
await step('Format and lint', bin('biome'), ['check', '--error-on-warnings', '.']);
if (await step('Bundles', process.execPath, ['esbuild.mjs', '--production'])) {
  const ok = await run('Unit, protocol, command-line and database tests', bin('vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${vitestResults}`,
  ]);
  const counts = await readCounts(vitestResults, 'numPassedTests', 'numFailedTests');
  passed += counts?.passed ?? 0;
  failed += counts?.failed ?? 0;
  // A suite that could not even load counts no test, but it is a failure all the same.
  if (!ok && (counts?.failed ?? 0) === 0) failed += 1;

  if (await step('Package', process.execPath, ['scripts/package.ts'])) {
    const vscodeOk = await run('Tests in a real VS Code', process.execPath, ['test/vscode/launch.ts']);
    const vscode = await readCounts(vscodeResults, 'passed', 'failed');
    passed += vscode?.passed ?? 0;
    failed += vscode?.failed ?? 0;
    if (!vscodeOk && (vscode?.failed ?? 0) === 0) failed += 1;
  }
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
