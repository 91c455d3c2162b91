import assert from 'node:assert/strict';
import type { Journey } from '../host/runJourneys.ts';
import type { Workbench } from '../host/workbench.ts';

/** An address where nobody listens: this journey ends before anything is sent. */
const nowhere = 'http://127.0.0.1:9/children-in-social-care-data-receiver/1';

export const confirmLive: Journey = {
  name: 'a live submission needs a sign-off and a person who presses the button that is not the first',
  trusted: true,
  settings: {
    'ssd.laCode': '926',
    'ssd.endpoint.liveUrl': nowhere,
    'ssd.endpoint.tokenUrl': `${nowhere}/token`,
    'ssd.endpoint.clientId': 'nobody',
    'ssd.endpoint.scope': 'none',
  },
  files: { 'ssd.config.json': JSON.stringify({ table: 'live' }) },
  run: async (workbench) => {
    const { page } = workbench;
    await workbench.open();
    await workbench.runCommand('SSD: Preview Delta');
    await workbench.notification(/new, 0 updated/).waitFor();
    await workbench.clearNotifications();

    await enterSecret(workbench, 'Client secret of the DfE API');
    await enterSecret(workbench, 'Supplier key of the DfE API');

    await submitLive(workbench);
    await workbench.notification(/Nothing was sent\. .*No sign-off/).waitFor();
    await workbench.screenshot('live-1-no-sign-off');
    await workbench.clearNotifications();

    await workbench.runCommand('SSD: Sign Off Live');
    await workbench.answer('Who signs off', 'Sam Example, head of service');
    await workbench.answer('What was agreed', 'test submissions reviewed');
    await workbench.notification('The sign-off is recorded').waitFor();
    await workbench.clearNotifications();

    await submitLive(workbench);
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText(/Send the records of 2\d\d children of .* \(926\) to the DfE\?/).waitFor();
    await dialog.getByText('127.0.0.1:9').first().waitFor();
    await workbench.screenshot('live-2-confirm');
    const focused = await dialog.locator(':focus').textContent();
    assert.equal(focused?.trim(), 'Review Changes First');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await workbench.runCommand('SSD: Show Audit Trail');
    await page.getByRole('button', { name: 'Submit Payload...' }).first().waitFor();
    await workbench.screenshot('live-3-nothing-sent');
  },
};

async function submitLive(workbench: Workbench): Promise<void> {
  await workbench.runCommand('SSD: Submit Payload');
  await workbench.pick('Live').click();
}

async function enterSecret(workbench: Workbench, which: string): Promise<void> {
  await workbench.runCommand('SSD: Set Credentials');
  await workbench.pick(which).click();
  await workbench.answer(which, 'invented-value');
  await workbench.notification(`Saved in the secret store: ${which}`).waitFor();
  await workbench.clearNotifications();
}
