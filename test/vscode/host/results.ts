/** The result of one test, as the suite in the extension host and the journeys write it. */
export interface TestResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed';
  readonly milliseconds: number;
  /** Why it failed. */
  readonly error?: string;
}

/** Environment variable that tells the suite where to write its results. */
export const resultsVariable = 'SSD_VSCODE_RESULTS';

/** Environment variable that tells the suite which folder is open. */
export const workspaceVariable = 'SSD_VSCODE_WORKSPACE';

/** Prints one line for each test, and the reason of each failure. */
export function printResults(title: string, results: readonly TestResult[]): void {
  console.log(`\n${title}`);
  for (const result of results) {
    const mark = result.outcome === 'passed' ? 'ok    ' : 'FAILED';
    console.log(`  ${mark} ${result.name} (${Math.round(result.milliseconds)} ms)`);
    if (result.error !== undefined) console.log(result.error.replace(/^/gm, '         '));
  }
}
