import assert from 'node:assert/strict';
import type { Journey } from '../host/runJourneys.ts';

export const mendMistake: Journey = {
  name: 'an SSD developer types a mistake, sees it in the Problems panel, and mends it from the light bulb',
  trusted: true,
  run: async (workbench) => {
    const { page } = workbench;
    await workbench.open();
    await workbench.openFile('one-child.payload.json');
    // Go to the value of "sex" and type a wrong code over it.
    await page.keyboard.press('Control+F');
    await page.locator('.find-widget textarea').first().fill('"sex": "M');
    await page.locator('.find-widget .matchesCount', { hasText: '1 of 1' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('m');
    await page.keyboard.press('Control+Shift+M');
    await workbench.problems.filter({ hasText: 'FMT-20' }).first().waitFor();
    await workbench.screenshot('problem-typed');
    // Back to the editor, onto the problem, and open the light bulb's menu.
    await page.keyboard.press('Control+1');
    await page.keyboard.press('F8');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'Change to M' }).first();
    await fix.waitFor();
    await workbench.screenshot('problem-quick-fix', { x: 350, y: 36, width: 720, height: 400 });
    await page.keyboard.press('Enter');
    await page.locator('.markers-panel .message-box-container', { hasText: 'No problems' }).waitFor();
    await workbench.screenshot('problem-mended');
    const text = await page.locator('.editor-instance .view-lines').first().textContent();
    assert.match((text ?? '').replaceAll('\u00a0', ' '), /"sex": "M"/);
  },
};
