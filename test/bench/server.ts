// How the language server behaves while it first validates a payload of 3,000 children, and after keystrokes.
// Usage: node test/bench/server.ts [children]. Prints milliseconds, and ratios against JSON.parse and compiled Ajv.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { JsonValue } from '../../core/json.ts';
import { childSchemaCheck } from '../../core/rules/compiledSchema.ts';
import { startSpawned, type TestClient } from '../lsp/support/testClient.ts';
import { bigPayload } from '../support/bigPayload.ts';

const children = Number(process.argv[2] ?? 3000);
const big = 'file:///bench/big.json';
const small = 'file:///bench/small.json';
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function line(name: string, values: readonly number[]): string {
  const [median, most, worst] = [0.5, 0.95, 1].map((part) => quantile(values, part).toFixed(1).padStart(8));
  return `${name.padEnd(44)} median ${median}  95% ${most}  worst ${worst}  (${values.length})`;
}

/** JSON.parse and the compiled schema over all children: the least that any validation must do. */
function floor(text: string): number {
  const check = childSchemaCheck('0.9');
  check({});
  const started = performance.now();
  const parsed = JSON.parse(text) as JsonValue[];
  for (const child of parsed) check(child);
  return performance.now() - started;
}

/** Hovers over and over, 5 ms apart, until `until` settles; gives the waiting time of each. */
async function hoverUntil(client: TestClient, uri: string, line: number, until: Promise<unknown>): Promise<number[]> {
  let done = false;
  const stop = () => {
    done = true;
  };
  until.then(stop, stop);
  const waits: number[] = [];
  while (!done) {
    const started = performance.now();
    await client.hover(uri, { line, character: 8 });
    if (!done) waits.push(performance.now() - started);
    await pause(5);
  }
  return waits;
}

async function keystrokes(client: TestClient, line: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const at = { line, character: 0 };
    const started = performance.now();
    await client.type(big, { start: at, end: at }, ' ');
    await client.diagnostics(big);
    times.push(performance.now() - started);
  }
  return times;
}

const folder = await mkdtemp(path.join(tmpdir(), 'ssd-bench-'));
try {
  await writeFile(path.join(folder, 'package.json'), '{ "type": "commonjs" }');
  const bundle = path.join(folder, 'server.js');
  await build({
    entryPoints: [path.join(import.meta.dirname, '../../server/main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    define: { 'import.meta.dirname': '__dirname' },
  });
  const text = bigPayload(children);
  const least = Math.min(floor(text), floor(text), floor(text));
  const client = await startSpawned(bundle, { configuration: { validation: { asOf: '2026-11-22' } } });
  await client.open(small, bigPayload(2));
  await client.diagnostics(small);
  const idle = await hoverUntil(client, small, 2, pause(500));

  const started = performance.now();
  await client.open(big, text);
  const shown = client.diagnostics(big).then(() => performance.now() - started);
  const during = await Promise.all([
    hoverUntil(client, small, 2, shown),
    hoverUntil(client, big, Math.floor(text.split('\n').length / 2), shown),
  ]);
  const first = await shown;
  const lines = text.split('\n').length;
  console.log(`${children} children, ${(text.length / 1e6).toFixed(1)} million characters, ${lines} lines`);
  console.log(`JSON.parse + compiled schema                 ${least.toFixed(0)} ms`);
  console.log(
    `opened to first diagnostics                  ${first.toFixed(0)} ms, ${(first / least).toFixed(1)} times that`,
  );
  console.log(line('hover in an idle server, ms', idle.slice(1)));
  // The first answer waits for the editor's message with the whole text to be read.
  console.log(line('hover in another file meanwhile, ms', during[0].slice(1)));
  console.log(line('hover in the same file meanwhile, ms', during[1].slice(1)));
  for (const [place, at] of Object.entries({ start: 5, middle: Math.floor(lines / 2), end: lines - 6 })) {
    console.log(line(`keystroke to diagnostics, ${place}, ms`, await keystrokes(client, at, 15)));
  }
  await client.stop();
} finally {
  await rm(folder, { recursive: true, force: true });
}
