import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataflowError } from '../../../pipeline/errors.ts';
import { type ExchangeRecord, ReceiverClient } from '../../../pipeline/receiver/receiverClient.ts';
import { submissionAddress } from '../../../pipeline/receiver/serviceAddress.ts';
import { defaultExchangeLimits } from '../../../pipeline/receiver/transport.ts';
import { ScriptedReceiver } from '../../support/scriptedReceiver.ts';
import { clientFor, inventedChild, policyFor, secrets, TestClock } from '../../support/submissionHarness.ts';

let receiver: ScriptedReceiver;
let clock: TestClock;
let client: ReceiverClient;
const records: ExchangeRecord[] = [];
const waits: string[] = [];
const watcher = {
  exchanged: async (record: ExchangeRecord) => void records.push(record),
  waiting: (note: { words: string }) => void waits.push(note.words),
};
const body = Buffer.from(JSON.stringify([inventedChild(1), inventedChild(2)]));
const signal = new AbortController().signal;
const post = () => client.post(body, 2, watcher, signal);
const answer = (status: number, headers: Record<string, string> = {}, text = '') =>
  ({ do: 'answer', status, headers, body: text }) as const;

beforeEach(async () => {
  receiver = await ScriptedReceiver.start();
  clock = new TestClock();
  client = clientFor(receiver, policyFor(clock));
  records.length = 0;
  waits.length = 0;
});

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

describe('what goes out', () => {
  test('a bare UTF-8 array to the authority’s address, with token, key and a plain user agent', async () => {
    const name = { la_child_id: 'C1', child_details: { first_name: 'Zoë Łukasz' } };
    await client.post(Buffer.from(JSON.stringify([name])), 1, watcher, signal);
    expect(receiver.posts[0]?.path).toBe('/receiver-test/1/children_social_care_data/926/children');
    expect(receiver.posts[0]?.children).toEqual([name]);
    expect(receiver.posts[0]?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      supplierkey: secrets.supplierKey,
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'ssd-dataflow/test',
    });
  });

  test('one token serves many posts, and is renewed before it ends', async () => {
    await post();
    await post();
    expect(receiver.tokens).toBe(1);
    clock.move(3400_000);
    await post();
    expect(receiver.tokens).toBe(2);
  });

  test('a clock that was set back by days does not keep an old token alive', async () => {
    await post();
    clock.move(-7 * 86_400_000);
    await post();
    expect(receiver.tokens).toBe(2);
  });
});

