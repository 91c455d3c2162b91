import { describe, expect, test } from 'vitest';
import { DataflowError } from '../../../pipeline/errors.ts';
import { type ProxySettings, proxyFor } from '../../../pipeline/receiver/proxyChoice.ts';
import { checkReceipts } from '../../../pipeline/receiver/receipts.ts';
import { backoff, parseRetryAfter, type RetryPolicy, retryWait } from '../../../pipeline/receiver/retryPolicy.ts';
import { isTestEndpoint, parseServiceAddress, submissionAddress } from '../../../pipeline/receiver/serviceAddress.ts';
import { statusMeaning } from '../../../pipeline/receiver/statusMeaning.ts';

const configuration = (error: unknown) => DataflowError.is(error, 'configuration');

describe('service addresses', () => {
  test.each([
    'http://example.org/x',
    'ftp://example.org',
    'not an address',
    'https://u:p@example.org/',
    'https://e.org/?a=1',
    'http://127.0.0.1.example.org/',
  ])('refused: %s', (text) => {
    expect(() => parseServiceAddress(text, 'API endpoint')).toThrow(expect.toSatisfy(configuration));
  });

  test.each(['https://example.org/1', 'http://localhost:8080/1', 'http://127.0.0.1/1', 'http://[::1]:1/'])(
    'taken: %s',
    (text) => {
      expect(parseServiceAddress(text, 'API endpoint')).toBeInstanceOf(URL);
    },
  );

  test('the children of an authority are posted below the base', () => {
    const base = new URL('https://example.org/children-in-social-care-data-receiver-test/1/');
    const whole =
      'https://example.org/children-in-social-care-data-receiver-test/1/children_social_care_data/926/children';
    expect(submissionAddress(base, '926').href).toBe(whole);
    expect(submissionAddress(new URL(whole), '926').href).toBe(whole);
    expect(() => submissionAddress(new URL(whole), '850')).toThrow(/926.*850/);
    expect(() => submissionAddress(base, '92')).toThrow(/three digits/);
  });

  test('only an address whose service name ends in -test is a test endpoint', () => {
    expect(isTestEndpoint(new URL('https://e.org/children-in-social-care-data-receiver-test/1'))).toBe(true);
    expect(isTestEndpoint(new URL('https://e.org/children-in-social-care-data-receiver/1'))).toBe(false);
    expect(isTestEndpoint(new URL('https://api-test.e.org/receiver/1'))).toBe(false);
  });
});

describe('receipts', () => {
  const id = '3f2504e0-4f89-11d3-9a0c-0305e82c3301';
  const other = id.replace('3f', '4f');
  test('one of the documented form per child', () => {
    const text = JSON.stringify([`2026-01-02_03:04:05.67_${id}.json`, `2026-01-02_03:04:05.6789_${other}.json`]);
    expect(checkReceipts(text, 2)).toMatchObject({ kind: 'match', receipts: [{ id }, { id: other }] });
  });
  test.each([
    ['too few', JSON.stringify([`2026-01-02_03:04:05.67_${id}.json`]), 2],
    ['too many', JSON.stringify([`2026-01-02_03:04:05.67_${id}.json`]), 0],
    ['twice the same', JSON.stringify(Array(2).fill(`2026-01-02_03:04:05.67_${id}.json`)), 2],
    ['another form', JSON.stringify(['ok']), 1],
    ['numbers', '[1]', 1],
    ['an object', '{}', 1],
    ['not JSON', 'accepted', 1],
    ['nothing', '', 1],
  ])('%s do not match', (_, text, children) => {
    expect(checkReceipts(text, children).kind).toBe('mismatch');
  });
});

describe('retries', () => {
  const now = Date.parse('2026-11-22T09:00:00Z');
  const policy: RetryPolicy = {
    attempts: 4,
    firstWait: 1000,
    longestWait: 5000,
    longestRetryAfter: 60_000,
    now: () => now,
    sleep: async () => {},
    random: () => 0,
  };

  test.each([
    ['30', 30_000],
    ['0', 0],
    [' 2 ', 2000],
    ['Sun, 22 Nov 2026 09:00:10 GMT', 10_000],
    ['Sunday, 22-Nov-26 09:00:10 GMT', 10_000],
    ['Sun, 22 Nov 2026 08:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['', null],
    [undefined, null],
  ])('Retry-After %j asks for %j ms', (header, milliseconds) => {
    expect(parseRetryAfter(header, now)).toBe(milliseconds);
  });

  test('waits double up to the longest, with the upper half left to chance', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => backoff(policy, attempt))).toEqual([500, 1000, 2000, 2500, 2500]);
    expect(backoff({ ...policy, random: () => 1 }, 2)).toBe(2000);
  });

  test('a Retry-After beyond the limit is not waited for', () => {
    expect(retryWait(policy, 1, '61')).toBeNull();
    expect(retryWait(policy, 1, '60')).toBe(60_000);
  });
});

