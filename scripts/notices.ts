import type { BundledPackage } from './bundledPackages.ts';

/** The text of THIRD-PARTY-NOTICES: each package that is in a bundle, with its licence. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, license, text }) =>
    [`${name} ${version}`, `Licence: ${license}`, '', text ?? 'The package has no licence file of its own.'].join('\n'),
  );
  const head = [
    'Third-party notices for SSD Dataflow',
    '',
    'Code of these packages is part of the bundles of this extension. Written by scripts/generateNotices.ts (npm run',
    'generate:notices) from what the bundler took.',
  ].join('\n');
  return `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** A CycloneDX 1.5 bill of materials of the packages that are in a bundle. The same input gives the same text. */
export function billOfMaterials(
  product: { name: string; version: string },
  packages: readonly BundledPackage[],
): string {
  const reference = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const main = reference(product.name, product.version);
  const components = packages.map(({ name, version, license }) => ({
    type: 'library',
    'bom-ref': reference(name, version),
    name,
    version,
    purl: reference(name, version),
    licenses: [{ expression: license }],
  }));
  return `${JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      metadata: { component: { type: 'application', 'bom-ref': main, ...product, licenses: [{ expression: 'MIT' }] } },
      components,
      dependencies: [{ ref: main, dependsOn: components.map((component) => component['bom-ref']) }],
    },
    null,
    2,
  )}\n`;
}
