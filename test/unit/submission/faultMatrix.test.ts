import { describe, expect, test } from 'vitest';
import { DataflowError } from '../../../pipeline/errors.ts';
import type { Receiver } from '../../../pipeline/submission/batchSender.ts';
import { resumeSubmission } from '../../../pipeline/submission/resume.ts';
import { runSubmission } from '../../../pipeline/submission/submit.ts';
import { allRows, expectAgreement, NoSecondPost } from '../../support/agreement.ts';
import { type ReceivedPost, type Scripted, ScriptedReceiver } from '../../support/scriptedReceiver.ts';
import {
  childId,
  clientFor,
  inventedChild,
  openWorkplace,
  policyFor,
  requestFor,
  stage,
} from '../../support/submissionHarness.ts';

const perBatch = 2;
const total = 6;

/** A fault of the service or the network, and whether it goes by itself after one post. */
interface Fault {
  readonly name: string;
  readonly once: boolean;
  readonly act: (post: ReceivedPost, at: number) => Scripted;
  /** Whether it blames the first child of its batch, which then ends as an error. */
  readonly blames?: boolean;
  /** Whether it only ends with a time limit. */
  readonly silent?: boolean;
}

const status =
  (code: number, body = '') =>
  () =>
    ({ do: 'answer', status: code, body }) as const;

/** Refuses any batch that holds the child, as the real service does. */
const refuse = (answer: string) => (post: ReceivedPost, at: number) =>
  post.children.some((child) => child.la_child_id === childId(at))
    ? ({ do: 'answer', status: 400, body: answer } as const)
    : ({ do: 'accept' } as const);

const passing: Fault[] = [403, 408, 429, 500, 502, 503, 504].map((code) => ({
  name: `${code} once`,
  once: true,
  act: status(code),
}));

const lasting: Fault[] = [204, 302, 401, 403, 404, 405, 407, 408, 415, 422, 429, 500, 502, 503, 504].map((code) => ({
  name: `${code} for good`,
  once: false,
  act: status(code),
}));

const others: Fault[] = [
  { name: '401 once', once: true, act: status(401) },
  {
    name: '413 for two children',
    once: false,
    act: (post) => (post.children.length > 1 ? status(413)() : { do: 'accept' }),
  },
  { name: '400 that names the child', once: false, act: refuse('[0].child_details.sex: not a code'), blames: true },
  { name: '400 that names nobody', once: false, act: refuse('{"detail":"Invalid"}'), blames: true },
  { name: 'reset before it was taken, once', once: true, act: () => ({ do: 'reset', applied: false }) },
  { name: 'reset after it was taken, once', once: true, act: () => ({ do: 'reset', applied: true }) },
  { name: 'resets for good', once: false, act: () => ({ do: 'reset', applied: true }) },
  { name: 'half an answer once', once: true, act: () => ({ do: 'half-answer' }) },
  { name: 'half an answer for good', once: false, act: () => ({ do: 'half-answer' }) },
  { name: 'no answer once', once: true, silent: true, act: () => ({ do: 'hang', applied: true }) },
  { name: 'no answer for good', once: false, silent: true, act: () => ({ do: 'hang', applied: false }) },
  {
    name: 'a receipt too few',
    once: true,
    act: () => ({ do: 'wrong-receipts', body: (r) => JSON.stringify(r.slice(1)) }),
  },
  {
    name: 'receipts of another form',
    once: true,
    act: () => ({ do: 'wrong-receipts', body: (r) => JSON.stringify(r.map(() => 'ok')) }),
  },
];

const faults = [...passing, ...lasting, ...others];

/** A fault at the n-th batch (from 0). */
interface Placed {
  readonly fault: Fault;
  readonly batch: number;
}

async function runWith(placed: readonly Placed[]): Promise<void> {
  await using receiver = await ScriptedReceiver.start();
  await using work = await openWorkplace();
  await stage(
    work.store,
    Array.from({ length: total }, (_, n) => inventedChild(n + 1)),
    work.clock.now(),
  );
  // Short where it must be waited for, and long enough for a busy machine.
  const limits = placed.some((one) => one.fault.silent) ? { totalMilliseconds: 1500 } : {};
  await using client = clientFor(receiver, policyFor(work.clock), limits);
  const active = new Map(placed.map((one) => [one, true]));
  const once = new NoSecondPost();
  receiver.script = (post) => {
    once.posted(post.number, post.text);
    for (const [one, isActive] of active) {
      const first = one.batch * perBatch + 1;
      const mine = post.children.some(({ la_child_id: id }) => id === childId(first) || id === childId(first + 1));
      if (!isActive || !mine) continue;
      if (one.fault.once) active.set(one, false);
      const scripted = one.fault.act(post, first);
      if (scripted.do !== 'accept') return scripted;
    }
    return { do: 'accept' };
  };
  const watched: Receiver = {
    endpoint: client.endpoint,
    signIn: (...parameters) => client.signIn(...parameters),
    post: async (body, ...parameters) => {
      const outcome = await client.post(body, ...parameters);
      if (outcome.kind === 'accepted') once.acknowledged(Buffer.from(body).toString('utf8'));
      return outcome;
    },
  };

  const request = requestFor(client, { batchSize: perBatch });
  const report = await runSubmission(request, undefined, work.tools(watched), work.context());
  await expectAgreement(work, receiver, report, total);
  if (report.outcome !== 'completed') expect(report.stopReason).toMatch(/^[A-Z].{20,}\.$/);

  // Everything that blames no child goes away; then what was left is settled and sent.
  for (const one of active.keys()) if (!one.fault.blames) active.set(one, false);
  if (report.inDoubt > 0) {
    const refused = await runSubmission(request, undefined, work.tools(watched), work.context()).then(
      () => null,
      (error: unknown) => error,
    );
    expect(DataflowError.is(refused, 'in-doubt')).toBe(true);
    const settled = await resumeSubmission(work.tools(watched), work.context());
    expect(settled).toMatchObject({ inDoubt: 0, outcome: 'completed' });
  }
  await runSubmission(request, undefined, work.tools(watched), work.context());

  const blamed = placed.filter((one) => one.fault.blames).map((one) => childId(one.batch * perBatch + 1));
  for (const row of await allRows(work)) {
    const expected = blamed.includes(row.personId) ? 'error' : 'sent';
    expect([row.personId, row.submissionStatus]).toEqual([row.personId, expected]);
    expect([row.personId, receiver.applied.has(row.personId)]).toEqual([row.personId, expected === 'sent']);
  }
  expect(once.repeated).toEqual([]);
}

describe.concurrent.each(faults)('$name', (fault) => {
  test.concurrent.each([
    ['first', 0],
    ['middle', 1],
    ['last', 2],
  ])('at the %s batch: store, staging, journal, trail and report agree, and nothing is lost', async (_, batch) => {
    await runWith([{ fault, batch }]);
  });
});

/** A fixed walk through the pairs, so that every fault meets several others, before and after it. */
const pairs = faults.flatMap((first, n) =>
  [5, 11].map((step, m) => ({
    first,
    second: faults[(n + step) % faults.length] ?? first,
    batches: [
      [0, 1],
      [0, 0],
      [1, 2],
      [0, 2],
      [1, 1],
    ][(n + m) % 5] ?? [0, 1],
  })),
);

test.concurrent.each(pairs)('$first.name and $second.name', async ({ first, second, batches }) => {
  const [a = 0, b = 0] = batches;
  await runWith([
    { fault: first, batch: a },
    { fault: second, batch: b },
  ]);
});
