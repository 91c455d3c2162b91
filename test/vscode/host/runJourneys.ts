import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { journeys } from '../journeys/journeys.ts';
import { launchBrowser } from './browser.ts';
import { installCodeServer, installVsix, startCodeServer } from './codeServer.ts';
import { outputFolder } from './paths.ts';
import type { TestResult } from './results.ts';
import { copyWorkspace } from './runSuite.ts';
import { Workbench } from './workbench.ts';

/** One thing that a person does in VS Code, by mouse and keyboard, in a profile and a workspace of its own. */
export interface Journey {
  readonly name: string;
  /** Whether the folder is trusted without asking. */
  readonly trusted: boolean;
  /** Settings that this person has made on their computer. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Files that the workspace holds beside the usual ones, by path; an existing one is replaced. */
  readonly files?: Readonly<Record<string, string>>;
  readonly run: (workbench: Workbench) => Promise<void>;
}

/** Milliseconds for one journey. */
const journeyTimeout = 300_000;

/** Where the journeys are walked. */
interface Place {
  readonly vscodeFolder: string;
  readonly extensionsFolder: string;
  readonly scratch: string;
  readonly screenshots: string;
}

/** Walks every journey whose name contains `grep`. */
export async function runJourneys(run: {
  readonly vsix: string;
  readonly scratch: string;
  readonly grep: string;
}): Promise<readonly TestResult[]> {
  const place: Place = {
    vscodeFolder: await installCodeServer(),
    extensionsFolder: path.join(run.scratch, 'journey-extensions'),
    scratch: run.scratch,
    screenshots: path.join(outputFolder, 'screenshots'),
  };
  await mkdir(path.join(place.screenshots, 'parts'), { recursive: true });
  await installVsix(run.vsix, { ...place, dataFolder: path.join(run.scratch, 'journey-installation') });
  const results: TestResult[] = [];
  const browser = await launchBrowser();
  try {
    for (const journey of journeys.filter((candidate) => candidate.name.includes(run.grep))) {
      results.push(await walkTwiceAtMost(journey, `journey-${results.length}`, place, browser));
    }
  } finally {
    await browser.close();
  }
  return results;
}

/**
 * Walks a journey, and once more from the start, in a new profile, when it failed: a key can meet a page that is still
 * being drawn. A fault of the extension fails both times; a journey that needed its second try says so in its name.
 */
async function walkTwiceAtMost(journey: Journey, name: string, place: Place, browser: Browser): Promise<TestResult> {
  const first = await walkAlone(journey, name, place, browser);
  if (first.outcome !== 'failed') return first;
  const second = await walkAlone(journey, `${name}-again`, place, browser);
  const reason = first.error?.split('\n')[0] ?? 'no reason';
  return { ...second, name: `${second.name} (second try; the first: ${reason})` };
}

/** Gives a journey its own workspace, profile and server, and takes them away afterwards. */
async function walkAlone(journey: Journey, name: string, place: Place, browser: Browser): Promise<TestResult> {
  const dataFolder = path.join(place.scratch, `${name}-data`);
  const machine = path.join(dataFolder, 'data', 'Machine');
  await mkdir(machine, { recursive: true });
  await writeFile(path.join(machine, 'settings.json'), JSON.stringify(journey.settings ?? {}));
  const workspace = await copyWorkspace(place.scratch, name);
  for (const [file, text] of Object.entries(journey.files ?? {})) await writeFile(path.join(workspace, file), text);
  const server = await startCodeServer({
    vscodeFolder: place.vscodeFolder,
    extensionsFolder: place.extensionsFolder,
    dataFolder,
    runsSuite: false,
    trustAll: journey.trusted,
    env: {},
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const errors = watchErrors(page);
    const result = await walk(journey, page, new Workbench(page, server.origin, workspace, place.screenshots));
    await context.close();
    return result.outcome === 'failed' ? result : withReportedErrors(result, errors);
  } finally {
    await server.stop();
  }
}

/** Collects the errors that VS Code reports about our extension: what fails outside a command ends up there. */
function watchErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && /csc-dataflow|ssd-dataflow/i.test(message.text())) errors.push(message.text());
  });
  return errors;
}

function withReportedErrors(result: TestResult, errors: readonly string[]): TestResult {
  if (errors.length === 0) return result;
  return { ...result, outcome: 'failed', error: `VS Code reported errors of the extension:\n${errors.join('\n')}` };
}

async function walk(journey: Journey, page: Page, workbench: Workbench): Promise<TestResult> {
  const started = Date.now();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The journey took longer than ${journeyTimeout} ms`)), journeyTimeout);
  });
  try {
    await Promise.race([journey.run(workbench), tooLong]);
    return { name: journey.name, outcome: 'passed', milliseconds: Date.now() - started };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await page.screenshot({ path: path.join(outputFolder, 'screenshots', `failed-${slug(journey.name)}.png`) });
    return { name: journey.name, outcome: 'failed', milliseconds: Date.now() - started, error: message };
  } finally {
    clearTimeout(timer);
  }
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
