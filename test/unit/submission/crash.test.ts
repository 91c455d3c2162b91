import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSubmissions, showSubmission } from '../../../pipeline/audit/readTrail.ts';
import { verifyTrail } from '../../../pipeline/audit/verifyTrail.ts';
import { durableFiles } from '../../../pipeline/files/durableFiles.ts';
import { resumeSubmission } from '../../../pipeline/submission/resume.ts';
import { runSubmission } from '../../../pipeline/submission/submit.ts';
import { allRows, openJournal } from '../../support/agreement.ts';
import type { KillableOptions } from '../../support/killableSubmission.ts';
import { ScriptedReceiver } from '../../support/scriptedReceiver.ts';
import {
  childId,
  clientFor,
  inventedChild,
  openWorkplace,
  policyFor,
  requestFor,
  stage,
  type Workplace,
} from '../../support/submissionHarness.ts';
import { unflushedFiles } from '../../support/unflushedFiles.ts';

/** Children: five batches of three, one of which the service refuses by name. */
const children = 15;
const refused = childId(5);

let bundle: string;

beforeAll(async () => {
  bundle = await mkdtemp(path.join(tmpdir(), 'ssd-killable-'));
  // One file starts several times faster than its sources, and this test starts it hundreds of times.
  await build({
    entryPoints: [path.join(import.meta.dirname, '../../support/killableSubmission.ts')],
    outfile: path.join(bundle, 'killable.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
});

afterAll(async () => {
  await rm(bundle, { recursive: true, force: true });
});

/** Runs the process; resolves with its output, or null when it was killed. */
function run(options: KillableOptions): Promise<string | null> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [path.join(bundle, 'killable.mjs'), JSON.stringify(options)],
      { timeout: 30_000, env: { ...process.env, NODE_COMPILE_CACHE: path.join(bundle, 'cache') } },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.signal === 'SIGKILL' && error.killed !== true) resolve(null);
        else reject(new Error(`The submission process failed: ${stderr}`, { cause: error }));
      },
    );
  });
}

interface Site extends AsyncDisposable {
  readonly receiver: ScriptedReceiver;
  readonly work: Workplace;
  readonly options: Pick<KillableOptions, 'folder' | 'base' | 'tokenAddress' | 'flush'>;
}

