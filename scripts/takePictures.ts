// Takes the pictures of the walkthrough and the README from the real VS Code, so that they stay true.
// Usage: node scripts/takePictures.ts   (after a change of what people see; commit what it writes)
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { outputFolder, repositoryRoot } from '../test/vscode/host/paths.ts';
import { runProcess } from '../test/vscode/host/runProcess.ts';

/** Picture below media/walkthrough, and the part of a journey's screenshot that it is. */
const pictures = {
  sandbox: 'flow-1-sandbox',
  extract: 'flow-2-extract',
  problems: 'problem-quick-fix',
  preview: 'flow-9-next-day',
  submit: 'flow-8-report',
  audit: 'flow-11-audit',
  connect: 'flow-12-check',
} as const;

const launcher = path.join(repositoryRoot, 'test', 'vscode', 'launch.ts');
await runProcess(process.execPath, [launcher, '--journeys'], {
  cwd: repositoryRoot,
  timeoutMs: 20 * 60_000,
  env: { ...process.env, SSD_REBUILD: 'yes' },
});
for (const [picture, screenshot] of Object.entries(pictures)) {
  await copyFile(
    path.join(outputFolder, 'screenshots', 'parts', `${screenshot}.png`),
    path.join(repositoryRoot, 'media', 'walkthrough', `${picture}.png`),
  );
}
