import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyTrail } from '../../../pipeline/audit/verifyTrail.ts';
import { DataflowError } from '../../../pipeline/errors.ts';
import { durableFiles } from '../../../pipeline/files/durableFiles.ts';
import { closedGates, confirmationText, type GateFacts } from '../../../pipeline/submission/gates.ts';
import { HeldBack } from '../../../pipeline/submission/holds.ts';
import { planSubmission } from '../../../pipeline/submission/plan.ts';
import { readSignOff, recordSignOff, type SignOff, unattendedObjection } from '../../../pipeline/submission/signOff.ts';
import { fileSource, stagingSource } from '../../../pipeline/submission/source.ts';
import { runSubmission, type SubmissionTools } from '../../../pipeline/submission/submit.ts';
import { allRows } from '../../support/agreement.ts';
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

const testEndpoint =
  'https://api.example.gov.uk/children-in-social-care-data-receiver-test/1/children_social_care_data/926/children';
const liveEndpoint = testEndpoint.replace('-test', '');
const signOff: SignOff = {
  name: 'A. Director',
  note: 'agreed in the board',
  laCode: '926',
  endpoint: liveEndpoint,
  recordedAt: '2026-11-01T00:00:00.000Z',
};

describe('gates', () => {
  const live: GateFacts = {
    mode: 'live',
    kind: 'live',
    laCode: '926',
    endpoint: liveEndpoint,
    purpose: 'live',
    signOff,
    liveObjections: [],
  };
  const testing: GateFacts = {
    ...live,
    mode: 'test',
    kind: 'anon',
    endpoint: testEndpoint,
    purpose: 'test',
    signOff: null,
  };

  test('open for live with live table, live endpoint, live connection and a sign-off for them', () => {
    expect(closedGates(live)).toEqual([]);
  });
  test('open for test with the test table and the test endpoint', () => {
    expect(closedGates(testing)).toEqual([]);
  });
  test.each<[string, Partial<GateFacts>]>([
    ['the test table', { kind: 'anon' }],
    ['the test endpoint', { endpoint: testEndpoint, signOff: { ...signOff, endpoint: testEndpoint } }],
    ['a test connection', { purpose: 'test' }],
    ['a sandbox connection', { purpose: 'sandbox' }],
    ['no sign-off', { signOff: null }],
    ['a sign-off for another authority', { signOff: { ...signOff, laCode: '850' } }],
    ['a sign-off for another endpoint', { signOff: { ...signOff, endpoint: testEndpoint } }],
    ['an objection of the front end', { liveObjections: ['This workspace is not trusted.'] }],
  ])('closed for live with %s', (_, change) => {
    expect(closedGates({ ...live, ...change })).toHaveLength(1);
  });
  test.each<[string, Partial<GateFacts>]>([
    ['the live table', { kind: 'live' }],
    ['the live endpoint', { endpoint: liveEndpoint }],
  ])('closed for test with %s', (_, change) => {
    expect(closedGates({ ...testing, ...change })).toHaveLength(1);
  });
  test('a dry run is never kept from telling what it would do', () => {
    expect(closedGates({ ...live, mode: 'dry-run', signOff: null, endpoint: 'no endpoint' })).toEqual([]);
  });
});

