import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listSubmissions, readBodyText, showSubmission } from '../../../pipeline/audit/readTrail.ts';
import { removeOldBodies } from '../../../pipeline/audit/retention.ts';
import { verifyTrail } from '../../../pipeline/audit/verifyTrail.ts';
import { DataflowError } from '../../../pipeline/errors.ts';
import { durableFiles } from '../../../pipeline/files/durableFiles.ts';
import { runSubmission } from '../../../pipeline/submission/submit.ts';
import { ScriptedReceiver } from '../../support/scriptedReceiver.ts';
import {
  clientFor,
  inventedChild,
  openWorkplace,
  policyFor,
  requestFor,
  stage,
  type Workplace,
} from '../../support/submissionHarness.ts';

let receiver: ScriptedReceiver;
let work: Workplace;
let folder: string;
let ids: string[];

const verify = () => verifyTrail(folder, durableFiles, new AbortController().signal);

/** Two submissions of three children each. */
beforeEach(async () => {
  receiver = await ScriptedReceiver.start();
  work = await openWorkplace();
  folder = path.join(work.folder, 'audit');
  await using client = clientFor(receiver, policyFor(work.clock));
  for (const round of [1, 2]) {
    work.clock.move(60_000);
    await stage(
      work.store,
      [1, 2, 3].map((n) => inventedChild(n, { mis_child_id: `R${round}` })),
      work.clock.now(),
    );
    await runSubmission(requestFor(client, { batchSize: 2 }), undefined, work.tools(client), work.context());
  }
  ids = (await listSubmissions(folder, durableFiles)).map((entry) => entry.id);
});

