import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { resultsVariable, type TestResult, workspaceVariable } from './results.ts';
import { runProcess } from './runProcess.ts';
import { copyWorkspace, type SuiteRun } from './runSuite.ts';

/** Runs the suite in the VS Code desktop that `VSCODE_EXECUTABLE` names, with the package installed in a fresh profile. */
export async function runInDesktop(run: SuiteRun): Promise<readonly TestResult[]> {
  const vscodeExecutablePath = process.env.VSCODE_EXECUTABLE;
  if (vscodeExecutablePath === undefined) throw new Error('VSCODE_EXECUTABLE is not set');
  const profile = [
    '--extensions-dir',
    path.join(run.scratch, 'desktop-extensions'),
    '--user-data-dir',
    path.join(run.scratch, 'desktop-data'),
  ];
  await runProcess(vscodeExecutablePath, ['--install-extension', run.vsix, '--force', ...profile], {
    timeoutMs: 120_000,
  });
  const workspace = await copyWorkspace(run.scratch, 'desktop-workspace');
  const resultsFile = path.join(run.scratch, 'desktop-results.json');
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: run.tests.extensionFolder,
      extensionTestsPath: run.tests.suiteFile,
      launchArgs: [workspace, '--disable-workspace-trust', '--skip-welcome', ...profile],
      extensionTestsEnv: { [resultsVariable]: resultsFile, [workspaceVariable]: workspace, SSD_TEST_GREP: run.grep },
    });
  } catch (error) {
    // The host ends with 1 when a test failed; the file then says which. Without a file the failure is another.
    if (!existsSync(resultsFile)) throw error;
  }
  return JSON.parse(await readFile(resultsFile, 'utf8')) as readonly TestResult[];
}
