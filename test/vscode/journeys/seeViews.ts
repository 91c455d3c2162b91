import type { Journey } from '../host/runJourneys.ts';

export const seeViews: Journey = {
  name: 'a new person opens the SSD views and sees what to do next',
  trusted: true,
  run: async (workbench) => {
    const { page } = workbench;
    await workbench.open();
    await page.getByRole('tab', { name: 'SSD' }).first().click();
    await page
      .getByRole('treeitem', { name: /Sandbox/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Preview Delta' }).first().waitFor();
    await workbench.screenshot('views-welcome');
  },
};
