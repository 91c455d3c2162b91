/**
 * Extracts and stages in a real PostgreSQL that it starts, and prints memory and time beside those of SQLite:
 * `node test/bench/postgres.ts [CHILDREN...]`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import type { ConnectionProfile } from '../../pipeline/connections/profile.ts';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { canonicalWithHash } from '../../pipeline/hash.ts';
import { stageChildren } from '../../pipeline/staging/stageChildren.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { PostgresServer, postgresSecrets } from '../db/postgresServer.ts';
import { copySsd } from '../db/postgresSsd.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });

/** What a process of its own does: so that its memory is that of one step alone. */
interface Task {
  readonly step: 'extract' | 'stage';
  /** SQLite file, or the profile of a PostgreSQL. */
  readonly file?: string;
  readonly profile?: ConnectionProfile;
}

interface Measured {
  readonly megabytes: number;
  readonly seconds: number;
  /** Hash of all payloads; empty when they were staged. */
  readonly digest: string;
}

function extraction(connection: SsdConnection) {
  return extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, never);
}

/** Hash over the canonical payloads of all children, in their order. */
async function digestOf(connection: SsdConnection): Promise<string> {
  const hash = createHash('sha256');
  for await (const child of extraction(connection).children) {
    if (child.kind === 'child') hash.update(canonicalWithHash(child.child).text);
  }
  return hash.digest('hex');
}

async function stage(connection: SsdConnection): Promise<void> {
  await using store = await connection.openStaging('anon', never);
  if (!(await store.check(never)).exists) await store.create(never);
  const { children, report } = extraction(connection);
  await stageChildren(children, report, store, { progress: () => {}, signal: never, now: () => new Date() });
}

async function open({ file, profile }: Task): Promise<SsdConnection> {
  if (profile !== undefined) return openPostgresConnection(profile, postgresSecrets, never);
  return openSqliteConnection({ name: 'direct', file: file ?? '', purpose: 'sandbox' }, never);
}

async function perform(task: Task): Promise<void> {
  const connection = await open(task);
  const start = performance.now();
  let digest = '';
  if (task.step === 'extract') digest = await digestOf(connection);
  else await stage(connection);
  const seconds = (performance.now() - start) / 1000;
  await connection.close();
  console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024, seconds, digest } satisfies Measured));
}

function measure(task: Task): Measured {
  const output = execFileSync(process.execPath, [import.meta.filename, JSON.stringify(task)], { encoding: 'utf8' });
  return JSON.parse(output) as Measured;
}

async function run(server: PostgresServer, children: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssd-bench-'));
  const file = path.join(folder, 'ssd.sqlite');
  try {
    await createSandboxDatabase(file, { children, seed: 1, asOf: runDate });
    const schema = await server.schema();
    const admin = await server.admin(schema);
    await copySsd(file, admin);
    await admin.query('ANALYZE');
    await admin.end();
    const profile = server.profile(schema);
    console.log(`${children} people`);
    for (const [name, step] of [
      ['extract', 'extract'],
      ['extract and stage', 'stage'],
      ['the same again', 'stage'],
    ] as const) {
      const measured = measure({ step, profile });
      const direct = measure({ step, file });
      if (measured.digest !== direct.digest) throw new Error('PostgreSQL and SQLite gave different payloads');
      const ratio = (measured.seconds / direct.seconds).toFixed(1);
      console.log(
        `  ${name.padEnd(18)} ${measured.megabytes.toFixed(0)} MB, ${measured.seconds.toFixed(1)} s (SQLite ${direct.megabytes.toFixed(0)} MB, ${ratio} times its time)`,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [first] = process.argv.slice(2);
if (first?.startsWith('{')) await perform(JSON.parse(first) as Task);
else {
  await using server = await PostgresServer.start();
  const sizes = process.argv.slice(2).map(Number);
  for (const children of sizes.length > 0 ? sizes : [2_000, 20_000]) await run(server, children);
}
