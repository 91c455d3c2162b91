import { expect, test } from 'vitest';
import { runSubmission } from '../../../pipeline/submission/submit.ts';
import { ScriptedReceiver } from '../../support/scriptedReceiver.ts';
import {
  childId,
  clientFor,
  inventedChild,
  openWorkplace,
  policyFor,
  requestFor,
  stage,
} from '../../support/submissionHarness.ts';

function children(count: number, from = 1) {
  return Array.from({ length: count }, (_, index) => inventedChild(from + index));
}

test('a test submission sends every pending child once, in batches, and records the receipts', async () => {
  await using receiver = await ScriptedReceiver.start();
  await using work = await openWorkplace();
  await stage(work.store, children(25), work.clock.now());
  await using client = clientFor(receiver, policyFor(work.clock));
  const report = await runSubmission(requestFor(client), undefined, work.tools(client), work.context());
  expect(report).toMatchObject({ outcome: 'completed', accepted: 25, batches: 3, notAttempted: 0, inDoubt: 0 });
  expect(receiver.posts.map((post) => post.children.length)).toEqual([10, 10, 5]);
  expect([...receiver.applied.values()].every((child) => child.times === 1)).toBe(true);
  const counts = await work.store.counts(new AbortController().signal);
  expect(counts).toMatchObject({ unchanged: 25, pending: 0 });
  expect(receiver.applied.get(childId(25))?.last).toEqual(inventedChild(25));
});
