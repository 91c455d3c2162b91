import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { editorCache } from './paths.ts';
import { runProcess } from './runProcess.ts';

/**
 * The VS Code server that the npm package code-server carries: version 4.139.1 is VS Code 1.139.1. `CODE_SERVER_VERSION`
 * names another.
 */
const codeServerVersion = process.env.CODE_SERVER_VERSION ?? '4.139.1';

const installMinutes = 8;

/**
 * Installs VS Code's server into the cache, once. Install scripts are skipped: they compile native parts that the
 * tests do not need. An interrupted installation is never taken for a finished one, because the folder gets its
 * final name last.
 * @returns the folder that holds `out/server-main.js`
 */
export async function installCodeServer(): Promise<string> {
  const folder = path.join(editorCache, `code-server-${codeServerVersion}`);
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  if (existsSync(vscode)) return vscode;
  console.log(`Installing VS Code's server (code-server ${codeServerVersion}) into .vscode-test; this happens once.`);
  const building = `${folder}.installing`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  await writeFile(path.join(building, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const timeoutMs = (installMinutes * 60_000) / 2;
  await runProcess('npm', ['install', ...flags, `code-server@${codeServerVersion}`], { cwd: building, timeoutMs });
  await runProcess('npm', ['install', '--omit=dev', ...flags], {
    cwd: path.join(building, 'node_modules', 'code-server', 'lib', 'vscode'),
    timeoutMs,
  });
  await rename(building, folder);
  return vscode;
}

/** A running VS Code server. `stop` ends it and everything that it started. */
export interface CodeServer {
  readonly origin: string;
  readonly port: number;
  readonly log: () => string;
  stop(): Promise<void>;
}

/** What a server is started with. Both folders are made when they do not exist. */
export interface CodeServerOptions {
  readonly vscodeFolder: string;
  readonly dataFolder: string;
  readonly extensionsFolder: string;
  /**
   * Whether a page may bring a suite to run. VS Code then shows no notifications, so a person's journey is without it.
   */
  readonly runsSuite: boolean;
  /** Whether folders open as trusted without asking. */
  readonly trustAll: boolean;
  readonly env: Readonly<Record<string, string>>;
}

/** Installs a packaged extension into an extensions folder, as a person would. */
export async function installVsix(
  vsix: string,
  options: Pick<CodeServerOptions, 'vscodeFolder' | 'dataFolder' | 'extensionsFolder'>,
): Promise<void> {
  await runProcess(
    process.execPath,
    [
      path.join(options.vscodeFolder, 'out', 'server-main.js'),
      '--accept-server-license-terms',
      '--install-extension',
      vsix,
      '--force',
      '--extensions-dir',
      options.extensionsFolder,
      '--server-data-dir',
      options.dataFolder,
    ],
    { timeoutMs: 120_000 },
  );
}

/** Starts the server and waits until it answers. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const port = await freePort();
  await mkdir(options.dataFolder, { recursive: true });
  await mkdir(options.extensionsFolder, { recursive: true });
  const args = [
    path.join(options.vscodeFolder, 'out', 'server-main.js'),
    ...['--host', '127.0.0.1', '--port', String(port)],
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.runsSuite ? ['--enable-smoke-test-driver'] : []),
    ...(options.trustAll ? ['--disable-workspace-trust'] : []),
    ...['--telemetry-level', 'off'],
    ...['--server-data-dir', options.dataFolder],
    ...['--extensions-dir', options.extensionsFolder],
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that stopping it also stops the extension hosts.
    detached: true,
  });
  let log = '';
  const collect = (chunk: Buffer) => {
    log += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const origin = `http://127.0.0.1:${port}`;
  const server: CodeServer = { origin, port, log: () => log, stop: () => stop(child) };
  try {
    await waitUntilUp(origin, child, () => log);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
  await ended;
}

async function waitUntilUp(origin: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`VS Code's server ended with ${child.exitCode}:\n${log()}`);
    try {
      const answer = await fetch(`${origin}/version`, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`VS Code's server did not answer within a minute:\n${log()}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
