// Renders media/icon.svg to the 128 px PNG that the marketplace wants. Usage: node scripts/renderIcon.ts
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from '../test/vscode/host/browser.ts';

const media = path.join(import.meta.dirname, '..', 'media');
const svg = await readFile(path.join(media, 'icon.svg'), 'utf8');
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
  await page.setContent(`<body style="margin:0">${svg}</body>`);
  await page.screenshot({ path: path.join(media, 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
