// Writes THIRD-PARTY-NOTICES and, with --sbom=FILE, a CycloneDX bill of materials, from what is in the bundles.
// Usage: node scripts/generateNotices.ts [--sbom=FILE]
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { bundledPackages } from './bundledPackages.ts';
import { billOfMaterials, thirdPartyNotices } from './notices.ts';

const root = path.join(import.meta.dirname, '..');
const sbom = process.argv.find((given) => given.startsWith('--sbom='))?.slice('--sbom='.length);
const packages = await bundledPackages();
if (sbom === undefined) await writeFile(path.join(root, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(packages));
else {
  const file = path.resolve(root, sbom);
  await mkdir(path.dirname(file), { recursive: true });
  const { name, version } = packageJson;
  await writeFile(file, billOfMaterials({ name, version }, packages));
}
console.log(`${packages.length} packages`);
