import assert from 'node:assert/strict';
import type { Journey } from '../host/runJourneys.ts';
import type { Workbench } from '../host/workbench.ts';

export const sendFirstPayload: Journey = {
  name: 'an analyst extracts, looks at the changes, holds back a child, submits and shows the audit trail',
  trusted: true,
  run: async (workbench) => {
    await workbench.open();
    await startSandbox(workbench);
    await extract(workbench);
    await preview(workbench);
    await holdBack(workbench);
    await dryRun(workbench);
    await sendToSandbox(workbench);
    await nextDay(workbench);
    await audit(workbench);
    await check(workbench);
  },
};

async function startSandbox(workbench: Workbench): Promise<void> {
  await workbench.runCommand('SSD: Start Sandbox');
  await workbench.notification('The sandbox is ready').waitFor();
  await workbench.page.getByRole('tab', { name: 'SSD' }).first().click();
  await workbench.page.getByRole('treeitem', { name: /Sandbox.*receiver at/ }).waitFor();
  await workbench.screenshot('flow-1-sandbox', { x: 0, y: 36, width: 720, height: 450 });
  await workbench.clearNotifications();
}

async function extract(workbench: Workbench): Promise<void> {
  await workbench.runCommand('SSD: Extract Payload');
  await workbench.notification('Extracted').waitFor();
  await workbench.page.locator('.tab[data-resource-name="sandbox.json"]').waitFor();
  await workbench.screenshot('flow-2-extract', { x: 350, y: 36, width: 720, height: 450 });
  await workbench.clearNotifications();
}

async function preview(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('SSD: Preview Delta');
  await workbench.notification(/\d+ new, 0 updated/).waitFor();
  await workbench.clearNotifications();
  await page.getByRole('treeitem', { name: /^New, / }).waitFor();
  await workbench.child(0).click();
  await page.locator('.monaco-diff-editor .view-line').first().waitFor();
  await workbench.screenshot('flow-3-preview');
}

async function holdBack(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const child = workbench.child(1);
  await child.hover();
  await child.getByRole('button', { name: 'Hold Back...' }).click();
  await workbench.quickInput.fill('being checked with the social worker');
  await page.keyboard.press('Enter');
  await page
    .getByRole('treeitem', { name: /held back: being checked/ })
    .first()
    .waitFor();
  await workbench.screenshot('flow-4-held-back');
}

async function dryRun(workbench: Workbench): Promise<void> {
  await workbench.runCommand('SSD: Submit Payload');
  await workbench.pick('Dry run').waitFor();
  await workbench.screenshot('flow-5-mode');
  // Dry run is the first choice, so Enter alone is safe.
  await workbench.page.keyboard.press('Enter');
  await workbench.notification('Dry run: nothing was sent').waitFor();
  await workbench.report('Dry run: nothing was sent').waitFor();
  await workbench.screenshot('flow-6-dry-run');
  await workbench.clearNotifications();
}

async function sendToSandbox(workbench: Workbench): Promise<void> {
  await workbench.runCommand('SSD: Submit Payload');
  await workbench.pick('Test').click();
  await workbench.pick('Do not send').waitFor();
  assert.match((await workbench.pick('Do not send').getAttribute('class')) ?? '', /focused/);
  await workbench.screenshot('flow-7-confirm');
  await workbench.pick(/Send \d+ children/).click();
  await workbench.notification('children accepted by 127.0.0.1').waitFor({ timeout: 60_000 });
  await workbench.report('Submission completed').waitFor();
  await workbench.screenshot('flow-8-report', { x: 350, y: 70, width: 720, height: 450 });
  await workbench.clearNotifications();
}

async function nextDay(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('SSD: Advance Sandbox by a Day');
  await workbench.notification('A day has passed').waitFor();
  await workbench.clearNotifications();
  await workbench.runCommand('SSD: Preview Delta');
  const updated = page.getByRole('treeitem', { name: /, Updated\. / }).first();
  await updated.waitFor();
  await workbench.clearNotifications();
  await updated.click();
  await page.locator('.monaco-diff-editor .view-line').first().waitFor();
  await workbench.screenshot('flow-9-next-day', { x: 350, y: 340, width: 1045, height: 340 });
  await workbench.runCommand('SSD: Open All Changes');
  await page.locator('.tab.active', { hasText: 'changed children' }).waitFor();
  await page.locator('.multiDiffEntry .view-line').first().waitFor();
  await workbench.screenshot('flow-10-all-changes');
}

async function audit(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('SSD: Show Audit Trail');
  const submission = page.getByRole('treeitem', { name: /^Submission at .*, Test,/ }).first();
  await submission.waitFor();
  await submission.click();
  await page
    .getByRole('treeitem', { name: /^Sent: batch 1/ })
    .first()
    .click();
  await page.locator('.tab.active', { hasText: 'request' }).waitFor();
  await workbench.runCommand('SSD: Verify Audit Trail');
  await workbench.notification('The audit trail is whole').waitFor();
  await workbench.screenshot('flow-11-audit', { x: 40, y: 460, width: 860, height: 440 });
}

async function check(workbench: Workbench): Promise<void> {
  await workbench.clearNotifications();
  await workbench.runCommand('SSD: Check Connection');
  await workbench.report('Check of the sandbox').waitFor({ timeout: 60_000 });
  await workbench.screenshot('flow-12-check', { x: 350, y: 70, width: 720, height: 450 });
}