test.each([
  [200, 'accepted', true],
  [201, 'accepted', true],
  [204, 'stop', true],
  [302, 'stop', false],
  [307, 'stop', false],
  [400, 'invalid', false],
  [401, 'renew-token', false],
  [403, 'retry', false],
  [404, 'stop', false],
  [405, 'stop', false],
  [407, 'stop', false],
  [408, 'retry', false],
  [413, 'too-large', false],
  [415, 'stop', false],
  [418, 'stop', false],
  [422, 'stop', false],
  [429, 'retry', false],
  [500, 'retry', true],
  [502, 'retry', true],
  [503, 'retry', false],
  [504, 'retry', true],
])('status %d means %s; may be processed: %j', (status, action, mayBeProcessed) => {
  expect(statusMeaning(status)).toMatchObject({ action, mayBeProcessed });
});

describe('the proxy', () => {
  const target = new URL('https://api.example.gov.uk/x');
  const none: ProxySettings = { setting: null, editor: null, bypass: [], environment: {}, credentials: null };
  const chosen = (settings: Partial<ProxySettings>, url = target) =>
    proxyFor(url, { ...none, ...settings })?.address.href ?? null;

  test('the setting wins over VS Code, VS Code over the environment', () => {
    const environment = { HTTPS_PROXY: 'http://env:3128' };
    expect(chosen({ setting: 'http://set:1', editor: 'http://code:2', environment })).toBe('http://set:1/');
    expect(chosen({ editor: 'http://code:2', environment })).toBe('http://code:2/');
    expect(chosen({ environment })).toBe('http://env:3128/');
    expect(chosen({})).toBeNull();
  });

  test('"none" means a direct connection whatever the environment says', () => {
    expect(chosen({ setting: 'none', environment: { https_proxy: 'http://env:3128' } })).toBeNull();
  });

  test('an address without scheme is http, and lower case variables count first', () => {
    expect(chosen({ environment: { HTTPS_PROXY: 'big:1', https_proxy: 'small:2' } })).toBe('http://small:2/');
  });

  test.each([
    ['*', null],
    ['example.gov.uk', null],
    ['.gov.uk', null],
    ['*.example.gov.uk', null],
    ['api.example.gov.uk:443', null],
    ['api.example.gov.uk:8443', 'http://env:3128/'],
    ['ample.gov.uk', 'http://env:3128/'],
    ['other, api.example.gov.uk', null],
    ['', 'http://env:3128/'],
  ])('NO_PROXY %j', (list, expected) => {
    expect(chosen({ environment: { HTTPS_PROXY: 'http://env:3128', NO_PROXY: list } })).toBe(expected);
  });

  test('loopback is never sent through a proxy', () => {
    expect(chosen({ setting: 'http://set:1' }, new URL('http://127.0.0.1:9/x'))).toBeNull();
  });

  test('credentials come from the address or from their own setting, and leave the address', () => {
    const fromAddress = proxyFor(target, { ...none, setting: 'http://al%40x:p%3Aw@set:1' });
    expect(fromAddress).toMatchObject({ authorization: `Basic ${Buffer.from('al@x:p:w').toString('base64')}` });
    expect(fromAddress?.address.href).toBe('http://set:1/');
    const own = proxyFor(target, { ...none, setting: 'http://set:1', credentials: { user: 'u', password: 'p' } });
    expect(own?.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  test('a proxy that cannot be used is refused without showing it', () => {
    expect(() => chosen({ setting: 'socks5://u:planted@set:1' })).toThrow(expect.toSatisfy(configuration));
    expect(() => chosen({ setting: 'http://u:planted@' })).toThrow(/^(?!.*planted)/);
  });
});
