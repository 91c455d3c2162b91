import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** First release whose `node:sqlite` needs no flag; the sandbox and the local staging store use it. */
const needed = [22, 13] as const;

/** Whether this Node runs every command. An older one still runs `validate` and `delta`. */
export function hasNeededNode(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/**
 * On an older Node, runs the same command line with the Node that the development dependencies install, if there is
 * one, so that `node dist/cli.js` works after `npm ci` on a machine whose own Node is 20.
 * @returns the exit code, or null when there is no such Node
 */
export function runWithBundledNode(argv: readonly string[]): Promise<number | null> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = path.join(import.meta.dirname, '..', 'node_modules', 'node', 'bin', name);
  if (!existsSync(node)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const child = spawn(node, [...argv], { stdio: 'inherit' });
    // A terminal sends Ctrl+C to both; this process only waits, and passes on what was sent to it alone.
    const forward = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    process.on('SIGTERM', forward);
    child.once('error', () => resolve(null));
    child.once('exit', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', forward);
      resolve(code ?? (signal === null ? 1 : 130));
    });
  });
}
