import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from './browser.ts';
import type { TestExtension } from './bundle.ts';
import { type CodeServer, installCodeServer, installVsix, startCodeServer } from './codeServer.ts';
import { repositoryRoot } from './paths.ts';
import { resultsVariable, type TestResult, workspaceVariable } from './results.ts';

/** What a run of the suite needs. `scratch` is an empty folder that the caller removes. */
export interface SuiteRun {
  readonly vsix: string;
  readonly tests: TestExtension;
  readonly scratch: string;
  /** Only tests whose full title contains this text. */
  readonly grep: string;
}

/** Milliseconds for the whole suite. */
const suiteTimeout = process.env.SSD_SCALE ? 15 * 60_000 : 5 * 60_000;

/** Makes a fresh copy of the workspace that the tests work in. */
export async function copyWorkspace(scratch: string, name: string): Promise<string> {
  const folder = path.join(scratch, name);
  await cp(path.join(repositoryRoot, 'test', 'vscode', 'workspace'), folder, { recursive: true });
  return folder;
}

/** Runs the suite in the server's extension host, which a page in a headless browser starts. */
export async function runSuiteInServer(run: SuiteRun): Promise<readonly TestResult[]> {
  const vscodeFolder = await installCodeServer();
  const folders = {
    vscodeFolder,
    dataFolder: path.join(run.scratch, 'suite-data'),
    extensionsFolder: path.join(run.scratch, 'suite-extensions'),
  };
  await installVsix(run.vsix, folders);
  const workspace = await copyWorkspace(run.scratch, 'suite-workspace');
  const resultsFile = path.join(run.scratch, 'suite-results.json');
  const server = await startCodeServer({
    ...folders,
    runsSuite: true,
    trustAll: true,
    env: { [resultsVariable]: resultsFile, [workspaceVariable]: workspace, SSD_TEST_GREP: run.grep },
  });
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      await page.goto(suiteAddress(server, workspace, run.tests), { timeout: 60_000 });
      return await waitForResults(resultsFile, server);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

function suiteAddress(server: CodeServer, workspace: string, tests: TestExtension): string {
  const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(tests.extensionFolder)],
    ['extensionTestsPath', remote(tests.suiteFile)],
    ['skipWelcome', 'true'],
  ];
  return `${server.origin}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

async function waitForResults(file: string, server: CodeServer): Promise<readonly TestResult[]> {
  const deadline = Date.now() + suiteTimeout;
  while (!existsSync(file)) {
    if (Date.now() > deadline) {
      throw new Error(`The suite did not end in time. The server's log:\n${server.log().slice(-4000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return JSON.parse(await readFile(file, 'utf8')) as readonly TestResult[];
}
