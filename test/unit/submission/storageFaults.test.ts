import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyTrail } from '../../../pipeline/audit/verifyTrail.ts';
import { DataflowError } from '../../../pipeline/errors.ts';
import { type DurableFiles, durableFiles, storageError } from '../../../pipeline/files/durableFiles.ts';
import { resumeSubmission } from '../../../pipeline/submission/resume.ts';
import { runSubmission, type SubmissionTools } from '../../../pipeline/submission/submit.ts';
import { allRows, expectAgreement } from '../../support/agreement.ts';
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
import { unflushedFiles } from '../../support/unflushedFiles.ts';

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

describe('when staging fails', () => {
  test('after the DfE accepted: the next run records it without a second post', async () => {
    await stageMany(4);
    let down = true;
    const tools = work.tools({ endpoint: '', signIn: async () => {}, post: async () => ({ kind: 'too-large' }) });
    const source: SubmissionTools['source'] = {
      ...tools.source,
      record: (...parameters) =>
        down
          ? Promise.reject(new DataflowError('unreachable', 'The database does not answer.'))
          : tools.source.record(...parameters),
    };
    const report = await submit({ source }, 2);
    expect(report).toMatchObject({
      outcome: 'stopped',
      accepted: 2,
      notAttempted: 2,
      stopReason: 'The database does not answer.',
    });
    expect((await allRows(work)).every((row) => row.submissionStatus === 'pending')).toBe(true);
    down = false;
    const next = await submit({ source }, 2);
    expect(next).toMatchObject({ outcome: 'completed', accepted: 2 });
    expect([...receiver.applied.values()].map((child) => child.times)).toEqual([1, 1, 1, 1]);
  });
});

describe('a disk that fills', () => {
  /** File operations of which all from the n-th on fail, half a line included. */
  function failing(n: number): { readonly files: DurableFiles; readonly done: () => number } {
    let count = 0;
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const spend = (file: string): void => {
      count += 1;
      if (count >= n) throw storageError(full, file, 'written');
    };
    return {
      done: () => count,
      files: {
        ...unflushedFiles,
        async append(file, text) {
          try {
            spend(file);
          } catch (error) {
            await unflushedFiles.append(file, text.slice(0, 20));
            throw error;
          }
          await unflushedFiles.append(file, text);
        },
        async replace(file, bytes) {
          spend(file);
          await unflushedFiles.replace(file, bytes);
        },
      },
    };
  }

  test('at any write: nothing is sent unrecorded, the reason is clear, and nothing is lost afterwards', async () => {
    await using probe = await openWorkplace();
    await stage(
      probe.store,
      [1, 2, 3, 4].map((n) => inventedChild(n)),
      probe.clock.now(),
    );
    const counter = failing(Number.POSITIVE_INFINITY);
    await run(probe, counter.files);
    const writes = counter.done();
    expect(writes).toBeGreaterThan(20);
    for (let n = 1; n <= writes; n += 1) await fullAt(n);
  });

  async function run(place: Workplace, files: DurableFiles) {
    const { AuditTrail } = await import('../../../pipeline/audit/auditTrail.ts');
    const trail = new AuditTrail({
      folder: path.join(place.folder, 'audit'),
      files,
      actor: { user: 'analyst', host: 'test-host' },
      now: place.clock.now,
      sleep: async () => {},
    });
    await using client = clientFor(receiver, policyFor(place.clock));
    const tools = place.tools(client, { files, trail });
    return runSubmission(requestFor(client, { batchSize: 2 }), undefined, tools, place.context());
  }

  async function fullAt(n: number): Promise<void> {
    await using place = await openWorkplace({ files: unflushedFiles });
    receiver.applied.clear();
    const before = receiver.posts.length;
    await stage(
      place.store,
      [1, 2, 3, 4].map((child) => inventedChild(child)),
      place.clock.now(),
    );
    const outcome = await run(place, failing(n).files).then(
      (report) => report.stopReason,
      (error: unknown) => (DataflowError.is(error, 'storage') ? error.message : Promise.reject(error)),
    );
    expect(outcome).toMatch(/the disk is full/);
    const posted = receiver.posts.slice(before);
    const folder = path.join(place.folder, 'audit');
    const trail = await Promise.all(
      (await readdir(folder).catch(() => [])).map((name) =>
        name.endsWith('.jsonl') ? readFile(path.join(folder, name), 'utf8') : '',
      ),
    );
    const announced = trail.join('\n').split('"event":"sending"').length - 1;
    expect(announced).toBeGreaterThanOrEqual(posted.length);
    // The disk has room again.
    await using client = clientFor(receiver, policyFor(place.clock));
    await resumeSubmission(place.tools(client), place.context());
    await runSubmission(requestFor(client, { batchSize: 2 }), undefined, place.tools(client), place.context());
    expect((await allRows(place)).map((row) => row.submissionStatus)).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect((await verifyTrail(folder, durableFiles, new AbortController().signal)).firstBroken).toBeNull();
  }
});

test('a folder that cannot be written is named, and nothing is sent', async () => {
  await stageMany(1);
  const file = path.join(work.folder, 'file');
  await durableFiles.replace(file, Buffer.from('x'));
  await expect(submit({ dataFolder: path.join(file, 'below') })).rejects.toSatisfy((error) =>
    DataflowError.is(error, 'storage'),
  );
  expect(receiver.posts).toHaveLength(0);
});

test('a clock that jumps in the middle of a submission does no harm', async () => {
  await stageMany(30);
  receiver.script = ({ number }) => {
    work.clock.move(number === 1 ? -400 * 86_400_000 : 800 * 86_400_000);
    return { do: 'accept' };
  };
  const report = await submit();
  expect(report).toMatchObject({ outcome: 'completed', accepted: 30 });
  expect(receiver.tokens).toBeGreaterThan(1);
  await expectAgreement(work, receiver, report, 30);
});

test('a damaged journal stops everything before anything is sent', async () => {
  await stageMany(2);
  receiver.script = () => ({ do: 'reset', applied: true });
  await submit();
  const { journalFolder } = await import('../../../pipeline/submission/submissionLock.ts');
  const file = path.join(journalFolder(work.folder, work.store.identity), 'journal.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  await durableFiles.replace(file, Buffer.from(['{"kind":"broken"', ...lines.slice(1)].join('\n')));
  const posts = receiver.posts.length;
  await expect(submit()).rejects.toThrow(/journal.*damaged at line 1/);
  await expect(resume()).rejects.toThrow(/journal.*damaged at line 1/);
  expect(receiver.posts).toHaveLength(posts);
});
