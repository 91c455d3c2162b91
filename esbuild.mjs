// One build for all bundles: client (VS Code), language (language client, loaded by client when needed), server
// (language server), pipeline (worker), cli, and one for each large package. Usage: node esbuild.mjs [--watch] [--production] [--only=client,language] [--outdir=dist] [--metafile=FILE]
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { build, context } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
/** @param {string} name */
const flag = (name) => process.argv.find((given) => given.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = flag('only')?.split(',');
const outdir = flag('outdir') ?? 'dist';
/** Where to write what went into each bundle: for the notices of other people's packages. */
const metafile = flag('metafile');

/** Entry points by bundle name; a room that does not exist is an error, so that no bundle is forgotten. */
const allEntries = {
  client: 'client/main.ts',
  language: 'client/language/languageSession.ts',
  server: 'server/main.ts',
  pipeline: 'jobs/worker.ts',
  cli: 'cli/main.ts',
};
const entries = Object.fromEntries(Object.entries(allEntries).filter(([name]) => only?.includes(name) ?? true));

/**
 * Large packages that are loaded when first used. Each is a bundle of its own beside the others, so that it is parsed
 * only then, and shared by the worker and the command line.
 */
const lazyPackages = {
  mssql: 'mssql',
  // Only the package for Windows has the native module behind it.
  'mssql/msnodesqlv8.js': 'mssql-windows',
  '@azure/identity': 'azure-identity',
  undici: 'undici',
  pg: 'pg',
};

/** @type {import('esbuild').Plugin} */
const loadWhenFirstUsed = {
  name: 'load-when-first-used',
  setup(build) {
    const filter = new RegExp(
      `^(?:${Object.keys(lazyPackages)
        .map((name) => name.replaceAll('.', '.'))
        .join('|')})$`,
    );
    build.onResolve({ filter }, ({ path, kind }) => {
      return kind === 'entry-point' ? undefined : { path: `./${lazyPackages[path]}.js`, external: true };
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['vscode', 'msnodesqlv8', 'pg-native'],
  define: { 'import.meta.dirname': '__dirname' },
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  outdir,
  legalComments: 'none',
  metafile: metafile !== undefined,
};

await mkdir(outdir, { recursive: true });
// The package is ESM in source; the bundles are CommonJS because VS Code's oldest supported hosts load only that.
await writeFile(`${outdir}/package.json`, '{ "type": "commonjs" }\n');

for (const [name, entry] of Object.entries(entries)) {
  if (!existsSync(entry)) throw new Error(`Entry point ${entry} for bundle ${name} is missing`);
}
const needed = 'pipeline' in entries || 'cli' in entries ? Object.entries(lazyPackages) : [];
const options = {
  ...common,
  plugins: [loadWhenFirstUsed],
  entryPoints: [
    ...Object.entries(entries).map(([out, entry]) => ({ in: entry, out })),
    ...needed.map(([entry, out]) => ({ in: entry, out })),
  ],
};
if (watch) {
  const ctx = await context(options);
  await ctx.watch();
} else {
  const result = await build(options);
  if (metafile !== undefined) await writeFile(metafile, JSON.stringify(result.metafile));
}
