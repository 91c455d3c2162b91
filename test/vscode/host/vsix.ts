import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from './paths.ts';
import { runProcess } from './runProcess.ts';

/** The packaged extension; it is built when it is missing, or always when `SSD_REBUILD` is set. */
export async function builtVsix(): Promise<string> {
  const manifest = await readFile(path.join(repositoryRoot, 'package.json'), 'utf8');
  const { name, version } = JSON.parse(manifest) as { readonly name: string; readonly version: string };
  const vsix = path.join(repositoryRoot, `${name}-${version}.vsix`);
  if (!existsSync(vsix) || process.env.SSD_REBUILD !== undefined) {
    console.log('Packaging the extension');
    await runProcess(process.execPath, [path.join(repositoryRoot, 'scripts', 'package.ts')], {
      cwd: repositoryRoot,
      timeoutMs: 180_000,
    });
  }
  return vsix;
}
