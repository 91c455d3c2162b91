import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { workspaceVariable } from '../host/results.ts';

/** A file of the open workspace. */
export function workspaceFile(name: string): vscode.Uri {
  const folder = process.env[workspaceVariable];
  assert.ok(folder, `${workspaceVariable} is not set`);
  return vscode.Uri.file(path.join(folder, name));
}

/** Milliseconds that any condition may take to come true. */
const patience = 30_000;

/**
 * Waits until `read` gives a value, looking again whenever one of the events fires.
 * @throws when it does not within half a minute, with what was seen last
 */
export async function until<T>(
  what: string,
  read: () => T | undefined,
  ...events: readonly vscode.Event<unknown>[]
): Promise<T> {
  const first = read();
  if (first !== undefined) return first;
  return await new Promise<T>((resolve, reject) => {
    const look = () => {
      const value = read();
      if (value === undefined) return;
      stop();
      resolve(value);
    };
    const listening = events.map((event) => event(look));
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Waited for ${what} in vain`));
    }, patience);
    const stop = () => {
      clearTimeout(timer);
      for (const item of listening) item.dispose();
    };
  });
}

/** Waits until the problems of a document are those that `accept` looks for. */
export async function problemsOf(
  uri: vscode.Uri,
  accept: (problems: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return await until(
    `problems of ${path.basename(uri.path)}`,
    () => {
      const problems = vscode.languages.getDiagnostics(uri);
      return accept(problems) ? problems : undefined;
    },
    vscode.languages.onDidChangeDiagnostics,
  );
}

/** The code of a problem as text. */
export function codeOf(problem: vscode.Diagnostic): string {
  const { code } = problem;
  return String(typeof code === 'object' ? code.value : code);
}

/** Runs a command and says so when it failed instead of giving a result. */
export async function runCommand<T>(id: string, ...args: readonly unknown[]): Promise<T> {
  const result = await vscode.commands.executeCommand<T>(id, ...args);
  if (typeof result === 'object' && result !== null && 'failed' in result && 'message' in result) {
    assert.fail(`${id} failed (${result.failed}): ${result.message}`);
  }
  return result;
}
