// Opens the packaged extension on the sample workspace, in a profile of its own. Usage: node scripts/start.ts
// Uses the VS Code that is installed on this computer; where there is none, VS Code in the browser, and prints its address.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { installCodeServer, installVsix, startCodeServer } from '../test/vscode/host/codeServer.ts';
import { editorCache, repositoryRoot } from '../test/vscode/host/paths.ts';
import { runProcess } from '../test/vscode/host/runProcess.ts';
import { builtVsix } from '../test/vscode/host/vsix.ts';

const profile = path.join(editorCache, 'try-it');
const workspace = path.join(profile, 'sample');
const folders = { dataFolder: path.join(profile, 'data'), extensionsFolder: path.join(profile, 'extensions') };

/** The command of an installed VS Code, or null. */
function installedEditor(): string | null {
  const asked = process.env.VSCODE_EXECUTABLE;
  const names = asked === undefined ? ['code', 'code-insiders', 'codium'] : [asked];
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? null;
}

async function openDesktop(editor: string, vsix: string): Promise<void> {
  const own = ['--user-data-dir', folders.dataFolder, '--extensions-dir', folders.extensionsFolder];
  await runProcess(editor, [...own, '--install-extension', vsix, '--force'], { timeoutMs: 120_000 });
  await runProcess(editor, [...own, '--new-window', workspace], { timeoutMs: 60_000 });
  console.log('VS Code is opening on the sample workspace.');
}

async function serve(vsix: string): Promise<void> {
  const vscodeFolder = await installCodeServer();
  await installVsix(vsix, { vscodeFolder, ...folders });
  const server = await startCodeServer({ vscodeFolder, ...folders, runsSuite: false, trustAll: true, env: {} });
  console.log('\nNo VS Code was found on this computer, so it runs in the browser. Open this address:\n');
  console.log(`  ${server.origin}/?folder=${encodeURIComponent(workspace)}\n`);
  console.log('Press Ctrl+C to stop.');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await server.stop();
}

process.env.SSD_REBUILD ??= 'yes';
const vsix = await builtVsix();
await mkdir(profile, { recursive: true });
await rm(workspace, { recursive: true, force: true });
await cp(path.join(repositoryRoot, 'sample'), workspace, { recursive: true });
const editor = installedEditor();
if (editor === null) await serve(vsix);
else await openDesktop(editor, vsix);