describe('what comes back', () => {
  test.each([200, 201])('%d with matching receipts is accepted', async (status) => {
    receiver.script = () => ({ do: 'accept', status });
    expect(await post()).toMatchObject({ kind: 'accepted' });
  });

  test.each([
    ['too few', (r: string[]) => JSON.stringify(r.slice(1))],
    ['too many', (r: string[]) => JSON.stringify([...r, ...r])],
    ['of another form', (r: string[]) => JSON.stringify(r.map(() => 'accepted'))],
    ['not JSON', () => 'ok'],
    ['a sign-in page', () => '<html>Sign in</html>'],
  ])('200 with receipts that are %s is in doubt, and not tried again', async (_, wrong) => {
    receiver.script = () => ({ do: 'wrong-receipts', body: wrong });
    expect(await post()).toMatchObject({ kind: 'unsettled', inDoubt: true });
    expect(receiver.posts).toHaveLength(1);
  });

  test('204 is in doubt', async () => {
    receiver.script = () => answer(204);
    expect(await post()).toMatchObject({ kind: 'unsettled', inDoubt: true });
  });

  test('a 401 gets one new token, then the post again', async () => {
    receiver.script = ({ number }) => (number === 1 ? answer(401) : { do: 'accept' });
    expect(await post()).toMatchObject({ kind: 'accepted' });
    expect(receiver.posts.map((p) => p.headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('a second 401 stops', async () => {
    receiver.script = () => answer(401);
    expect(await post()).toMatchObject({ kind: 'unsettled', inDoubt: false });
    expect(receiver.posts).toHaveLength(2);
  });

  test.each([302, 307, 404, 405, 407, 415, 422, 418])('%d stops at once with a reason', async (status) => {
    receiver.script = () => answer(status, { location: `${receiver.base}/elsewhere` });
    expect(await post()).toMatchObject({
      kind: 'unsettled',
      inDoubt: false,
      words: expect.stringContaining(`(${status})`),
    });
    expect(receiver.posts).toHaveLength(1);
  });

  test.each([403, 408, 429, 500, 502, 503, 504, 599])('%d is tried again, then succeeds', async (status) => {
    receiver.script = ({ number }) => (number < 3 ? answer(status) : { do: 'accept' });
    expect(await post()).toMatchObject({ kind: 'accepted' });
    expect(clock.sleeps).toEqual([750, 1500]);
    expect(waits).toHaveLength(2);
  });

  test.each([
    [403, false],
    [408, false],
    [429, false],
    [500, true],
    [502, true],
    [503, false],
    [504, true],
  ])('%d for good gives up after the allowed tries; in doubt: %j', async (status, inDoubt) => {
    receiver.script = () => answer(status);
    expect(await post()).toMatchObject({ kind: 'unsettled', inDoubt });
    expect(receiver.posts).toHaveLength(3);
  });

  test.each([429, 503])('the Retry-After of a %d is waited for, in seconds or as a date', async (status) => {
    receiver.script = ({ number }) => {
      if (number === 1) return answer(status, { 'retry-after': '17' });
      if (number === 2)
        return answer(status, { 'retry-after': new Date(clock.now().getTime() + 23_000).toUTCString() });
      return { do: 'accept' };
    };
    expect(await post()).toMatchObject({ kind: 'accepted' });
    expect(clock.sleeps).toEqual([17_000, 23_000]);
  });

  test('a Retry-After beyond the limit ends the post with the reason', async () => {
    receiver.script = () => answer(429, { 'retry-after': '3600' });
    expect(await post()).toMatchObject({ kind: 'unsettled', words: expect.stringMatching(/later/) });
    expect(receiver.posts).toHaveLength(1);
  });

  test('every try is told, with its support id', async () => {
    receiver.script = ({ number }) => (number === 1 ? answer(503, { 'x-request-id': 'req-1' }) : { do: 'accept' });
    await post();
    expect(records.map(({ attempt, status, requestId }) => ({ attempt, status, requestId }))).toEqual([
      { attempt: 1, status: 503, requestId: 'req-1' },
      { attempt: 2, status: 200, requestId: null },
    ]);
  });
});

describe('the network', () => {
  test.each([true, false])('a reset is tried again (applied before it: %j)', async (applied) => {
    receiver.script = ({ number }) => (number === 1 ? { do: 'reset', applied } : { do: 'accept' });
    expect(await post()).toMatchObject({ kind: 'accepted' });
  });

  test('resets for good leave the batch in doubt', async () => {
    receiver.script = () => ({ do: 'reset', applied: true });
    expect(await post()).toMatchObject({ kind: 'unsettled', inDoubt: true, unreachable: true });
  });

  test('half an answer is tried again', async () => {
    receiver.script = ({ number }) => (number === 1 ? { do: 'half-answer' } : { do: 'accept' });
    expect(await post()).toMatchObject({ kind: 'accepted' });
  });

  test('a service that never answers is given up within the time limits', async () => {
    await using hasty = clientFor(receiver, policyFor(clock, { attempts: 2 }), { totalMilliseconds: 1500 });
    receiver.script = () => ({ do: 'hang', applied: true });
    const outcome = await hasty.post(body, 2, watcher, signal);
    expect(outcome).toMatchObject({ kind: 'unsettled', inDoubt: true });
    expect(receiver.posts).toHaveLength(2);
  });

  test('a refused connection was certainly not sent', async () => {
    await post();
    const port = receiver.port;
    await receiver[Symbol.asyncDispose]();
    expect(await post()).toMatchObject({ kind: 'unsettled', unreachable: true });
    receiver = await ScriptedReceiver.start();
    expect(port).not.toBe(0);
    await using fresh = clientFor(
      { base: `http://127.0.0.1:${port}/receiver-test/1`, tokenAddress: receiver.tokenAddress },
      policyFor(clock),
    );
    expect(await fresh.post(body, 2, watcher, signal)).toMatchObject({ kind: 'unsettled', inDoubt: false });
  });

  test('an answer larger than allowed is not read to its end', async () => {
    await using small = clientFor(receiver, policyFor(clock), { responseBytes: 1000 });
    receiver.script = () => answer(400, {}, 'x'.repeat(100_000));
    expect(await small.post(body, 2, watcher, signal)).toMatchObject({ kind: 'unsettled', inDoubt: true });
  });

  test('cancelling ends a wait at once, and the post is as its last answer left it', async () => {
    const stopper = new AbortController();
    const policy = policyFor(clock, {
      sleep: async () => {
        stopper.abort();
        throw stopper.signal.reason;
      },
    });
    await using patient = clientFor(receiver, policy);
    receiver.script = () => answer(429);
    const outcome = await patient.post(body, 2, watcher, stopper.signal);
    expect(outcome).toMatchObject({ kind: 'unsettled', cancelled: true, inDoubt: false });
  });

  test('cancelling lets a post that has begun finish', async () => {
    const stopper = new AbortController();
    receiver.script = () => {
      stopper.abort();
      return { do: 'accept' };
    };
    expect(await client.post(body, 2, watcher, stopper.signal)).toMatchObject({ kind: 'accepted' });
  });
});

describe('signing in', () => {
  test('passing faults of the token service are tried again', async () => {
    receiver.tokenScript = (number) =>
      number === 1 ? { status: 503, body: '' } : { status: 200, body: '{"access_token":"t","expires_in":"3600"}' };
    expect(await post()).toMatchObject({ kind: 'accepted' });
  });

  test.each([
    [400, '{"error":"invalid_client","error_description":"planted-description"}', 'refused', /400 \(invalid_client\)/],
    [401, '{"error":"unauthorized_client"}', 'refused', /401 \(unauthorized_client\)/],
    [200, '{}', 'refused', /no access token/],
    [200, 'not json', 'refused', /no access token/],
    [200, '{"access_token":"two\\nlines"}', 'refused', /no access token/],
    [302, '', 'refused', /302/],
    [500, '', 'unreachable', /500/],
  ])('%d %s fails as %s', async (status, text, reason, words) => {
    receiver.tokenScript = () => ({ status, body: text });
    const failure = await client.signIn(signal).then(
      () => null,
      (error: unknown) => error,
    );
    expect(DataflowError.is(failure) && failure.reason).toBe(reason);
    expect(String(failure)).toMatch(words);
    expect(String(failure)).not.toMatch(/planted/);
  });

  test('a failed sign-in is no fault of the batch', async () => {
    receiver.tokenScript = () => ({ status: 401, body: '{"error":"invalid_client"}' });
    expect(await post()).toMatchObject({ kind: 'unsettled', inDoubt: false });
    expect(receiver.posts).toHaveLength(0);
  });

  test.each([200, 400, 422])('a probe that is answered %d proves the sign-in', async (status) => {
    receiver.script = () => answer(status);
    expect((await client.probe(signal)).ok).toBe(true);
    expect(receiver.posts[0]?.text).toBe('[{}]');
  });

  test.each([401, 403, 404, 503])('a probe that is answered %d does not', async (status) => {
    receiver.script = () => answer(status);
    expect((await client.probe(signal)).ok).toBe(false);
  });
});

describe('TLS and proxies', () => {
  const pems = generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });

  async function secure(): Promise<ScriptedReceiver> {
    const { private: key, cert } = await pems;
    return ScriptedReceiver.start(createHttpsServer({ key, cert }));
  }

  function secureClient(port: number, options: { certificates?: string[]; proxy?: string; host?: string }) {
    const origin = `https://${options.host ?? 'localhost'}:${port}`;
    return new ReceiverClient(
      {
        address: submissionAddress(new URL(`${origin}/receiver-test/1`), '926'),
        tokenAddress: new URL(`${origin}/token`),
        clientId: 'client-1',
        scope: 'scope-1',
        ...secrets,
        userAgent: 'ssd-dataflow/test',
        transport: {
          proxy: { setting: options.proxy ?? null, editor: null, bypass: [], environment: {}, credentials: null },
          extraCertificates: options.certificates ?? [],
          limits: defaultExchangeLimits,
        },
      },
      policyFor(clock),
    );
  }

  test('a certificate of an unknown authority is refused, and the message names the setting', async () => {
    await using tls = await secure();
    await using untrusting = secureClient(tls.port, {});
    await expect(untrusting.signIn(signal)).rejects.toThrow(/certificate.*extra certificates/);
    expect(tls.tokens).toBe(0);
  });

  test('with the authority’s certificate added it is trusted', async () => {
    await using tls = await secure();
    await using trusting = secureClient(tls.port, { certificates: [(await pems).cert] });
    expect(await trusting.post(body, 2, watcher, signal)).toMatchObject({ kind: 'accepted' });
  });

  /** A proxy that tunnels every host to one port, and asks for credentials. */
  async function startProxy(port: number, credentials: string | null) {
    const seen: (string | undefined)[] = [];
    const server = createHttpServer();
    server.on('connect', (request, socket, head) => {
      seen.push(request.headers['proxy-authorization']);
      if (credentials !== null && request.headers['proxy-authorization'] !== credentials) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address() as AddressInfo;
    return { port: address.port, seen, close: () => server.close() };
  }

  test('a proxy with credentials is used, and sees only the tunnel', async () => {
    await using tls = await secure();
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'api.invalid' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'api.invalid' }] }],
    });
    await using remote = await ScriptedReceiver.start(createHttpsServer({ key, cert }));
    const basic = `Basic ${Buffer.from('user:pass').toString('base64')}`;
    const proxy = await startProxy(remote.port, basic);
    await using through = secureClient(remote.port, {
      host: 'api.invalid',
      proxy: `http://user:pass@127.0.0.1:${proxy.port}`,
      certificates: [cert],
    });
    expect(await through.post(body, 2, watcher, signal)).toMatchObject({ kind: 'accepted' });
    expect(proxy.seen.every((value) => value === basic)).toBe(true);
    expect(remote.posts).toHaveLength(1);
    await using wrong = secureClient(remote.port, {
      host: 'api.invalid',
      proxy: `http://user:planted@127.0.0.1:${proxy.port}`,
      certificates: [cert],
    });
    await expect(wrong.signIn(signal)).rejects.toThrow(/^(?!.*planted).*407/);
    proxy.close();
    expect(tls.posts).toHaveLength(0);
  });
});
