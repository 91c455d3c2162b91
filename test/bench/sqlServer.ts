/**
 * Extracts and stages over TDS from a test server in a process of its own, and prints memory, time and how long a
 * cancel takes: `node test/bench/sqlServer.ts [CHILDREN...]`.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { parseConnectionProfile } from '../../pipeline/connections/profile.ts';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import { openSqlServerConnection } from '../../pipeline/connections/sqlServer/sqlServerConnection.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { canonicalWithHash } from '../../pipeline/hash.ts';
import { stageChildren } from '../../pipeline/staging/stageChildren.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const password = 'bench';
const sizes = process.argv.slice(2).map(Number);
const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });

function extraction(connection: SsdConnection, signal: AbortSignal) {
  return extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, signal);
}

/** Peak of resident memory above the start while `work` runs, in megabytes, and its time in seconds. */
async function measure(work: () => Promise<void>): Promise<{ megabytes: number; seconds: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const start = performance.now();
  await work();
  clearInterval(timer);
  return { megabytes: (peak - before) / 2 ** 20, seconds: (performance.now() - start) / 1000 };
}

/** Hash over the canonical payloads of all children, in their order. */
async function digestOf(connection: SsdConnection): Promise<string> {
  const hash = createHash('sha256');
  for await (const child of extraction(connection, never).children) {
    if (child.kind === 'child') hash.update(canonicalWithHash(child.child).text);
  }
  return hash.digest('hex');
}

async function startServer(
  file: string,
): Promise<{ process: ChildProcessByStdio<Writable, Readable, null>; port: number }> {
  const child = spawn(process.execPath, ['test/tds/main.ts', file, password], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { process: child, port: Number(String(line)) };
}

async function run(children: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-bench-'));
  const file = path.join(folder, 'ssd.sqlite');
  await createSandboxDatabase(file, { children, seed: 1, asOf: runDate });
  const server = await startServer(file);
  const raw = { name: 'bench', server: `localhost,${server.port}`, database: 'SSD', user: 'tester', encrypt: false };
  const connection = await openSqlServerConnection(
    parseConnectionProfile(raw).profile,
    { password: async () => password },
    never,
  );
  try {
    let digest = '';
    const extracted = await measure(async () => {
      digest = await digestOf(connection);
    });
    const sqlite = await openSqliteConnection({ name: 'direct', file, purpose: 'sandbox' }, never);
    const direct = await measure(async () => {
      if ((await digestOf(sqlite)) !== digest) throw new Error('SQL Server and SQLite gave different payloads');
    });
    await sqlite.close();
    await using store = await connection.openStaging('anon', never);
    const context = { progress: () => {}, signal: never, now: () => new Date() };
    const staged = await measure(async () => {
      const { children: all, report } = extraction(connection, never);
      await stageChildren(all, report, store, context);
    });
    const controller = new AbortController();
    let cancelled = 0;
    let cpu = process.cpuUsage();
    let seen = 0;
    try {
      for await (const _ of extraction(connection, controller.signal).children) {
        if (++seen < 100) continue;
        cancelled = performance.now();
        cpu = process.cpuUsage();
        controller.abort();
      }
    } catch {
      cancelled = performance.now() - cancelled;
      cpu = process.cpuUsage(cpu);
    }
    const show = ({ megabytes, seconds }: { megabytes: number; seconds: number }) =>
      `${megabytes.toFixed(0)} MB, ${seconds.toFixed(1)} s`;
    console.log(`${children} children: same payloads as SQLite`);
    console.log(`  extract over TDS   ${show(extracted)} (${(extracted.seconds / direct.seconds).toFixed(1)}x SQLite)`);
    console.log(`  extract and stage  ${show(staged)}`);
    console.log(
      `  cancel             ${cancelled.toFixed(0)} ms, ${((cpu.user + cpu.system) / 1000).toFixed(0)} ms of them at work`,
    );
  } finally {
    await connection.close();
    server.process.stdin.end();
    await once(server.process, 'exit');
    await rm(folder, { recursive: true });
  }
}

for (const children of sizes.length > 0 ? sizes : [2_000, 20_000]) await run(children);
