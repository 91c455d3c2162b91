// Time and memory of submissions to the local receiver, which runs in a process of its own. The same bodies are then
// posted again to an empty receiver by a bare loop: what the submission takes longer is its overhead (reading staging,
// validating, deltas, journal, audit trail, writing back). Both keep the same gap between posts. On a machine with other
// work the time that the submission spends outside posts and gaps tells more than the difference of the two.
// Usage: node test/bench/submit.ts [gap in ms, 400] [children ...]. Prints wall time, the ratio, and the peak of memory.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { childDelta } from '../../core/delta/delta.ts';
import { createValidator } from '../../core/rules/validator.ts';
import { AuditTrail } from '../../pipeline/audit/auditTrail.ts';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import { durableFiles } from '../../pipeline/files/durableFiles.ts';
import { ReceiverClient } from '../../pipeline/receiver/receiverClient.ts';
import { defaultRetryLimits } from '../../pipeline/receiver/retryPolicy.ts';
import { submissionAddress } from '../../pipeline/receiver/serviceAddress.ts';
import { defaultExchangeLimits } from '../../pipeline/receiver/transport.ts';
import { stagingSource } from '../../pipeline/submission/source.ts';
import { runSubmission } from '../../pipeline/submission/submit.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { startReceiver } from '../../sandbox/receiver/receiver.ts';
import { sandboxCredentials } from '../../sandbox/receiver/tokens.ts';

const asOf = '2026-11-22';
const laCode = '926';
const signal = new AbortController().signal;

interface Addresses {
  readonly apiUrl: string;
  readonly tokenUrl: string;
}

/** @param waited seconds in which the work was the receiver's, or was to wait */
function report(children: number, started: number, waited = 0): void {
  const { user, system } = process.cpuUsage();
  const seconds = (performance.now() - started) / 1000;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ children, seconds, waited, cpu: (user + system) / 1e6, peak }));
}

async function serve(store: string): Promise<void> {
  const { apiUrl, tokenUrl } = await startReceiver({ store, laCode });
  console.log(JSON.stringify({ apiUrl, tokenUrl }));
}

async function submit(database: string, folder: string, to: Addresses, gap: number): Promise<void> {
  const connection = await openSqliteConnection({ name: 'sandbox', file: database, purpose: 'sandbox' }, signal);
  await using store = await connection.openStaging('anon', signal);
  await using client = new ReceiverClient(
    {
      address: submissionAddress(new URL(to.apiUrl), laCode),
      tokenAddress: new URL(to.tokenUrl),
      ...sandboxCredentials,
      userAgent: 'ssd-dataflow/bench',
      transport: {
        proxy: { setting: null, editor: null, bypass: [], environment: {}, credentials: null },
        extraCertificates: [],
        limits: defaultExchangeLimits,
      },
    },
    { ...defaultRetryLimits, now: Date.now, sleep: (ms) => sleep(ms), random: Math.random },
  );
  const validator = createValidator({ spec: '0.9', asOf });
  const actor = { user: userInfo().username, host: 'bench' };
  const now = () => new Date();
  const trail = new AuditTrail({
    folder: path.join(folder, 'audit'),
    files: durableFiles,
    actor,
    now,
    sleep: (ms) => sleep(ms),
  });
  const started = performance.now();
  let posting = 0;
  let posts = 0;
  const receiver = {
    endpoint: client.endpoint,
    signIn: client.signIn.bind(client),
    post: async (...parameters: Parameters<typeof client.post>) => {
      const before = performance.now();
      const result = await client.post(...parameters);
      posting += performance.now() - before;
      posts += 1;
      return result;
    },
  };
  const { accepted, outcome, stopReason } = await runSubmission(
    { mode: 'test', laCode, laName: '', endpoint: client.endpoint, batchSize: 100 },
    undefined,
    {
      source: stagingSource(store),
      receiver,
      prepare: { send: 'delta', validate: (child) => validator.validateChild(child), delta: childDelta },
      trail,
      files: durableFiles,
      actor,
      dataFolder: folder,
      gates: { purpose: 'sandbox', signOff: null, liveObjections: [] },
      gapMilliseconds: gap,
      sleep: (ms) => sleep(ms),
      versions: { spec: '0.9', pack: null, tool: 'bench' },
      log: null,
    },
    { progress: () => {}, signal, now },
  );
  if (outcome !== 'completed') throw new Error(stopReason ?? outcome);
  report(accepted, started, (posting + gap * (posts - 1)) / 1000);
  await connection.close();
}

