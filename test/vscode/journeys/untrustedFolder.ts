import type { Journey } from '../host/runJourneys.ts';

export const untrustedFolder: Journey = {
  name: 'in a folder that is not trusted payloads are checked, and nothing is connected, queried or sent',
  trusted: false,
  files: { 'ssd.config.json': JSON.stringify({ connection: 'somewhere', laCode: '926' }) },
  run: async (workbench) => {
    const { page } = workbench;
    await workbench.open();
    await page.getByText('Restricted Mode', { exact: true }).waitFor();
    await workbench.openFile('broken.payload.json');
    await page.keyboard.press('Control+Shift+M');
    await workbench.problems.filter({ hasText: 'FMT-11' }).first().waitFor();
    await page.getByRole('tab', { name: 'SSD' }).first().click();
    await page.getByText('This folder is not trusted. Payloads and extracts are checked').first().waitFor();
    for (const command of [
      'SSD: Extract Payload',
      'SSD: Preview Delta',
      'SSD: Submit Payload',
      'SSD: Check Connection',
    ]) {
      await workbench.runCommand(command);
      await workbench.notification('It opens no connection, runs no query and sends nothing').waitFor();
      await workbench.screenshot('untrusted');
      await workbench.clearNotifications();
    }
  },
};
