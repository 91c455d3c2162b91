// Runs the tests in a real VS Code: the suite in the extension host, then the journeys of a person at the page.
// Usage: node test/vscode/launch.ts [--suite|--journeys] [--grep TEXT]
// VSCODE_EXECUTABLE names a VS Code desktop to run the suite in; without it the server that code-server carries is used.
// Leaves out/vscode-results.json with {passed, failed} and screenshots in out/screenshots.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleSuite } from './host/bundle.ts';
import { runInDesktop } from './host/desktop.ts';
import { outputFolder } from './host/paths.ts';
import { printResults, type TestResult } from './host/results.ts';
import { runJourneys } from './host/runJourneys.ts';
import { runSuiteInServer } from './host/runSuite.ts';
import { builtVsix } from './host/vsix.ts';

const only = process.argv.includes('--suite') ? 'suite' : process.argv.includes('--journeys') ? 'journeys' : 'both';
const grepAt = process.argv.indexOf('--grep');
const grep = grepAt === -1 ? '' : (process.argv[grepAt + 1] ?? '');

await mkdir(outputFolder, { recursive: true });
const scratch = await mkdtemp(path.join(tmpdir(), 'ssd-vscode-'));
const results: TestResult[] = [];
try {
  const vsix = await builtVsix();
  if (only !== 'journeys') {
    const tests = await bundleSuite();
    const run = process.env.VSCODE_EXECUTABLE === undefined ? runSuiteInServer : runInDesktop;
    const suite = await run({ vsix, tests, scratch, grep });
    printResults('Suite in the extension host', suite);
    results.push(...suite);
  }
  if (only !== 'suite') {
    const journeys = await runJourneys({ vsix, scratch, grep });
    printResults('Journeys of a person', journeys);
    results.push(...journeys);
  }
} catch (error) {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const failure: TestResult = { name: 'VS Code could be started', outcome: 'failed', milliseconds: 0, error: message };
  printResults('Launcher', [failure]);
  results.push(failure);
} finally {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
const failed = results.filter((result) => result.outcome === 'failed').length;
const passed = results.length - failed;
await writeFile(
  path.join(outputFolder, 'vscode-results.json'),
  JSON.stringify({ passed, failed, tests: results }, null, 2),
);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