afterEach(async () => {
  await work[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

function file(id: string | undefined): string {
  return path.join(folder, `${id}.jsonl`);
}

async function editLines(name: string, change: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(name, 'utf8')).trimEnd().split('\n');
  await writeFile(name, `${change(lines).join('\n')}\n`);
}

describe('an untouched trail', () => {
  test('verifies, with every event counted', async () => {
    expect(await verify()).toMatchObject({ submissions: 2, firstBroken: null });
    expect((await verify()).events).toBe(20);
  });

  test('lists newest first and shows who sent what to where', async () => {
    const [latest] = await listSubmissions(folder, durableFiles);
    expect(latest).toMatchObject({
      mode: 'test',
      laCode: '926',
      user: 'analyst',
      host: 'test-host',
      children: 3,
      accepted: 3,
      rejected: 0,
      outcome: 'completed',
    });
  });

  test('keeps each body as it was sent and each answer as it came', async () => {
    const id = ids[1] ?? '';
    const { bodies } = await showSubmission(folder, id, durableFiles);
    expect(bodies).toHaveLength(4);
    const sent = await readBodyText(folder, id, { batch: 1, attempt: 1, kind: 'request' }, durableFiles);
    expect(sent).toBe(receiver.posts[0]?.text);
    const answer: unknown = JSON.parse(
      await readBodyText(folder, id, { batch: 2, attempt: 1, kind: 'response' }, durableFiles),
    );
    expect(answer).toHaveLength(1);
  });

  test('is readable by its owner alone', async () => {
    if (process.platform === 'win32') return;
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const { mode } = await stat(path.join(name.parentPath, name.name));
      expect([name.name, mode & 0o077]).toEqual([name.name, 0]);
    }
  });

  test('holds no name, date of birth, postcode or secret outside the compressed bodies', async () => {
    for (const name of (await readdir(folder)).filter((entry) => /\.jsonl?$/.test(entry))) {
      const text = await readFile(path.join(folder, name), 'utf8');
      expect(text).not.toMatch(/Zebedee|Quibble|2012-03-04|ZZ9|planted|token-\d/);
    }
  });

  test('goes on to verify when the clock jumps back between submissions', async () => {
    work.clock.move(-86_400_000 * 400);
    await using client = clientFor(receiver, policyFor(work.clock));
    await stage(work.store, [inventedChild(1, { mis_child_id: 'later' })], work.clock.now());
    const report = await runSubmission(requestFor(client), undefined, work.tools(client), work.context());
    expect(report.outcome).toBe('completed');
    expect(await verify()).toMatchObject({ submissions: 3, firstBroken: null });
  });
});

describe('tampering is found at its first line', () => {
  test('an edited line', async () => {
    await editLines(file(ids[1]), (lines) =>
      lines.map((line, n) => (n === 2 ? line.replace('"batch":1', '"batch":7') : line)),
    );
    expect((await verify()).firstBroken).toMatchObject({ file: `${ids[1]}.jsonl`, line: 4 });
  });

  test('an edited last line, which no later line points to', async () => {
    await editLines(file(ids[1]), (lines) => [
      ...lines.slice(0, -1),
      (lines.at(-1) ?? '').replace('completed', 'stopped'),
    ]);
    expect((await verify()).firstBroken).toMatchObject({ reason: 'the line is not the one that was written' });
  });

  test('a removed line', async () => {
    await editLines(file(ids[0]), (lines) => lines.filter((_, n) => n !== 3));
    expect((await verify()).firstBroken).toMatchObject({ file: `${ids[0]}.jsonl`, line: 4 });
  });

  test('two lines that changed places', async () => {
    await editLines(file(ids[0]), (lines) => {
      const [a = '', b = '', c = '', ...rest] = lines;
      return [a, c, b, ...rest];
    });
    expect((await verify()).firstBroken).toMatchObject({ line: 2 });
  });

  test('lines cut off at the end', async () => {
    await editLines(file(ids[1]), (lines) => lines.slice(0, -2));
    expect((await verify()).firstBroken?.reason).toBe('2 lines are missing at the end');
  });

  test('half a line cut off at the end', async () => {
    const name = file(ids[1]);
    await truncate(name, (await stat(name)).size - 5);
    expect((await verify()).firstBroken?.reason).toBe('1 lines are missing at the end');
  });

  test('lines added after the end', async () => {
    await editLines(file(ids[1]), (lines) => [...lines, lines.at(-1) ?? '']);
    expect((await verify()).firstBroken).not.toBeNull();
  });

  test('a removed submission file', async () => {
    await rm(file(ids[0]));
    expect((await verify()).firstBroken).toMatchObject({ line: 0, reason: 'the file of this submission is missing' });
  });

  test('a file that nobody wrote', async () => {
    await writeFile(path.join(folder, '20260101-000000-ffffffff.jsonl'), '');
    expect((await verify()).firstBroken?.reason).toBe('the index does not know this file');
  });

  test('a line of the index edited, removed, or cut off at the end', async () => {
    const index = path.join(folder, 'index.jsonl');
    const whole = await readFile(index, 'utf8');
    await editLines(index, (lines) => lines.map((line, n) => (n === 0 ? line.replace('analyst', 'someone') : line)));
    expect((await verify()).firstBroken).toMatchObject({ file: 'index.jsonl', line: 2 });
    await writeFile(index, whole);
    await editLines(index, (lines) => lines.slice(1));
    expect((await verify()).firstBroken).toMatchObject({ file: 'index.jsonl', line: 1 });
    await writeFile(index, whole);
    await editLines(index, (lines) => lines.slice(0, -1));
    expect((await verify()).firstBroken).toMatchObject({
      file: 'index.jsonl',
      reason: '1 lines are missing at the end',
    });
  });

  test('an index that is gone', async () => {
    await rm(path.join(folder, 'index.jsonl'));
    expect((await verify()).firstBroken).not.toBeNull();
  });

  test('a body that is missing, damaged or exchanged', async () => {
    const bodies = path.join(folder, ids[1] ?? '');
    const [first = '', second = ''] = await readdir(bodies);
    const packed = await readFile(path.join(bodies, first));
    await rm(path.join(bodies, first));
    expect((await verify()).firstBroken?.reason).toBe(`the kept body ${first} is missing`);
    await writeFile(path.join(bodies, first), packed.subarray(0, 10));
    expect((await verify()).firstBroken?.reason).toBe(`the kept body ${first} is damaged`);
    await writeFile(path.join(bodies, first), await readFile(path.join(bodies, second)));
    expect((await verify()).firstBroken?.reason).toBe(`the kept body ${first} was changed`);
  });

  test('nothing is sent while the index is broken', async () => {
    await editLines(path.join(folder, 'index.jsonl'), (lines) => lines.slice(1));
    await stage(work.store, [inventedChild(9)], work.clock.now());
    const posts = receiver.posts.length;
    await using client = clientFor(receiver, policyFor(work.clock));
    const run = runSubmission(requestFor(client), undefined, work.tools(client), work.context());
    await expect(run).rejects.toSatisfy((error) => DataflowError.is(error, 'storage'));
    expect(receiver.posts).toHaveLength(posts);
  });
});

describe('retention', () => {
  test('removes old bodies, says so in the chain, and the trail still verifies', async () => {
    // A third submission leaves a child in doubt: its bodies are still needed.
    await stage(work.store, [inventedChild(1, { mis_child_id: 'later' })], work.clock.now());
    receiver.script = () => ({ do: 'wrong-receipts', body: () => '[]' });
    await using client = clientFor(receiver, policyFor(work.clock));
    const { id: doubtful } = await runSubmission(requestFor(client), undefined, work.tools(client), work.context());
    const now = new Date(work.clock.now().getTime() + 40 * 86_400_000);
    const tools = { files: durableFiles, trail: work.trail };
    expect(await removeOldBodies(folder, { days: 30, now }, tools, new AbortController().signal)).toBe(2);
    expect((await showSubmission(folder, doubtful, durableFiles)).bodies).toHaveLength(2);
    expect((await showSubmission(folder, ids[1] ?? '', durableFiles)).bodies).toEqual([]);
    expect(await verify()).toMatchObject({ firstBroken: null });
    const body = readBodyText(folder, ids[1] ?? '', { batch: 1, attempt: 1, kind: 'request' }, durableFiles);
    await expect(body).rejects.toThrow(/retention/);
  });

  test('keeps bodies that are younger', async () => {
    const options = { days: 30, now: work.clock.now() };
    const tools = { files: durableFiles, trail: work.trail };
    expect(await removeOldBodies(folder, options, tools, new AbortController().signal)).toBe(0);
  });
});