describe('a submission', () => {
  let receiver: ScriptedReceiver;
  let work: Workplace;

  beforeEach(async () => {
    receiver = await ScriptedReceiver.start();
    work = await openWorkplace({ table: 'live' });
    await stage(
      work.store,
      [1, 2, 3].map((n) => inventedChild(n)),
      work.clock.now(),
    );
  });

  afterEach(async () => {
    await work[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  /** The double's address as a live endpoint: loopback, without `-test`. */
  function liveClient() {
    const base = receiver.base.replace('receiver-test', 'receiver');
    return clientFor({ base, tokenAddress: receiver.tokenAddress }, policyFor(work.clock));
  }

  async function live(confirmation: string | undefined, changes: Partial<SubmissionTools['gates']> = {}) {
    await using client = liveClient();
    const gates = {
      purpose: 'live',
      signOff: { ...signOff, endpoint: client.endpoint },
      liveObjections: [],
      ...changes,
    } as const;
    return runSubmission(
      requestFor(client, { mode: 'live' }),
      confirmation,
      work.tools(client, { gates }),
      work.context(),
    );
  }

  const confirmed = () =>
    `Send real records of 3 children of Norchester (926) to ${receiver.base.replace('-test', '')}/children_social_care_data/926/children`;

  const isRefused = expect.toSatisfy((error) => DataflowError.is(error, 'refused'));

  test('in live mode runs with the confirmation repeated word for word', async () => {
    expect(await live(confirmed())).toMatchObject({ mode: 'live', outcome: 'completed', accepted: 3 });
  });

  test.each(['', 'yes', 'Send'])('in live mode is refused when what was confirmed is %j', async (words) => {
    await expect(live(words)).rejects.toEqual(isRefused);
    expect(receiver.posts).toHaveLength(0);
    expect(receiver.tokens).toBe(0);
  });

  test('in live mode is refused without confirmation, and when the count has changed since', async () => {
    const before = confirmed();
    await expect(live(undefined)).rejects.toEqual(isRefused);
    await stage(
      work.store,
      [1, 2, 3, 4].map((n) => inventedChild(n)),
      work.clock.now(),
    );
    await expect(live(before)).rejects.toThrow(/4 children/);
    expect(receiver.posts).toHaveLength(0);
  });

  test('in live mode is refused without a sign-off, whatever was confirmed', async () => {
    await expect(live(confirmed(), { signOff: null })).rejects.toEqual(isRefused);
  });

  test('in test mode does not send the live table', async () => {
    await using client = clientFor(receiver, policyFor(work.clock));
    const run = runSubmission(requestFor(client), undefined, work.tools(client), work.context());
    await expect(run).rejects.toThrow(/test table/);
    expect(receiver.posts).toHaveLength(0);
  });

  test('as a dry run sends nothing, writes nothing, and says what would be sent', async () => {
    await using client = liveClient();
    const before = await readdir(work.folder);
    const report = await runSubmission(
      requestFor(client, { mode: 'dry-run', batchSize: 2 }),
      undefined,
      work.tools(client),
      work.context(),
    );
    expect(report).toMatchObject({ id: 'dry-run', accepted: 0, notAttempted: 3, batches: 2 });
    expect(receiver.posts).toHaveLength(0);
    expect(receiver.tokens).toBe(0);
    expect(await readdir(work.folder)).toEqual(before);
    expect((await allRows(work)).every((row) => row.submissionStatus === 'pending')).toBe(true);
  });

  test('of a file to another machine wants it confirmed that its records are not real', async () => {
    const source = fileSource({ identity: 'file:x', label: 'x.json', children: [inventedChild(1)] });
    await using client = clientFor(
      { base: 'https://api.invalid/receiver-test/1', tokenAddress: receiver.tokenAddress },
      policyFor(work.clock),
    );
    const run = runSubmission(requestFor(client), undefined, work.tools(client, { source }), work.context());
    await expect(run).rejects.toThrow(/invented or scrambled/);
  });
});

describe('children that are not sent', () => {
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

  async function submit(overrides: Partial<SubmissionTools> = {}, personIds?: string[]) {
    await using client = clientFor(receiver, policyFor(work.clock));
    const request = requestFor(client, personIds === undefined ? {} : { personIds });
    return runSubmission(request, undefined, work.tools(client, overrides), work.context());
  }

  test('are blocked by an error, with its message, while the others go', async () => {
    await stage(
      work.store,
      [1, 2, 3].map((n) => inventedChild(n)),
      work.clock.now(),
    );
    const tools = work.tools({
      endpoint: receiver.base,
      signIn: async () => {},
      post: async () => ({ kind: 'too-large' }),
    });
    const report = await submit({
      prepare: {
        ...tools.prepare,
        validate: (child) =>
          child.la_child_id === childId(2)
            ? [
                { code: 'X-1', severity: 'error', message: 'The sex is not a code.', path: [], at: 'value' },
                { code: 'X-2', severity: 'error', message: 'More.', path: [], at: 'value' },
              ]
            : [{ code: 'W-1', severity: 'warning', message: 'Odd.', path: [], at: 'value' }],
      },
    });
    expect(report.blocked).toEqual([{ personId: childId(2), errors: 2, firstMessage: 'X-1: The sex is not a code.' }]);
    expect(report).toMatchObject({ accepted: 2, notAttempted: 0 });
    expect([...receiver.applied.keys()]).toEqual([childId(1), childId(3)]);
  });

  test('are held back with a reason, which the trail keeps, until they are released', async () => {
    await stage(
      work.store,
      [1, 2].map((n) => inventedChild(n)),
      work.clock.now(),
    );
    const held = new HeldBack(work.folder, work.store.identity, durableFiles, work.trail);
    expect(await held.set(childId(1), 'waiting for the social worker')).toBe(1);
    const report = await submit();
    expect(report.heldBack).toEqual([{ personId: childId(1), reason: 'waiting for the social worker' }]);
    expect([...receiver.applied.keys()]).toEqual([childId(2)]);
    expect(await held.set(childId(1), null)).toBe(0);
    expect(await submit()).toMatchObject({ accepted: 1, heldBack: [] });
    const index = await durableFiles.read(path.join(work.folder, 'audit', 'index.jsonl'));
    expect(index?.toString()).toMatch(/"event":"held".*waiting for the social worker/);
    expect(index?.toString()).toMatch(/"event":"released"/);
  });

  test('stay where they are when the list of held-back children cannot be read', async () => {
    await stage(work.store, [inventedChild(1)], work.clock.now());
    const held = new HeldBack(work.folder, work.store.identity, durableFiles, work.trail);
    await held.set(childId(1), 'reason');
    const [name = ''] = await readdir(path.join(work.folder, 'held-back'));
    await durableFiles.replace(path.join(work.folder, 'held-back', name), Buffer.from('{'));
    await expect(submit()).rejects.toThrow(/held back/);
    expect(receiver.posts).toHaveLength(0);
  });

  test('need no sending when the DfE holds their state, or never held the deleted child', async () => {
    await stage(
      work.store,
      [1, 2].map((n) => inventedChild(n)),
      work.clock.now(),
    );
    await submit({}, [childId(1)]);
    await stage(work.store, [inventedChild(1, { mis_child_id: 'x' })], work.clock.now());
    await stage(work.store, [inventedChild(1)], work.clock.now());
    const posts = receiver.posts.length;
    const report = await submit();
    expect(report).toMatchObject({ accepted: 0, settled: 2, notAttempted: 0 });
    expect(receiver.posts).toHaveLength(posts);
    expect((await allRows(work)).map((row) => [row.personId, row.submissionStatus])).toEqual([
      [childId(1), 'sent'],
      [childId(2), 'sent'],
    ]);
  });

  test('are those that were not asked for', async () => {
    await stage(
      work.store,
      [1, 2, 3].map((n) => inventedChild(n)),
      work.clock.now(),
    );
    expect(await submit({}, [childId(2), 'nobody'])).toMatchObject({ accepted: 1, notAttempted: 0 });
    expect([...receiver.applied.keys()]).toEqual([childId(2)]);
  });

  test('include one whose payload names another child, which could overwrite it', async () => {
    await stage(work.store, [inventedChild(1)], work.clock.now());
    const source = stagingSource(work.store);
    const confused: SubmissionTools['source'] = {
      ...source,
      async *candidates(ids, signal) {
        for await (const one of source.candidates(ids, signal)) {
          yield { ...one, current: JSON.stringify(inventedChild(7)) };
        }
      },
    };
    expect(await submit({ source: confused })).toMatchObject({ accepted: 0, blocked: [{ personId: childId(1) }] });
    expect(receiver.posts).toHaveLength(0);
  });

  test('of a file are those that repeat an id', async () => {
    const source = fileSource({
      identity: 'file:x',
      label: 'x.json',
      children: [inventedChild(1), inventedChild(1), 5],
    });
    const report = await submit({ source });
    expect(report).toMatchObject({
      accepted: 1,
      blocked: [{ personId: `${childId(1)} (element 2)` }, { personId: '#3' }],
    });
  });
});

describe('an unattended live submission', () => {
  const limits = { children: 500, deletions: 20, until: '2026-12-31' };
  const covered = { ...signOff, unattended: limits };
  test.each([
    ['goes within the limits, at their edge too', covered, { children: 500, deletions: 20 }, '2026-12-31', null],
    ['needs a sign-off', null, { children: 1, deletions: 0 }, '2026-12-01', 'No sign-off'],
    ['needs limits in the sign-off', signOff, { children: 1, deletions: 0 }, '2026-12-01', 'No sign-off'],
    ['ends with its last day', covered, { children: 1, deletions: 0 }, '2027-01-01', 'ended on 2026-12-31'],
    ['stops at one child too many', covered, { children: 501, deletions: 0 }, '2026-12-01', '501 children'],
    ['stops at one deletion too many', covered, { children: 30, deletions: 21 }, '2026-12-01', '21 deletions'],
  ])('%s', (_title, given, plan, today, words) => {
    const objection = unattendedObjection(given, plan, today);
    if (words === null) expect(objection).toBeNull();
    else expect(objection).toContain(words);
  });
});

test('a confirmation names how many children would be deleted', () => {
  const plan = {
    mode: 'live',
    kind: 'live',
    laCode: '926',
    laName: 'Norchester',
    children: 1300,
    endpoint: liveEndpoint,
  } as const;
  expect(confirmationText({ ...plan, deletions: 1204 })).toBe(
    `Send real records of 1,300 children (of these 1,204 to delete) of Norchester (926) to ${liveEndpoint}`,
  );
  expect(confirmationText({ ...plan, deletions: 0 })).not.toContain('delete');
});

test('a plan counts what would happen and names it in the confirmation', async () => {
  await using work = await openWorkplace();
  await stage(
    work.store,
    [1, 2, 3].map((n) => inventedChild(n)),
    work.clock.now(),
  );
  const tools = work.tools({
    endpoint: testEndpoint,
    signIn: async () => {},
    post: async () => ({ kind: 'too-large' }),
  });
  const request = requestFor({ endpoint: testEndpoint }, { batchSize: 2 });
  const { summary } = await planSubmission(
    request,
    tools.source,
    tools.prepare,
    new Map(),
    tools.gates,
    work.context(),
  );
  expect(summary).toMatchObject({
    children: 3,
    deletions: 0,
    batches: 2,
    gates: [],
    table: 'ssd_api_data_staging_anon',
  });
  expect(summary.confirmationText).toBe(`Send 3 children of Norchester (926) to ${testEndpoint}`);
  const oversized = { ...request, batchSize: 101 };
  const plan = planSubmission(oversized, tools.source, tools.prepare, new Map(), tools.gates, work.context());
  await expect(plan).rejects.toThrow(/1 to 100/);
});

test('a sign-off is kept with who gave it, for which authority and endpoint, and goes to the trail first', async () => {
  await using work = await openWorkplace();
  expect(await readSignOff(work.folder, durableFiles)).toBeNull();
  await recordSignOff(work.folder, signOff, durableFiles, work.trail);
  expect(await readSignOff(work.folder, durableFiles)).toEqual(signOff);
  const folder = path.join(work.folder, 'audit');
  expect((await durableFiles.read(path.join(folder, 'index.jsonl')))?.toString()).toMatch(/signed-off.*A\. Director/);
  expect((await verifyTrail(folder, durableFiles, new AbortController().signal)).firstBroken).toBeNull();
  await expect(recordSignOff(work.folder, { ...signOff, name: ' ' }, durableFiles, work.trail)).rejects.toThrow(/name/);
});