async function openSite(flush: boolean): Promise<Site> {
  const receiver = await ScriptedReceiver.start();
  const work = await openWorkplace({ files: flush ? durableFiles : unflushedFiles });
  await stage(
    work.store,
    Array.from({ length: children }, (_, n) => inventedChild(n + 1)),
    work.clock.now(),
  );
  let busy = true;
  receiver.script = (post) => {
    const at = post.children.findIndex((child) => child.la_child_id === refused);
    if (at >= 0) return { do: 'answer', status: 400, body: `[${at}].child_details.sex: not a code` };
    const third = post.children.some((child) => child.la_child_id === childId(7));
    if (third && busy) {
      busy = false;
      return { do: 'answer', status: 503 };
    }
    return { do: 'accept' };
  };
  const { base, tokenAddress } = receiver;
  return {
    receiver,
    work,
    options: { folder: work.folder, base, tokenAddress, flush },
    async [Symbol.asyncDispose]() {
      await work[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

/** How often each child that the sender knows to be accepted was applied so far. */
async function knownAccepted({ work, receiver }: Site): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  const note = (id: string) => known.set(id, receiver.applied.get(id)?.times ?? 0);
  for (const row of await allRows(work)) if (row.submissionStatus === 'sent') note(row.personId);
  for (const { answered } of (await openJournal(work)).open) {
    for (const { personId } of answered?.accepted ?? []) note(personId);
  }
  return known;
}

/** Right after a crash: whatever the receiver holds, staging or the journal knows that it may hold it. */
async function expectNothingForgotten({ work, receiver }: Site): Promise<void> {
  const known = new Set(
    (await openJournal(work)).open.flatMap(({ sending }) => sending.members.map((m) => m.personId)),
  );
  for (const row of await allRows(work)) if (row.submissionStatus === 'sent') known.add(row.personId);
  for (const id of receiver.applied.keys()) expect([id, known.has(id)]).toEqual([id, true]);
}

/** What must hold of every child after a crash, once what was left is resumed and the rest is sent. */
async function expectWhole(site: Site, known: Map<string, number>): Promise<void> {
  const { work, receiver } = site;
  await using client = clientFor(receiver, policyFor(work.clock));
  await resumeSubmission(work.tools(client), work.context());
  const report = await runSubmission(
    requestFor(client, { batchSize: 3 }),
    undefined,
    work.tools(client),
    work.context(),
  );
  expect(report).toMatchObject({ outcome: 'completed', inDoubt: 0, notAttempted: 0 });
  for (const row of await allRows(work)) {
    const status = row.personId === refused ? 'error' : 'sent';
    expect([row.personId, row.submissionStatus]).toEqual([row.personId, status]);
    if (status === 'sent') expect(receiver.applied.get(row.personId)?.last).toEqual(JSON.parse(row.payload));
  }
  // What was known to be accepted is not posted again; what was in doubt at most once more for each crash.
  for (const [id, times] of known) expect([id, receiver.applied.get(id)?.times]).toEqual([id, times]);
  const folder = path.join(work.folder, 'audit');
  expect((await verifyTrail(folder, durableFiles, new AbortController().signal)).firstBroken).toBeNull();
  const journal = await openJournal(work);
  expect([journal.open, journal.interrupted]).toEqual([[], []]);
  let accepted = 0;
  for (const entry of await listSubmissions(folder, durableFiles)) {
    expect(entry.outcome).toMatch(/^(completed|recovered)$/);
    accepted += entry.accepted;
    await showSubmission(folder, entry.id, durableFiles);
  }
  // Each child is accepted in the trail exactly once over all submissions.
  expect(accepted).toBe(children - 1);
}

async function crashAt(killAt: number, thenAt: number | null): Promise<boolean> {
  // Those that are killed twice also flush; for the others the disk would only be waited for.
  await using site = await openSite(thenAt !== null);
  const killed = (await run({ ...site.options, what: 'submit', killAt })) === null;
  await expectNothingForgotten(site);
  let known = await knownAccepted(site);
  if (thenAt !== null) {
    await run({ ...site.options, what: 'resume', killAt: thenAt });
    for (const [id, times] of known) expect([id, site.receiver.applied.get(id)?.times]).toEqual([id, times]);
    await expectNothingForgotten(site);
    known = await knownAccepted(site);
  }
  await expectWhole(site, known);
  return killed;
}

/** So many of the steps 1 to `steps`, chosen by a fixed seed, so that each run of the test dies at the same ones. */
function chosen(steps: number, count: number): number[] {
  const points = Array.from({ length: steps }, (_, n) => n + 1);
  let state = 6;
  while (points.length > count) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    points.splice(state % points.length, 1);
  }
  return points;
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const next = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, next));
}

test('kill -9 at 200 steps of a submission: after resume every child is accepted once, and none again', async () => {
  let steps = 0;
  {
    await using site = await openSite(false);
    steps = Number(await run({ ...site.options, what: 'submit', killAt: 1_000_000 }));
  }
  expect(steps).toBeGreaterThanOrEqual(200);
  const points = chosen(steps, 200);
  let kills = 0;
  await inParallel(points, 4, async (at) => {
    if (await crashAt(at, null)) kills += 1;
  });
  expect(kills).toBe(points.length);
}, 900_000);

test('kill -9 in a submission and again while it is resumed', async () => {
  const points = Array.from({ length: 12 }, (_, n) => ({ first: 40 + n * 13, second: 1 + ((n * 7) % 30) }));
  await inParallel(points, 4, async ({ first, second }) => {
    await crashAt(first, second);
  });
}, 600_000);
