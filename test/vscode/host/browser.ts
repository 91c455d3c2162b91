import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { runProcess } from './runProcess.ts';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * Starts a headless Chromium: the one that `CHROMIUM` names, else one in a usual place, else Debian's package, which
 * is installed when we are allowed to.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? usualPlaces.find(existsSync) ?? (await installChromium());
  return await chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--force-color-profile=srgb',
    ],
  });
}

async function installChromium(): Promise<string> {
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    throw new Error(
      'The tests in VS Code need a Chromium browser and none was found. Install Chromium, Chrome or Edge, or set CHROMIUM to its path.',
    );
  }
  console.log('No Chromium was found. Installing the package chromium with apt-get; this happens once.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runProcess('apt-get', ['update', '-q'], { timeoutMs: 180_000, env });
  await runProcess('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
    timeoutMs: 420_000,
    env,
  });
  return '/usr/bin/chromium';
}
