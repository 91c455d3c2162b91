import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataflowError } from '../../../core/errors.ts';
import { faultRule, parseFaultSpec } from '../../../sandbox/receiver/faults.ts';
import { type Receiver, startReceiver } from '../../../sandbox/receiver/receiver.ts';
import { askForToken, child, post } from './receiverClient.ts';

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver({ store: ':memory:', laCode: '846' });
});

afterEach(() => receiver.close());

describe('a receiver that was told to misbehave', () => {
  it('answers the second and third submission with a status, and the others as usual', async () => {
    receiver.setFaults([parseFaultSpec('status=503,retry-after=7,nth=2,times=2')]);
    const replies = [];
    for (const id of ['A', 'B', 'C', 'D']) replies.push(await post(receiver, [child(id)]));
    expect(replies.map((reply) => reply.status)).toEqual([200, 503, 503, 200]);
    expect(replies[1]?.headers['retry-after']).toBe('7');
    expect([...receiver.children()].map((held) => held.la_child_id)).toEqual(['A', 'D']);
  });

  it('drops the connection without storing the batch', async () => {
    receiver.setFaults([parseFaultSpec('reset=before')]);
    await expect(post(receiver, [child('A')])).rejects.toThrow();
    expect(receiver.childCount()).toBe(0);
    expect((await post(receiver, [child('A')])).status).toBe(200);
  });

  it('drops the connection after storing the batch, so that the sender cannot know', async () => {
    receiver.setFaults([parseFaultSpec('reset=after')]);
    await expect(post(receiver, [child('A')])).rejects.toThrow();
    expect(receiver.childCount()).toBe(1);
  });

  it('breaks off in the middle of the answer', async () => {
    receiver.setFaults([parseFaultSpec('truncate')]);
    await expect(post(receiver, [child('A')])).rejects.toThrow();
    expect(receiver.childCount()).toBe(1);
  });

  it('sends a slow answer whole', async () => {
    receiver.setFaults([parseFaultSpec('slow=20')]);
    const reply = await post(receiver, [child('A'), child('B')]);
    expect(JSON.parse(reply.text)).toHaveLength(2);
  });

  it.each([
    ['fewer', 1],
    ['more', 3],
    ['none', 0],
    ['twice', 2],
  ])('gives %s receipts', async (how, count) => {
    receiver.setFaults([parseFaultSpec(`receipts=${how}`)]);
    const receipts = JSON.parse((await post(receiver, [child('A'), child('B')])).text) as string[];
    expect(receipts).toHaveLength(count);
    if (how === 'twice') expect(new Set(receipts).size).toBe(1);
  });

  it('gives receipts of another form', async () => {
    receiver.setFaults([parseFaultSpec('receipts=malformed')]);
    const receipts = JSON.parse((await post(receiver, [child('A')])).text) as string[];
    expect(receipts[0]).not.toMatch(/\.json$/);
  });

  it('waits for a batch with a certain child', async () => {
    receiver.setFaults([parseFaultSpec('status=500,child=B,times=always')]);
    expect((await post(receiver, [child('A')])).status).toBe(200);
    expect((await post(receiver, [child('A'), child('B')])).status).toBe(500);
    expect((await post(receiver, [child('B')])).status).toBe(500);
  });

  it('refuses tokens', async () => {
    receiver.setFaults([parseFaultSpec('on=token,status=500')]);
    expect((await askForToken(receiver)).status).toBe(500);
    expect((await askForToken(receiver)).status).toBe(200);
  });

  it('marks in its log which requests a fault had a hand in', async () => {
    receiver.setFaults([faultRule({ status: 429 })]);
    await post(receiver, [child('A')]);
    await post(receiver, [child('A')]);
    const submissions = receiver.requests.filter((request) => request.childIds.length > 0);
    expect(submissions.map((request) => request.faulted)).toEqual([true, false]);
  });
});

describe('a fault specification', () => {
  it('says what happens, to which requests', () => {
    expect(parseFaultSpec('on=token, status=429, retry-after=2, nth=3, times=always')).toEqual({
      on: 'token',
      status: 429,
      retryAfter: 2,
      nth: 3,
      times: Number.POSITIVE_INFINITY,
    });
  });

  it.each(['', 'nth=2', 'status=42', 'status=abc', 'reset=maybe', 'receipts=', 'explode', 'toString=1', 'delay=-1'])(
    'that reads "%s" is refused with help',
    (text) => {
      expect(() => parseFaultSpec(text)).toThrow(DataflowError);
      expect(() => parseFaultSpec(text)).toThrow(/nth=N/);
    },
  );
});
