import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { outputFolder, repositoryRoot } from './paths.ts';

/** Where the bundled suite and the extension that carries it are. */
export interface TestExtension {
  /** A development extension that does nothing; VS Code runs a suite only together with one. */
  readonly extensionFolder: string;
  readonly suiteFile: string;
}

/** Bundles the suite as CommonJS, which the extension host loads, beside an empty extension to develop. */
export async function bundleSuite(): Promise<TestExtension> {
  const extensionFolder = path.join(outputFolder, 'vscode-tests');
  await mkdir(extensionFolder, { recursive: true });
  await writeFile(
    path.join(extensionFolder, 'package.json'),
    JSON.stringify({
      name: 'ssd-dataflow-tests',
      publisher: 'csc-dataflow',
      version: '0.0.1',
      type: 'commonjs',
      engines: { vscode: '^1.90.0' },
    }),
  );
  const suiteFile = path.join(extensionFolder, 'suite.js');
  await build({
    entryPoints: [path.join(repositoryRoot, 'test', 'vscode', 'suite', 'index.ts')],
    outfile: suiteFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return { extensionFolder, suiteFile };
}
