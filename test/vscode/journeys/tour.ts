import assert from 'node:assert/strict';
import type { Journey } from '../host/runJourneys.ts';
import type { Workbench } from '../host/workbench.ts';

export const tour: Journey = {
  name: 'a curious person walks through the walkthrough, the settings, the menus and the questions that are asked',
  trusted: true,
  run: async (workbench) => {
    await workbench.open();
    await walkthrough(workbench);
    await settings(workbench);
    await connections(workbench);
    await changesMenu(workbench);
    await extractEditor(workbench);
    await reports(workbench);
    await files(workbench);
    await runningExtensions(workbench);
  },
};

async function walkthrough(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('SSD: Get Started');
  const steps = page.locator('.getting-started-step');
  await steps.first().waitFor();
  assert.equal(await steps.count(), 7);
  for (let index = 0; index < 7; index += 1) {
    await steps.nth(index).click();
    const picture = page.locator('.getting-started-media img, .getting-started-media iframe').first();
    await picture.waitFor();
    await workbench.screenshot(`tour-walkthrough-${index + 1}`);
  }
}

async function settings(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('SSD: Open Settings');
  await page.locator('.settings-editor .setting-item-contents').first().waitFor();
  // Settings of this computer stand in a tab of their own when VS Code's extensions run on another one.
  for (const [tab, groups] of [
    ['User', ['Connection', 'Submission', 'Validation', 'Extracts']],
    ['Remote', ['Connection', 'DfE API', 'Audit trail']],
  ] as const) {
    await page
      .locator('.settings-header')
      .getByRole('tab', { name: new RegExp(`^${tab}`) })
      .click();
    for (const group of groups) {
      await page.locator('.settings-toc-container').getByText(group, { exact: true }).first().click();
      await workbench.screenshot(`tour-settings-${tab}-${group}`.toLowerCase().replaceAll(' ', '-'));
    }
  }
  await page.keyboard.press('Escape');
  await workbench.runCommand('View: Close All Editors');
}

async function connections(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('SSD: Add Connection');
  await workbench.pick('PostgreSQL').waitFor();
  await workbench.screenshot('tour-add-connection-1');
  await workbench.pick('Microsoft SQL Server').click();
  await workbench.answer('Server', 'sqlhost.invalid');
  await workbench.answer('Database', 'SSD');
  await workbench.answer('Schema', 'dbo');
  await workbench.pick('User name and password').waitFor();
  await workbench.screenshot('tour-add-connection-2');
  await workbench.pick('User name and password').click();
  await workbench.answer('User name', 'reader');
  await workbench.answer('Password', 'invented-value');
  await workbench.pick('A test copy').click();
  await workbench.answer('Name of the connection', 'trial');
  await workbench.notification('The connection trial is set up and in use').waitFor();
  await workbench.clearNotifications();
  await page.getByRole('button', { name: /SSD connection: trial, test/ }).waitFor();
  await page.getByRole('tab', { name: 'SSD' }).first().click();
  await page.getByRole('treeitem', { name: /trial, in use/ }).click({ button: 'right' });
  await page.locator('.context-view .action-label').first().waitFor();
  await workbench.screenshot('tour-connection-menu');
  await page.keyboard.press('Escape');
  await workbench.runCommand('SSD: Choose Connection');
  await workbench.pick('Add a connection').waitFor();
  await workbench.screenshot('tour-choose-connection');
  await workbench.pick('Sandbox').click();
  await page.getByRole('button', { name: /SSD connection: sandbox/ }).waitFor();
}

async function changesMenu(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('SSD: Preview Delta');
  await workbench.notification(/new, 0 updated/).waitFor();
  await workbench.clearNotifications();
  await workbench.child(0).click({ button: 'right' });
  await page.locator('.context-view .action-label').first().waitFor();
  await workbench.screenshot('tour-child-menu');
  await page.keyboard.press('Escape');
  await workbench.runCommand('SSD: Filter Changes');
  await workbench.pick('Children with problems').waitFor();
  await workbench.screenshot('tour-filter');
  await workbench.pick('Children with problems').click();
  await page.getByText(/^0 of \d+ changed children shown\.$/).waitFor();
  await page.getByRole('button', { name: 'Clear Filter' }).first().waitFor();
  await workbench.screenshot('tour-filtered-empty');
  await workbench.runCommand('SSD: Clear Filter');
  await workbench.runCommand('SSD: Search Changes');
  await workbench.answer('Search the changes', 'CH0000001');
  await page.getByText(/^1 of \d+ changed children shown for the search/).waitFor();
  await workbench.runCommand('SSD: Clear Filter');
  await workbench.runCommand('SSD: Summary of Changes');
  await workbench.report('Changes since the last accepted payload').waitFor();
  await workbench.screenshot('tour-summary');
}

async function extractEditor(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.openFile('child_protection_plans.sql');
  await page.locator('.codelens-decoration', { hasText: 'Run this extract' }).first().waitFor();
  await page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ state: 'attached' });
  await workbench.screenshot('tour-extract-editor');
}

async function reports(workbench: Workbench): Promise<void> {
  await workbench.runCommand('SSD: Validation Report');
  await workbench.notification('The validation report is open').waitFor();
  await workbench.report(/report/i).waitFor();
  await workbench.screenshot('tour-validation-report');
  await workbench.clearNotifications();
}

async function files(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await page
    .getByRole('tab', { name: /^Explorer/ })
    .first()
    .click();
  await page
    .getByRole('treeitem', { name: /one-child\.payload\.json/ })
    .first()
    .click({ button: 'right' });
  await page.locator('.context-view .action-label', { hasText: 'Scramble Payload' }).waitFor();
  await workbench.screenshot('tour-explorer-menu');
  await page.keyboard.press('Escape');
}

async function runningExtensions(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Developer: Show Running Extensions');
  await workbench.page.locator('.runtime-extensions-editor .extension', { hasText: 'SSD Dataflow' }).waitFor();
  await workbench.screenshot('tour-running-extensions');
}
