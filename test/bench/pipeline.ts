// Memory and time of extract, validate and stage on the sandbox, by number of children, each in a process of its own.
// Usage: node test/bench/pipeline.ts [children ...]. Prints the peak of resident memory and CPU time.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createValidator } from '../../core/rules/validator.ts';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { writePayloadFile } from '../../pipeline/extract/payloadWriter.ts';
import { validateStream } from '../../pipeline/extract/validateStream.ts';
import { stageChildren } from '../../pipeline/staging/stageChildren.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';

const runDate = '2026-11-22';
const shipped = path.join(import.meta.dirname, '../../extracts');
const signal = new AbortController().signal;

/** One step on one database; prints a JSON line. */
async function step(name: string, database: string): Promise<void> {
  const connection = await openSqliteConnection({ name: 'sandbox', file: database, purpose: 'sandbox' }, signal);
  const pack = await loadPack({ shipped, override: null, spec: '0.9' });
  const options = { spec: '0.9', runDate } as const;
  const extraction = extractChildren(connection, { kind: 'pack', pack }, options, signal);
  let children = 0;
  const started = performance.now();
  if (name === 'extract') {
    async function* payloads() {
      for await (const extracted of extraction.children) if (extracted.kind === 'child') yield extracted.child;
    }
    children = await writePayloadFile(`${database}.json`, payloads(), signal);
  } else {
    await using store = await connection.openStaging('anon', signal);
    if (!(await store.check(signal)).exists) await store.create(signal);
    const validated = validateStream(extraction.children, createValidator({ spec: '0.9', asOf: runDate }), signal);
    const context = { progress: () => {}, signal, now: () => new Date(`${runDate}T06:00:00Z`) };
    children = (await stageChildren(validated.children, extraction.report, store, context)).children;
  }
  const { user, system } = process.cpuUsage();
  const result = {
    children,
    seconds: (performance.now() - started) / 1000,
    cpu: (user + system) / 1e6,
    peak: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(result));
  await connection.close();
}

async function all(counts: readonly number[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-bench-'));
  for (const count of counts) {
    const file = path.join(folder, `${count}.sqlite`);
    await createSandboxDatabase(file, { children: count, seed: 7, asOf: runDate, signal });
    for (const name of ['extract', 'stage', 'stage again']) {
      const run = spawnSync(process.execPath, [import.meta.filename, '--step', name, file], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(run.stderr);
      const { children, seconds, cpu, peak } = JSON.parse(run.stdout);
      console.log(
        `${name.padEnd(12)} ${String(children).padStart(7)} children  peak ${peak.toFixed(0).padStart(4)} MB  ` +
          `CPU ${cpu.toFixed(1).padStart(6)} s  wall ${seconds.toFixed(1).padStart(6)} s`,
      );
    }
  }
  await rm(folder, { recursive: true });
}

const [flag, name, file] = process.argv.slice(2);
if (flag === '--step' && name !== undefined && file !== undefined && existsSync(file)) await step(name, file);
else await all(process.argv.slice(2).map(Number).length > 0 ? process.argv.slice(2).map(Number) : [2_000, 20_000]);
