import type { Journey } from '../host/runJourneys.ts';

export const brokenConfiguration: Journey = {
  name: 'with a broken configuration every message says what to do',
  trusted: true,
  settings: { 'ssd.connections': [{ name: 'council', servr: 'db1' }] },
  files: {
    '.vscode/settings.json': JSON.stringify({ 'ssd.connection': 'council', 'git.enabled': false }),
  },
  run: async (workbench) => {
    const { page } = workbench;
    await workbench.open();
    await page.getByRole('tab', { name: 'SSD' }).first().click();
    await page.getByRole('treeitem', { name: /council, in use/ }).waitFor();
    await workbench.runCommand('SSD: Preview Delta');
    await workbench.notification(/council.*servr.*server/).waitFor();
    await workbench
      .notification(/council/)
      .getByRole('button', { name: 'Open Settings' })
      .waitFor();
    await workbench.screenshot('broken-connection');
    await workbench.clearNotifications();

    await workbench.writeFile('ssd.config.json', '{ "laCode": "12", }');
    await workbench.runCommand('SSD: Preview Delta');
    await workbench.notification(/ssd\.config\.json, line 1.*laCode/).waitFor();
    await workbench.screenshot('broken-config-file');
    await workbench.clearNotifications();

    await workbench.writeFile('ssd.config.json', '{ "laCode": "926" }');
    await workbench.writeFile('.vscode/settings.json', JSON.stringify({ 'ssd.connection': 'nobody' }));
    await page.getByRole('button', { name: /SSD connection: nobody, not set up here/ }).waitFor();
    await workbench.runCommand('SSD: Check Connection');
    await workbench.notification(/nobody/).waitFor();
    await workbench.screenshot('unknown-connection');
  },
};
