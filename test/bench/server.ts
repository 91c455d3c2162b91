// How the language server behaves with a payload of 3,000 children: while it first validates it, and after keystrokes.
// Usage: node test/bench/server.ts [children]. Part one counts the CPU time of the server's own thread, which does not
// depend on what else the machine does; part two is the clock time that a client waits, over stdio with the bundle.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { JsonValue } from '../../core/json.ts';
import { childSchemaCheck } from '../../core/rules/compiledSchema.ts';
import { toDiagnostics } from '../../server/diagnostics.ts';
import type { LanguageService, RequestContext } from '../../server/languages/languageService.ts';
import { createPayloadService } from '../../server/payload/payloadService.ts';
import { topProblems } from '../../server/problemRuns.ts';
import { createBreather, sliceMilliseconds } from '../../server/scheduler.ts';
import { SourceDocument } from '../../server/sourceDocument.ts';
import { startSpawned, type TestClient } from '../lsp/support/testClient.ts';
import { bigPayload } from '../support/bigPayload.ts';
import { testContext } from '../support/requestContext.ts';

const children = Number(process.argv[2] ?? 3000);
const big = 'file:///bench/big.json';
const small = 'file:///bench/small.json';
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** CPU time of this thread in milliseconds. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function line(name: string, values: readonly number[]): string {
  const [median, most, worst] = [0.5, 0.95, 1].map((part) => quantile(values, part).toFixed(1).padStart(7));
  return `${name.padEnd(48)} median ${median}  95% ${most}  worst ${worst}  (${values.length})`;
}

/** JSON.parse and the compiled schema over all children: the least that any validation must do. */
function floor(text: string): number {
  const check = childSchemaCheck('0.9');
  const started = cpu();
  for (const child of JSON.parse(text) as JsonValue[]) check(child);
  return cpu() - started;
}

/** CPU time of hovers spread over the document. */
async function hovers(service: LanguageService, document: SourceDocument, context: RequestContext): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < 100; n++) {
    const at = { line: Math.floor((document.lineCount * n) / 100), character: 12 };
    const started = cpu();
    await service.hover?.(document, at, context);
    times.push(cpu() - started);
  }
  return times;
}

async function ownThread(text: string): Promise<void> {
  const least = Math.min(floor(text), floor(text), floor(text));
  console.log(`JSON.parse + compiled schema: ${least.toFixed(0)} ms`);
  const service = createPayloadService();
  await service.problems(new SourceDocument(small, 'json', 1, bigPayload(50)), testContext());

  const document = new SourceDocument(big, 'json', 1, text);
  console.log(line('hover in text that was not validated yet', await hovers(service, document, testContext())));
  const held: number[] = [];
  const breathe = createBreather(sliceMilliseconds, cpu);
  let sliceStart = cpu();
  const context = testContext(() => {
    const wait = breathe();
    if (wait === undefined) return undefined;
    held.push(cpu() - sliceStart);
    return wait.then(() => {
      sliceStart = cpu();
    });
  });
  const started = cpu();
  await topProblems(service, document, context);
  const first = cpu() - started;
  console.log(`first validation: ${first.toFixed(0)} ms, ${(first / least).toFixed(1)} times JSON.parse + schema`);
  console.log(line('event loop held at a stretch meanwhile', held));
  console.log(line('hover afterwards', await hovers(service, document, testContext())));
  const { lineCount } = document;
  for (const [place, at] of Object.entries({ start: 5, middle: Math.floor(lineCount / 2), end: lineCount - 7 })) {
    const times: number[] = [];
    for (let n = 0; n < 40; n++) {
      const before = cpu();
      const offset = document.offsetAt({ line: at, character: 0 });
      document.edit(offset, offset, ' ');
      document.setVersion(document.version + 1);
      service.changed?.(document, [{ start: offset, end: offset, newText: ' ' }]);
      const top = await topProblems(service, document, testContext());
      toDiagnostics(top, document, context.settings, undefined);
      times.push(cpu() - before);
    }
    console.log(line(`keystroke to diagnostics, ${place}`, times));
  }
}

/** Hovers over and over, 5 ms apart, until `until` settles; gives the waiting time of each. */
async function hoverUntil(client: TestClient, uri: string, at: number, until: Promise<unknown>): Promise<number[]> {
  let done = false;
  const stop = () => {
    done = true;
  };
  until.then(stop, stop);
  const waits: number[] = [];
  while (!done) {
    const started = performance.now();
    await client.hover(uri, { line: at, character: 8 });
    if (!done) waits.push(performance.now() - started);
    await pause(5);
  }
  // The first one waits for the message with the whole text to be read.
  return waits.slice(1);
}

async function overStdio(bundle: string, text: string): Promise<void> {
  const lines = text.split('\n').length;
  const client = await startSpawned(bundle, { configuration: { validation: { asOf: '2026-11-22' } } });
  await client.open(small, bigPayload(2));
  await client.diagnostics(small);
  console.log(line('hover in an idle server', await hoverUntil(client, small, 2, pause(500))));
  const floorStarted = performance.now();
  floor(text);
  const least = performance.now() - floorStarted;
  const started = performance.now();
  const soon = client.nextPublished(({ uri }) => uri === big).then(() => performance.now() - started);
  await client.open(big, text);
  const shown = client.diagnostics(big).then(() => performance.now() - started);
  const during = await Promise.all([
    hoverUntil(client, small, 2, shown),
    hoverUntil(client, big, Math.floor(lines / 2), shown),
  ]);
  const report = (name: string, time: number) =>
    console.log(`${name}: ${time.toFixed(0)} ms, ${(time / least).toFixed(1)} times JSON.parse + schema`);
  report('opened to first problems shown', await soon);
  report('opened to all problems shown', await shown);
  console.log(line('hover in another file meanwhile', during[0]));
  console.log(line('hover in the same file meanwhile', during[1]));
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    const at = { line: Math.floor(lines / 2), character: 0 };
    const before = performance.now();
    await client.type(big, { start: at, end: at }, ' ');
    await client.diagnostics(big);
    times.push(performance.now() - before);
  }
  console.log(line('keystroke to diagnostics, middle', times));
  await client.stop();
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
  const lines = text.split('\n').length;
  console.log(`${children} children, ${(text.length / 1e6).toFixed(1)} million characters, ${lines} lines\n`);
  console.log("CPU time of the server's thread, ms");
  await ownThread(text);
  console.log('\nClock time over stdio, ms');
  await overStdio(bundle, text);
} finally {
  await rm(folder, { recursive: true, force: true });
}
