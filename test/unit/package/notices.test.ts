import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BundledPackage, bundledPackages } from '../../../scripts/bundledPackages.ts';
import { billOfMaterials, thirdPartyNotices } from '../../../scripts/notices.ts';
import { root } from './manifest.ts';

const allowed: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
]);

describe('packages in the bundles', () => {
  let packages: readonly BundledPackage[] = [];

  beforeAll(async () => {
    packages = await bundledPackages();
  }, 120_000);

  it('have licences that allow it', () => {
    expect(packages.length).toBeGreaterThan(10);
    const others = packages.filter(({ license }) => !allowed.has(license));
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  it('all come with the text of their licence', () => {
    expect(packages.filter(({ text }) => text === null).map(({ name }) => name)).toEqual([]);
  });

  it('are those of THIRD-PARTY-NOTICES (npm run generate:notices)', () => {
    expect(readFileSync(path.join(root, 'THIRD-PARTY-NOTICES'), 'utf8')).toBe(thirdPartyNotices(packages));
  });

  it('all stand in the bill of materials', () => {
    const bill = JSON.parse(billOfMaterials({ name: 'ssd-dataflow', version: '1.0.0' }, packages));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(bill.components.map((one: { name: string }) => one.name)).toEqual(packages.map(({ name }) => name));
    expect(new Set(bill.components.map((one: { purl: string }) => one.purl)).size).toBe(packages.length);
  });
});
