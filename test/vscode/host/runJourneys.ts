import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { journeys } from '../journeys/journeys.ts';
import { launchBrowser } from './browser.ts';
import { installCodeServer, installVsix, startCodeServer } from './codeServer.ts';
import { outputFolder } from './paths.ts';
import type { TestResult } from './results.ts';
import { copyWorkspace } from './runSuite.ts';
import { Workbench } from './workbench.ts';

/** One thing that a person does in VS Code, by mouse and keyboard. */
export interface Journey {
  readonly name: string;
  /** Whether the folder is trusted without asking. */
  readonly trusted: boolean;
  readonly run: (workbench: Workbench) => Promise<void>;
}

/** Milliseconds for one journey. */
const journeyTimeout = 300_000;

/** Walks every journey on a page of its own, in a fresh copy of the workspace. */
export async function runJourneys(run: {
  readonly vsix: string;
  readonly scratch: string;
  readonly grep: string;
}): Promise<readonly TestResult[]> {
  const vscodeFolder = await installCodeServer();
  const screenshots = path.join(outputFolder, 'screenshots');
  await mkdir(screenshots, { recursive: true });
  const results: TestResult[] = [];
  const browser = await launchBrowser();
  try {
    for (const trusted of [true, false]) {
      const chosen = journeys.filter((journey) => journey.trusted === trusted && journey.name.includes(run.grep));
      if (chosen.length === 0) continue;
      const folders = {
        vscodeFolder,
        dataFolder: path.join(run.scratch, `journey-data-${trusted}`),
        extensionsFolder: path.join(run.scratch, `journey-extensions-${trusted}`),
      };
      await installVsix(run.vsix, folders);
      const server = await startCodeServer({ ...folders, runsSuite: false, trustAll: trusted, env: {} });
      try {
        for (const journey of chosen) {
          const workspace = await copyWorkspace(run.scratch, `journey-${results.length}`);
          const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' });
          const page = await context.newPage();
          results.push(await walk(journey, page, new Workbench(page, server.origin, workspace, screenshots)));
          await context.close();
        }
      } finally {
        await server.stop();
      }
    }
  } finally {
    await browser.close();
  }
  return results;
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
