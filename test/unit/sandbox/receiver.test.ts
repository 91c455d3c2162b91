import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DataflowError } from '../../../core/errors.ts';
import { type Receiver, type ReceiverOptions, startReceiver } from '../../../sandbox/receiver/receiver.ts';
import { askForToken, child, childrenUrl, post, send, tokenFor } from './receiverClient.ts';
import { temporaryFolder } from './sandboxFiles.ts';

const open: Receiver[] = [];

async function start(options: Partial<ReceiverOptions> = {}): Promise<Receiver> {
  const receiver = await startReceiver({ store: ':memory:', laCode: '846', ...options });
  open.push(receiver);
  return receiver;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});

describe('the token endpoint', () => {
  it('gives a bearer token for the right client', async () => {
    const reply = await askForToken(await start({ tokenLifetimeSeconds: 60 }));
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toMatchObject({ token_type: 'Bearer', expires_in: 60 });
  });

  it.each([
    ['a wrong secret', { client_secret: 'no' }, 401, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_, change, status, error) => {
    const reply = await askForToken(await start(), change);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toMatchObject({ error });
  });

  it('refuses a form that says it is JSON', async () => {
    const receiver = await start();
    const reply = await send(receiver.tokenUrl, { headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(reply.status).toBe(415);
  });
});

describe('a submission', () => {
  it('is stored and answered with one receipt for each child, in the form of the API', async () => {
    const receiver = await start({ clock: () => Date.UTC(2026, 10, 22, 7, 5, 9, 120) });
    const reply = await post(receiver, [child('A1'), child('B2')]);
    expect(reply.status).toBe(200);
    const receipts = JSON.parse(reply.text) as string[];
    expect(receipts).toHaveLength(2);
    for (const receipt of receipts) expect(receipt).toMatch(/^2026-11-22_07:05:09\.12_[0-9a-f-]{36}\.json$/);
    expect(new Set(receipts).size).toBe(2);
    expect([...receiver.children()].map((held) => held.la_child_id)).toEqual(['A1', 'B2']);
  });

  it.each([
    ['no token', { headers: { authorization: '' } }, 401],
    ['a token nobody issued', { headers: { authorization: 'Bearer guess' } }, 401],
    ['no supplier key', { headers: { supplierkey: '' } }, 403],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['another method', { method: 'PUT' }, 405],
  ])('with %s is refused and stores nothing', async (_, change, status) => {
    const receiver = await start();
    expect((await post(receiver, [child('A1')], change)).status).toBe(status);
    expect(receiver.childCount()).toBe(0);
  });

  it('takes a charset in the content type', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await post(await start(), [child('A1')], { headers })).status).toBe(200);
  });

  it('for another authority finds nothing at that address', async () => {
    const receiver = await start();
    expect((await post(receiver, [child('A1')], { url: childrenUrl(receiver, '847') })).status).toBe(404);
  });

  it('with a token for another scope is refused, although the token was given', async () => {
    const receiver = await start();
    const token = await tokenFor(receiver, { scope: 'api://other/.default' });
    expect((await post(receiver, [child('A1')], { headers: { authorization: `Bearer ${token}` } })).status).toBe(403);
  });

  it('with an expired token is refused', async () => {
    let now = 1_000_000;
    const receiver = await start({ clock: () => now, tokenLifetimeSeconds: 60 });
    const headers = { authorization: `Bearer ${await tokenFor(receiver)}` };
    now += 59_000;
    expect((await post(receiver, [child('A1')], { headers })).status).toBe(200);
    now += 1_000;
    expect((await post(receiver, [child('A1')], { headers })).status).toBe(401);
  });

  it('with a revoked token is refused', async () => {
    const receiver = await start();
    const headers = { authorization: `Bearer ${await tokenFor(receiver)}` };
    receiver.revokeTokens();
    expect((await post(receiver, [child('A1')], { headers })).status).toBe(401);
  });

  it.each([
    ['text that is no JSON', '[{"la_child_id": '],
    ['bytes that are no UTF-8', Buffer.from([0x5b, 0x22, 0xe9, 0x22, 0x5d])],
    ['an object in place of an array', { Children: [child('A1')] }],
    ['no children', []],
    ['101 children', Array.from({ length: 101 }, (_, i) => child(`C${i}`))],
  ])('of %s is refused', async (_, body) => {
    const receiver = await start();
    expect((await post(receiver, body)).status).toBe(400);
    expect(receiver.childCount()).toBe(0);
  });

  it('of 100 children is taken', async () => {
    const receiver = await start();
    expect(
      (
        await post(
          receiver,
          Array.from({ length: 100 }, (_, i) => child(`C${i}`)),
        )
      ).status,
    ).toBe(200);
    expect(receiver.childCount()).toBe(100);
  });

  it('with a wrong child is refused whole, naming the place of each fault from the root', async () => {
    const receiver = await start();
    const wrong = child('C', { social_care_episodes: [{ social_care_episode_id: 'E1', referral_date: '2026-02-30' }] });
    const reply = await post(receiver, [child('A'), child('B'), { ...child('D'), la_child_id: 'a/b' }, wrong]);
    expect(reply.status).toBe(400);
    const { detail } = JSON.parse(reply.text) as { detail: string };
    expect(detail).toContain('[2].la_child_id: ');
    expect(detail).toContain('[3].social_care_episodes[0].referral_date: ');
    expect(detail).not.toMatch(/\[0\]\.la|\[1\]\./);
    expect(receiver.childCount()).toBe(0);
  });

  it('is judged by the schema alone: rules across fields are not the business of the API', async () => {
    const episode = {
      social_care_episode_id: 'E1',
      referral_date: '2026-02-03',
      closure_date: '2026-01-01',
      purge: false,
    };
    expect((await post(await start(), [child('A', { social_care_episodes: [episode] })])).status).toBe(200);
  });

  it('larger than the limit is refused', async () => {
    const receiver = await start({ maxBodyBytes: 500 });
    expect(
      (
        await post(
          receiver,
          Array.from({ length: 9 }, (_, i) => child(`C${i}`)),
        )
      ).status,
    ).toBe(413);
  });

  it.each(['0x', '0X'])('that holds %s is stopped by the firewall', async (text) => {
    expect((await post(await start(), [child(`AB${text}12`)])).status).toBe(403);
  });

  it('leaves its ids and outcome in the log, and no more', async () => {
    const receiver = await start();
    await post(receiver, [child('A1'), child('B2')]);
    expect(receiver.requests.map((request) => request.status)).toEqual([200, 200]);
    expect(receiver.requests[1]).toMatchObject({ method: 'POST', childIds: ['A1', 'B2'], faulted: false });
    expect(JSON.stringify(receiver.requests)).not.toContain('Ana');
  });
});

describe('a receiver', () => {
  it('keeps its records in a file from one start to the next', async () => {
    const store = join(temporaryFolder(), 'receiver.db');
    const first = await start({ store });
    await post(first, [child('A1')]);
    await first.close();
    const second = await start({ store });
    expect(second.child('A1')).toMatchObject({ la_child_id: 'A1' });
  });

  it('says so when its port is taken', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toSatisfy((error) => DataflowError.is(error, 'configuration'));
  });

  it('closes at once while an answer is held back, and may be closed again', async () => {
    const receiver = await start();
    const token = await tokenFor(receiver);
    receiver.setFaults([{ on: 'submit', nth: 1, times: 1, delay: 600_000 }]);
    const waiting = post(receiver, [child('A1')], { headers: { authorization: `Bearer ${token}` } });
    const dropped = expect(waiting).rejects.toThrow();
    while (!receiver.requests.some((request) => request.path.endsWith('token'))) await new Promise(setImmediate);
    await receiver.close();
    await receiver.close();
    await dropped;
  });
});
