import { rename, writeFile } from 'node:fs/promises';
import Mocha from 'mocha';
import { resultsVariable, type TestResult } from '../host/results.ts';
import { activationTests } from './activation.ts';
import { extractTests } from './extracts.ts';
import { mainFlowTests } from './mainFlow.ts';
import { problemTests } from './problems.ts';
import { scaleMeasurements } from './scale.ts';
import { toolTests } from './tools.ts';

/** Called by the extension host. Runs every test and leaves the results in the file that the launcher named. */
export async function run(): Promise<void> {
  // A whole editor starts around the tests, so one that meets it half-drawn gets a second try; a fault fails both.
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'min', retries: 1 });
  const grep = process.env.SSD_TEST_GREP;
  if (grep) mocha.fgrep(grep);
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  activationTests();
  problemTests();
  extractTests();
  mainFlowTests();
  toolTests();
  // A measurement of minutes, not a test: npm run bench:vscode.
  if (process.env.SSD_SCALE) scaleMeasurements(Number(process.env.SSD_SCALE));
  const results: TestResult[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => {
      results.push({ name: test.fullTitle(), outcome: 'passed', milliseconds: test.duration ?? 0 });
    });
    runner.on('fail', (test, error: Error) => {
      results.push({
        name: test.fullTitle(),
        outcome: 'failed',
        milliseconds: test.duration ?? 0,
        error: error.stack ?? error.message,
      });
    });
  });
  const file = process.env[resultsVariable];
  if (file === undefined) throw new Error(`${resultsVariable} is not set`);
  // The launcher waits for the file; the rename makes it appear complete.
  await writeFile(`${file}.part`, JSON.stringify(results));
  await rename(`${file}.part`, file);
  if (results.some((result) => result.outcome === 'failed')) throw new Error('Some tests failed');
}