async function post(folder: string, to: Addresses, gap: number): Promise<void> {
  const trails = (await readdir(path.join(folder, 'audit'), { withFileTypes: true })).filter((one) =>
    one.isDirectory(),
  );
  const bodies: Buffer[] = [];
  for (const { name } of trails) {
    const kept = path.join(folder, 'audit', name);
    for (const file of (await readdir(kept)).sort()) {
      if (file.endsWith('request.gz')) bodies.push(gunzipSync(await readFile(path.join(kept, file))));
    }
  }
  const form = new URLSearchParams({
    client_id: sandboxCredentials.clientId,
    client_secret: sandboxCredentials.clientSecret,
    scope: sandboxCredentials.scope,
    grant_type: 'client_credentials',
  });
  const started = performance.now();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const token = await request(to.tokenUrl, { method: 'POST', headers, body: form.toString() });
  const { access_token: bearer } = (await token.body.json()) as { access_token: string };
  let children = 0;
  for (const [number, body] of bodies.entries()) {
    if (number > 0) await sleep(gap);
    const answer = await request(submissionAddress(new URL(to.apiUrl), laCode), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearer}`,
        supplierkey: sandboxCredentials.supplierKey,
        'content-type': 'application/json',
      },
      body,
    });
    children += ((await answer.body.json()) as unknown[]).length;
  }
  report(children, started);
}

interface Step {
  readonly children: number;
  readonly seconds: number;
  readonly waited: number;
  readonly cpu: number;
  readonly peak: number;
}

/** Runs this file again for one step with a receiver of its own, and gives what it printed. */
async function step(name: string, work: string, database: string, gap: number) {
  const store = path.join(work, `receiver-${name}.sqlite`);
  const receiver: ChildProcess = spawn(process.execPath, [import.meta.filename, '--serve', store], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (receiver.stdout === null) throw new Error('The receiver has no output');
  const [line] = (await once(receiver.stdout, 'data')) as [Buffer];
  try {
    const child = spawn(
      process.execPath,
      [import.meta.filename, `--${name}`, work, database, line.toString().trim(), String(gap)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`${name} failed`);
    return JSON.parse(text) as Step;
  } finally {
    receiver.kill();
    await once(receiver, 'exit');
    await rm(store, { force: true });
  }
}

async function all(gap: number, counts: readonly number[]): Promise<void> {
  for (const count of counts) {
    const work = await mkdtemp(path.join(tmpdir(), 'ssd-bench-'));
    const database = path.join(work, 'ssd.sqlite');
    await createSandboxDatabase(database, { children: count, seed: 7, asOf, signal });
    const pipeline = path.join(import.meta.dirname, 'pipeline.ts');
    const staged = spawnSync(process.execPath, [pipeline, '--step', 'stage', database], { encoding: 'utf8' });
    if (staged.status !== 0) throw new Error(staged.stderr);
    const submitted = await step('submit', work, database, gap);
    const bare = await step('post', work, database, gap);
    const own = submitted.seconds - submitted.waited;
    const overhead = ((own / submitted.waited) * 100).toFixed(0);
    console.log(
      `${String(count).padStart(7)} staged, ${submitted.children} sent: submission ${submitted.seconds.toFixed(1)} s ` +
        `(CPU ${submitted.cpu.toFixed(1)} s), of which outside posts and gaps ${own.toFixed(1)} s, overhead ${overhead} %; ` +
        `the same posts bare ${bare.seconds.toFixed(1)} s; ` +
        `peak ${submitted.peak.toFixed(0)} MB (bare ${bare.peak.toFixed(0)} MB)`,
    );
    await rm(work, { recursive: true });
  }
}

const [flag = '', first = '', second = '', third = '', fourth = ''] = process.argv.slice(2);
if (flag === '--serve') await serve(first);
else if (flag === '--submit') await submit(second, first, JSON.parse(third) as Addresses, Number(fourth));
else if (flag === '--post') await post(first, JSON.parse(third) as Addresses, Number(fourth));
else {
  const [gap = 400, ...counts] = process.argv.slice(2).map(Number);
  await all(gap, counts.length > 0 ? counts : [2_000, 20_000]);
}
