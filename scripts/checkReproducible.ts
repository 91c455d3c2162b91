// Packs the extension twice and fails when the two packages differ. Usage: node scripts/checkReproducible.ts [flags of package.ts]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };

const root = path.join(import.meta.dirname, '..');
const flags = process.argv.slice(2);

/** SHA-256 of the package that a fresh build gives. */
function packed(): string {
  const { status } = spawnSync(process.execPath, ['scripts/package.ts', ...flags], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The extension could not be packed');
  const targeted = flags.some((flag) => flag.startsWith('--windows='));
  const prefix = `${packageJson.name}-${packageJson.version}${targeted ? '-' : '.'}`;
  const file = readdirSync(root).find((name) => name.startsWith(prefix) && name.endsWith('.vsix'));
  if (file === undefined) throw new Error('There is no package after packing');
  return createHash('sha256')
    .update(readFileSync(path.join(root, file)))
    .digest('hex');
}

const [first, second] = [packed(), packed()];
console.log(first === second ? `Both packages are ${first}` : `The packages differ: ${first}, ${second}`);
process.exitCode = first === second ? 0 : 1;
