import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(import.meta.dirname, '..');

/** A package of which at least one file is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression of its package.json. */
  readonly license: string;
  /** Text of its licence file, or of that part of its README; null where it has neither. */
  readonly text: string | null;
}

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** The folder of the package that an input belongs to, such as `node_modules/@azure/core-auth`. */
function packageFolder(input: string): string | null {
  const at = input.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first = '', second = ''] = input.slice(at + 'node_modules/'.length).split('/');
  return input.slice(0, at) + path.posix.join('node_modules', first, first.startsWith('@') ? second : '');
}

async function licenceText(folder: string): Promise<string | null> {
  const names = (await readdir(folder)).sort();
  const own = names.find((file) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(file));
  const file = own ?? names.find((name) => /^readme\.md$/i.test(name));
  if (file === undefined) return null;
  const whole = (await readFile(path.join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
  // Some packages have their licence at the end of the README alone.
  const text = own === undefined ? /^#+ *licen[cs]e\b.*$([\s\S]*)/im.exec(whole)?.[1] : whole;
  return text?.replaceAll(/[ \t]+$/gm, '').trim() || null;
}

async function describe(folder: string): Promise<BundledPackage> {
  const manifest: { name: string; version: string; license?: unknown } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const license = typeof manifest.license === 'string' ? manifest.license : 'not stated';
  return { name: manifest.name, version: manifest.version, license, text: await licenceText(folder) };
}

/**
 * The packages whose code is in the shipped bundles, by name and version, from what the bundler says that it took.
 * Builds everything into a temporary folder, which takes some seconds.
 */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-notices-'));
  try {
    const file = path.join(folder, 'meta.json');
    const flags = ['esbuild.mjs', '--production', `--outdir=${folder}`, `--metafile=${file}`];
    await promisify(execFile)(process.execPath, flags, { cwd: root });
    const metafile: Metafile = JSON.parse(await readFile(file, 'utf8'));
    const inputs = Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
    );
    const folders = new Set(inputs.map(packageFolder).filter((one) => one !== null));
    const found = new Map<string, BundledPackage>();
    for (const one of folders) {
      const described = await describe(path.resolve(root, one));
      found.set(`${described.name}@${described.version}`, described);
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, described]) => described);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
