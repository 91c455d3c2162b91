import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { showSubmission } from '../../../pipeline/audit/readTrail.ts';
import { DataflowError } from '../../../pipeline/errors.ts';
import { durableFiles } from '../../../pipeline/files/durableFiles.ts';
import { resumeSubmission } from '../../../pipeline/submission/resume.ts';
import { runSubmission, type SubmissionTools } from '../../../pipeline/submission/submit.ts';
import { allRows, expectAgreement, openJournal } from '../../support/agreement.ts';
import { ScriptedReceiver } from '../../support/scriptedReceiver.ts';
import {
  childId,
  clientFor,
  inventedChild,
  openWorkplace,
  policyFor,
  requestFor,
  secrets,
  stage,
  type Workplace,
} from '../../support/submissionHarness.ts';

let receiver: ScriptedReceiver;
let work: Workplace;

beforeEach(async () => {
  receiver = await ScriptedReceiver.start();
  work = await openWorkplace();
});

afterEach(async () => {
  await work[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

async function stageMany(count: number): Promise<void> {
  await stage(
    work.store,
    Array.from({ length: count }, (_, n) => inventedChild(n + 1)),
    work.clock.now(),
  );
}

async function submit(overrides: Partial<SubmissionTools> = {}, batchSize = 10, signal?: AbortSignal) {
  await using client = clientFor(receiver, policyFor(work.clock));
  return runSubmission(
    requestFor(client, { batchSize }),
    undefined,
    work.tools(client, overrides),
    signal === undefined ? work.context() : work.context(signal),
  );
}

async function resume(overrides: Partial<SubmissionTools> = {}, base = receiver.base) {
  await using client = clientFor({ base, tokenAddress: receiver.tokenAddress }, policyFor(work.clock));
  return resumeSubmission(work.tools(client, overrides), work.context());
}

const answer = (status: number, body = '') => ({ do: 'answer', status, body }) as const;

describe('a batch that is refused', () => {
  test('without the children that are named, in rounds until it is taken', async () => {
    await stageMany(10);
    const bad = [childId(2), childId(7), childId(9)];
    receiver.script = ({ children }) => {
      const at = children.findIndex((child) => bad.includes(String(child.la_child_id)));
      return at < 0 ? { do: 'accept' } : answer(400, `[${at}].child_details.sex: not a code`);
    };
    const report = await submit();
    expect(report.rejected.map((child) => child.personId)).toEqual(bad);
    expect(report.rejected[0]?.path).toEqual(['child_details', 'sex']);
    expect(receiver.posts.map((post) => post.children.length)).toEqual([10, 9, 8, 7]);
    await expectAgreement(work, receiver, report, 10);
  });

  test('all named at once: one more post is enough', async () => {
    await stageMany(10);
    const bad = [childId(2), childId(7)];
    receiver.script = ({ children }) => {
      const named = children.flatMap((child, at) =>
        bad.includes(String(child.la_child_id)) ? [`[${at}].purge: bad`] : [],
      );
      return named.length === 0 ? { do: 'accept' } : answer(400, named.join('; '));
    };
    expect(await submit()).toMatchObject({ accepted: 8, batches: 2 });
  });

  test('without a name: halving finds the children, and their neighbours are taken', async () => {
    await stageMany(16);
    const bad = [childId(3), childId(12)];
    receiver.script = ({ children }) =>
      children.some((child) => bad.includes(String(child.la_child_id))) ? answer(400, 'Bad Request') : { do: 'accept' };
    const report = await submit({}, 16);
    expect(report.rejected).toEqual(bad.map((personId) => ({ personId, message: 'Bad Request', path: [] })));
    expect(report.accepted).toBe(14);
    expect(receiver.posts.length).toBeLessThan(20);
    await expectAgreement(work, receiver, report, 16);
  });

  test('child by child without a reason: the run stops, as the fault is elsewhere', async () => {
    await stageMany(40);
    receiver.script = () => answer(400, 'no');
    const report = await submit({}, 20);
    expect(report).toMatchObject({ outcome: 'stopped', accepted: 0, notAttempted: 30 });
    expect(report.rejected).toHaveLength(10);
    expect(report.stopReason).toMatch(/10 children in a row/);
    await expectAgreement(work, receiver, report, 40);
  });

  test('as too large: it is split until it fits', async () => {
    await stageMany(10);
    receiver.script = ({ children }) => (children.length > 3 ? answer(413) : { do: 'accept' });
    const report = await submit();
    expect(report).toMatchObject({ accepted: 10, outcome: 'completed' });
    await expectAgreement(work, receiver, report, 10);
  });

  test('as too large although it holds one child: that child is refused, the others go on', async () => {
    await stageMany(3);
    receiver.script = ({ children }) =>
      children.some((c) => c.la_child_id === childId(2)) ? answer(413) : { do: 'accept' };
    const report = await submit();
    expect(report.rejected).toMatchObject([{ personId: childId(2), message: expect.stringContaining('413') }]);
    expect(report.accepted).toBe(2);
  });
});

test('a 403 names the children whose values trip the service’s firewall', async () => {
  await stage(work.store, [inventedChild(1), inventedChild(2, { mis_child_id: 'A0X7' })], work.clock.now());
  receiver.script = () => answer(403);
  const report = await submit();
  expect(report.stopReason).toMatch(/\(403\).*"0x" stands in the record of C00002\.$/);
});

test('retrying only what failed sends the children in error and no others', async () => {
  await stageMany(4);
  let broken = true;
  receiver.script = ({ children }) => {
    const at = children.findIndex((child) => child.la_child_id === childId(2));
    return broken && at >= 0 ? answer(400, `[${at}]: bad`) : { do: 'accept' };
  };
  await submit();
  broken = false;
  const { failedIds } = await import('../../../pipeline/submission/failedIds.ts');
  const personIds = await failedIds(work.store, new AbortController().signal);
  expect(personIds).toEqual([childId(2)]);
  await using client = clientFor(receiver, policyFor(work.clock));
  const request = requestFor(client, { personIds });
  expect(await runSubmission(request, undefined, work.tools(client), work.context())).toMatchObject({ accepted: 1 });
});

describe('progress and pace', () => {
  test('names the batch, the children, the rate and the time left', async () => {
    await stageMany(30);
    await submit();
    const steps = work.steps.filter((step) => step.phase === 'Sending' && step.total !== undefined);
    expect(steps.at(0)).toMatchObject({ done: 0, total: 30, unit: 'children', message: 'Sending batch 1 of 3' });
    expect(steps.map((step) => step.message)).toContainEqual(
      expect.stringMatching(/^Batch 2 of 3 done, \d+(\.\d)? children a second, (about \d+ s left|almost done)$/),
    );
  });

  test('the gap between posts is kept, and not waited before the first', async () => {
    await stageMany(30);
    await submit();
    expect(work.clock.sleeps).toEqual([400, 400]);
  });

  test('a retry is told', async () => {
    await stageMany(1);
    receiver.script = ({ number }) => (number === 1 ? answer(503) : { do: 'accept' });
    await submit();
    expect(work.steps.map((step) => step.message)).toContainEqual(expect.stringMatching(/\(503\).*again in 1 s/));
  });
});

describe('cancelling', () => {
  test('ends between batches: what was posted is recorded, the rest waits', async () => {
    await stageMany(30);
    const stopper = new AbortController();
    receiver.script = ({ number }) => {
      if (number === 2) stopper.abort();
      return { do: 'accept' };
    };
    const report = await submit({}, 10, stopper.signal);
    expect(report).toMatchObject({ outcome: 'cancelled', accepted: 20, notAttempted: 10, inDoubt: 0 });
    await expectAgreement(work, receiver, report, 30);
  });

  test('in a wait between tries leaves the batch as its last answer left it', async () => {
    await stageMany(2);
    const stopper = new AbortController();
    receiver.script = () => answer(500);
    await using client = clientFor(
      receiver,
      policyFor(work.clock, {
        sleep: async () => {
          stopper.abort();
          throw stopper.signal.reason;
        },
      }),
    );
    const report = await runSubmission(requestFor(client), undefined, work.tools(client), work.context(stopper.signal));
    expect(report).toMatchObject({ outcome: 'cancelled', inDoubt: 2 });
    await expectAgreement(work, receiver, report, 2);
  });
});

describe('one at a time', () => {
  test('of two submissions at once one runs, and the other says who is at work since when', async () => {
    await stageMany(20);
    const results = await Promise.allSettled([submit(), submit()]);
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refusals).toHaveLength(1);
    expect(DataflowError.is(refusals[0], 'locked')).toBe(true);
    expect(String(refusals[0])).toMatch(/analyst on test-host \(process \d+\), since 2026-11-22 09:00 UTC/);
    expect([...receiver.applied.values()].every((child) => child.times === 1)).toBe(true);
  });

  test('a process that died does not hold the lock; one that lives does', async () => {
    await stageMany(2);
    const lock = path.join(import.meta.dirname, '../../../pipeline/connections/processLock.ts');
    const { journalFolder } = await import('../../../pipeline/submission/submissionLock.ts');
    const file = path.join(journalFolder(work.folder, work.store.identity), 'submission.lock');
    const script = `
      const { tryLock } = await import(${JSON.stringify(lock)});
      const holder = { user: 'night-job', host: 'server-1', pid: process.pid, since: '2026-11-22T01:00:00.000Z' };
      const { kind } = await tryLock(${JSON.stringify(file)}, holder);
      process.stdout.write(kind);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('held');
    await expect(submit()).rejects.toThrow(/night-job on server-1/);
    expect(receiver.posts).toHaveLength(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await submit()).toMatchObject({ accepted: 2 });
  });
});

describe('a batch in doubt', () => {
  beforeEach(async () => {
    await stageMany(4);
    receiver.script = ({ number }) => (number > 1 ? { do: 'reset', applied: true } : { do: 'accept' });
    expect(await submit({}, 2)).toMatchObject({ outcome: 'stopped', accepted: 2, inDoubt: 2 });
    receiver.script = () => ({ do: 'accept' });
  });

  test('keeps every new submission from starting, and says what to do', async () => {
    const posts = receiver.posts.length;
    await expect(submit()).rejects.toThrow(/2 children.*resume/s);
    expect(receiver.posts).toHaveLength(posts);
  });

  test('is posted again byte for byte, and recorded', async () => {
    const sent = receiver.posts[1]?.text;
    const report = await resume();
    expect(report).toMatchObject({ outcome: 'completed', accepted: 2, inDoubt: 0, notAttempted: 0 });
    expect(receiver.posts.at(-1)?.text).toBe(sent);
    expect((await allRows(work)).every((row) => row.submissionStatus === 'sent')).toBe(true);
    expect(await resume()).toBeNull();
  });

  test('stays in doubt when the service still does not answer', async () => {
    receiver.script = () => answer(503);
    expect(await resume()).toMatchObject({ outcome: 'stopped', accepted: 0, inDoubt: 2 });
    expect((await openJournal(work)).open).toHaveLength(1);
  });

  test('that the service now refuses: the named child fails, the others wait to be sent', async () => {
    receiver.script = () => answer(400, '[1].child_details.sex: not a code');
    expect(await resume()).toMatchObject({ rejected: [{ personId: childId(4) }], inDoubt: 0, notAttempted: 1 });
    receiver.script = () => ({ do: 'accept' });
    expect(await submit()).toMatchObject({ accepted: 2 });
  });

  test('does not go to another endpoint', async () => {
    await expect(resume({}, receiver.base.replace('receiver-test', 'other-test'))).rejects.toThrow(/endpoint/);
  });

  test('does not go when its kept body was changed', async () => {
    const folder = path.join(work.folder, 'audit');
    const [id = ''] = (await readdir(folder)).filter((name) => !name.includes('.'));
    const body = path.join(folder, id, '00002-001-request.gz');
    await durableFiles.replace(body, await readFile(path.join(folder, id, '00001-001-request.gz')));
    const posts = receiver.posts.length;
    expect(await resume()).toMatchObject({
      outcome: 'stopped',
      stopReason: expect.stringMatching(/changed/),
      inDoubt: 2,
    });
    expect(receiver.posts).toHaveLength(posts);
  });

  test('staged again meanwhile: what was in doubt is recorded, what is newer waits', async () => {
    await stage(
      work.store,
      [1, 2, 3, 4].map((n) => inventedChild(n, n === 3 ? { mis_child_id: 'newer' } : {})),
      work.clock.now(),
    );
    await resume();
    const third = (await allRows(work)).find((row) => row.personId === childId(3));
    expect(third).toMatchObject({ rowState: 'updated', submissionStatus: 'pending' });
    expect(third?.previousPayload).toBe(JSON.stringify(inventedChild(3)));
  });
});

test('secrets and personal values appear nowhere but, the values, in the compressed bodies', async () => {
  await stageMany(4);
  const echo = `Bearer token-1 ${secrets.supplierKey} for Zebedee2 O'Quibble born 2012-03-04 of ZZ9 9ZZ`;
  receiver.script = ({ children, number }) => {
    if (number === 1) return answer(401, echo);
    const at = children.findIndex((child) => child.la_child_id === childId(2));
    if (at >= 0) return answer(400, `[${at}].child_details.first_name: 'Zebedee2' ${echo}`);
    return number > 3 ? answer(500, echo) : { do: 'accept' };
  };
  const report = await submit({}, 2);
  const shown = [JSON.stringify(report), JSON.stringify(work.steps)];
  shown.push((await allRows(work)).map((row) => row.apiResponse ?? '').join('\n'));
  const names = await readdir(work.folder, { recursive: true, withFileTypes: true });
  let bodies = '';
  for (const entry of names.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.name.startsWith('staging.sqlite')) continue;
    const bytes = await readFile(file);
    if (entry.name.endsWith('.gz')) bodies += gunzipSync(bytes).toString('utf8');
    else shown.push(`${file} ${bytes.toString('utf8')}`);
  }
  for (const text of shown) {
    expect(text).not.toMatch(/Zebedee|Quibble|2012-03-04|ZZ9|planted|token-\d/);
  }
  // The request bodies are there, and hold no secret; the answers are kept as the service gave them.
  expect(bodies).toMatch(/Zebedee1/);
  expect(bodies).not.toContain(secrets.clientSecret);
});

test('the trail says who sent what, where and with which versions', async () => {
  await stageMany(2);
  const report = await submit();
  const folder = path.join(work.folder, 'audit');
  const { events } = await showSubmission(folder, report.id, durableFiles);
  expect(events.map((event) => event.event)).toEqual(['planned', 'sending', 'exchanged', 'accepted', 'ended']);
  const index = (await readFile(path.join(folder, 'index.jsonl'), 'utf8')).split('\n');
  expect(JSON.parse(index[0] ?? '')).toMatchObject({
    event: 'opened',
    data: {
      user: 'analyst',
      host: 'test-host',
      mode: 'test',
      send: 'delta',
      laCode: '926',
      endpoint: report.endpoint,
      table: 'test/anon',
      children: 2,
      specVersion: '0.9',
      packVersion: '1.0.0',
      toolVersion: '0.1.0',
    },
  });
});
