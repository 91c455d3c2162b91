/**
 * The faults of the senders that authorities run today (docs/architecture.md, "What deployed senders get wrong"), each
 * shown to be impossible here: real staging, real deltas, and the sandbox's receiver, which is written independently.
 */

import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childDelta, defaultDeltaOptions } from '../../../core/delta/delta.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { PrepareTools } from '../../../pipeline/submission/prepare.ts';
import { runSubmission } from '../../../pipeline/submission/submit.ts';
import { faultRule } from '../../../sandbox/receiver/faults.ts';
import { type Receiver, startReceiver } from '../../../sandbox/receiver/receiver.ts';
import { allRows } from '../../support/agreement.ts';
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

let receiver: Receiver;
let work: Workplace;

beforeEach(async () => {
  receiver = await startReceiver({ store: ':memory:', laCode: '926' });
  work = await openWorkplace();
});

afterEach(async () => {
  await work[Symbol.asyncDispose]();
  await receiver.close();
});

function prepareTools(send: 'full' | 'delta'): PrepareTools {
  return {
    send,
    // The receiver checks the schema itself; census rules would only make the examples longer.
    validate: () => [],
    delta: (previous, current) => childDelta(previous, current, defaultDeltaOptions),
  };
}

function clientOf(limits: Parameters<typeof clientFor>[2] = {}) {
  const target = { base: receiver.apiUrl, tokenAddress: receiver.tokenUrl };
  return clientFor(target, policyFor(work.clock), limits, receiver.credentials);
}

async function submit(send: 'full' | 'delta' = 'delta', limits: Parameters<typeof clientFor>[2] = {}) {
  await using client = clientOf(limits);
  const tools = work.tools(client, { prepare: prepareTools(send) });
  const report = await runSubmission(requestFor(client), undefined, tools, work.context());
  expect(report.blocked).toEqual([]);
  return report;
}

async function restage(...children: JsonObject[]): Promise<void> {
  work.clock.move(86_400_000);
  await stage(work.store, children, work.clock.now());
}

function posts(): number {
  return receiver.requests.filter((request) => request.path.endsWith('/children')).length;
}

/** What the last submission posted, from the trail's kept bodies. */
async function lastBody(): Promise<JsonObject[]> {
  const { listSubmissions, readBodyText } = await import('../../../pipeline/audit/readTrail.ts');
  const { durableFiles } = await import('../../../pipeline/files/durableFiles.ts');
  const folder = path.join(work.folder, 'audit');
  const [latest] = await listSubmissions(folder, durableFiles);
  const body = { batch: 1, attempt: 1, kind: 'request' } as const;
  return JSON.parse(await readBodyText(folder, latest?.id ?? '', body, durableFiles)) as JsonObject[];
}

const episode = (changes: JsonObject = {}): JsonObject => ({
  social_care_episode_id: 'E1',
  referral_date: '2025-01-13',
  referral_source: '6',
  referral_no_further_action_flag: false,
  purge: false,
  ...changes,
});

const withEpisodes = (...episodes: JsonObject[]): JsonObject => inventedChild(1, { social_care_episodes: episodes });

test('single quotes doubled: O’Brien arrives as O’Brien, in full and in a delta', async () => {
  await restage(inventedChild(1));
  await submit('full');
  await restage(inventedChild(1, { mis_child_id: "M'1" }));
  await restage(inventedChild(1, { mis_child_id: 'M-2' }));
  await submit('delta');
  const details = receiver.child(childId(1))?.child_details;
  expect(details).toMatchObject({ surname: "O'Quibble" });
});

test('rows without previous payload get no partial: a new child is sent whole in delta mode', async () => {
  await restage(inventedChild(1), inventedChild(2));
  expect(await submit('delta')).toMatchObject({ accepted: 2 });
  expect(receiver.child(childId(2))).toEqual(inventedChild(2));
});

test.each(['delta', 'full'] as const)(
  'purge list lacks blocks: what went is purged in every list, blocks included (%s)',
  async (send) => {
    const full = withEpisodes(
      episode({
        child_and_family_assessments: [
          { child_and_family_assessment_id: 'A1', start_date: '2025-01-13', purge: false },
          { child_and_family_assessment_id: 'A2', start_date: '2025-02-13', purge: false },
        ],
        section_47_assessments: [{ section_47_assessment_id: 'S1', start_date: '2025-01-20', purge: false }],
        child_in_need_plans: [{ child_in_need_plan_id: 'N1', start_date: '2025-06-20', purge: false }],
        child_protection_plans: [{ child_protection_plan_id: 'P1', start_date: '2025-02-07', purge: false }],
        child_looked_after_placements: [
          {
            child_looked_after_placement_id: 'L1',
            start_date: '2026-05-11',
            start_reason: 'P',
            placement_type: 'U6',
            postcode: 'ZZ99 1AB',
            purge: false,
          },
        ],
        adoption: { initial_decision_date: '2026-02-16', purge: false },
      }),
    );
    await restage(full);
    await submit(send);
    expect(receiver.child(childId(1))).toEqual(full);
    const less = withEpisodes(episode());
    await restage(less);
    expect(await submit(send)).toMatchObject({ accepted: 1 });
    expect(receiver.child(childId(1))).toEqual(less);
  },
);

test('partial not cleared after success: nothing old goes out again', async () => {
  await restage(inventedChild(1));
  await submit();
  await restage(inventedChild(1, { mis_child_id: 'M-2' }));
  await submit();
  const before = posts();
  expect(await submit()).toMatchObject({ accepted: 0, settled: 0, batches: 0 });
  expect(posts()).toBe(before);
});

test('success update does not check the version: a change staged during the post still waits to be sent', async () => {
  await restage(inventedChild(1));
  await using client = clientOf();
  const racing = {
    endpoint: client.endpoint,
    signIn: client.signIn.bind(client),
    post: async (...parameters: Parameters<typeof client.post>) => {
      const outcome = await client.post(...parameters);
      await restage(inventedChild(1, { mis_child_id: 'newer' }));
      return outcome;
    },
  };
  const tools = work.tools(racing, { prepare: prepareTools('delta') });
  await runSubmission(requestFor(client), undefined, tools, work.context());
  expect((await allRows(work))[0]).toMatchObject({ rowState: 'updated', submissionStatus: 'pending' });
  expect(await submit()).toMatchObject({ accepted: 1 });
  expect(receiver.child(childId(1))).toMatchObject({ mis_child_id: 'newer' });
});

test('change made twice before a send: the delta holds both changes', async () => {
  await restage(withEpisodes(episode(), episode({ social_care_episode_id: 'E2' })));
  await submit();
  await restage(withEpisodes(episode({ referral_source: '3A' }), episode({ social_care_episode_id: 'E2' })));
  const current = withEpisodes(
    episode({ referral_source: '3A' }),
    episode({ social_care_episode_id: 'E2', referral_source: '9' }),
  );
  await restage(current);
  await submit();
  expect(receiver.child(childId(1))).toEqual(current);
});

test.each([
  ['delta', 'replace'],
  ['delta', 'merge'],
  ['full', 'replace'],
  ['full', 'merge'],
] as const)('removed list items ignored: the receiver lets go of them (%s, it %ss)', async (send, kind) => {
  await receiver.close();
  receiver = await startReceiver({ store: ':memory:', laCode: '926', kind });
  const plans = (...ids: string[]) =>
    ids.map((id) => ({ child_protection_plan_id: id, start_date: '2025-02-07', purge: false }));
  const second = episode({ social_care_episode_id: 'E2' });
  await restage(withEpisodes(episode({ child_protection_plans: plans('P1', 'P2') }), second));
  await submit(send);
  const less = withEpisodes(episode({ child_protection_plans: plans('P2') }));
  await restage(less);
  await submit(send);
  expect(receiver.child(childId(1))).toEqual(less);
});

test('keys that vanish are ignored: the receiver holds the element without them', async () => {
  await restage(withEpisodes(episode({ closure_date: '2025-10-25', closure_reason: 'RC8' })));
  await submit();
  await restage(withEpisodes(episode()));
  await submit();
  expect(receiver.child(childId(1))?.social_care_episodes).toEqual([episode()]);
});

test('unchanged items kept as id only: a delta names only what changed or went', async () => {
  await restage(withEpisodes(episode(), episode({ social_care_episode_id: 'E2' })));
  await submit();
  await restage(withEpisodes(episode({ referral_source: '9' }), episode({ social_care_episode_id: 'E2' })));
  await submit();
  const [sent] = await lastBody();
  expect(sent?.social_care_episodes).toEqual([episode({ referral_source: '9' })]);
});

test.each(['delta', 'full'] as const)(
  'worker_id used as item id, though it repeats: each spell of a worker arrives (%s)',
  async (send) => {
    const spells = (end: string) => [
      { worker_id: 'SW1', start_date: '2025-01-13', end_date: '2025-02-01' },
      { worker_id: 'SW1', start_date: '2025-06-01', end_date: end },
    ];
    await restage(withEpisodes(episode({ care_worker_details: spells('2025-07-01') })));
    await submit(send);
    const later = withEpisodes(episode({ care_worker_details: spells('2025-08-01') }));
    await restage(later);
    await submit(send);
    expect(receiver.child(childId(1))).toEqual(later);
  },
);

test('top-level purge left out: every element says purge true or false', async () => {
  await restage(inventedChild(1), inventedChild(2));
  await submit();
  await restage(inventedChild(1, { mis_child_id: 'M-2' }));
  await submit();
  expect((await lastBody()).map((element) => element.purge)).toEqual([false, true]);
});

test('compares objects by reference, so everything differs: the same content is not sent again', async () => {
  const child = withEpisodes(episode());
  await restage(child);
  await submit();
  const reordered = Object.fromEntries(Object.entries(child).reverse());
  await restage(reordered);
  const before = posts();
  expect(await submit()).toMatchObject({ accepted: 0 });
  expect(posts()).toBe(before);
});

test('new items marked purge true: a new element arrives and stays', async () => {
  await restage(withEpisodes(episode()));
  await submit();
  const more = withEpisodes(episode(), episode({ social_care_episode_id: 'E2' }));
  await restage(more);
  await submit();
  expect(receiver.child(childId(1))).toEqual(more);
});

test('positional parse of [n]: a position inside a child never blames its neighbour', async () => {
  await restage(inventedChild(1), inventedChild(2), inventedChild(3));
  const body = '[2].social_care_episodes[0].child_protection_plans[1].end_date: not a date';
  receiver.setFaults([faultRule({ status: 400, body, times: Number.POSITIVE_INFINITY, child: childId(3) })]);
  const report = await submit();
  expect(report.rejected).toEqual([
    {
      personId: childId(3),
      message: body,
      path: ['social_care_episodes', 0, 'child_protection_plans', 1, 'end_date'],
    },
  ]);
  expect(report.accepted).toBe(2);
  const statuses = (await allRows(work)).map((row) => row.submissionStatus);
  expect(statuses).toEqual(['sent', 'sent', 'error']);
});

test('status update by string joining: odd ids and messages are data, never SQL', async () => {
  const id = "X');DROP--";
  const child = inventedChild(1, { la_child_id: id });
  await restage(child, inventedChild(2));
  const body = "[1]: '); DELETE FROM ssd_api_data_staging_anon; --";
  receiver.setFaults([faultRule({ status: 400, body, times: Number.POSITIVE_INFINITY, child: id })]);
  await using client = clientOf();
  const tools = work.tools(client, { prepare: prepareTools('delta') });
  await runSubmission(requestFor(client), undefined, tools, work.context());
  const rows = await allRows(work);
  expect(rows.map((row) => [row.personId, row.submissionStatus])).toEqual([
    [childId(2), 'sent'],
    [id, 'error'],
  ]);
});

test('test record switched on by default: only staged children are ever posted', async () => {
  await restage(inventedChild(1));
  await submit();
  expect(receiver.requests.flatMap((request) => request.childIds)).toEqual([childId(1)]);
  expect([...receiver.children()]).toEqual([inventedChild(1)]);
});

test('no HTTP timeout: a receiver that never answers does not hang the submission', async () => {
  await restage(inventedChild(1));
  receiver.setFaults([faultRule({ delay: 600_000, times: Number.POSITIVE_INFINITY })]);
  const report = await submit('delta', { totalMilliseconds: 1500 });
  expect(report).toMatchObject({ outcome: 'stopped', inDoubt: 1 });
});

test('a network fault ends the batch at once: it is tried again', async () => {
  await restage(inventedChild(1));
  receiver.setFaults([faultRule({ reset: 'before' })]);
  expect(await submit()).toMatchObject({ outcome: 'completed', accepted: 1 });
});

test('deleted rows keep status sent: a child that left is deleted at the receiver, in full mode too', async () => {
  for (const send of ['delta', 'full'] as const) {
    await restage(inventedChild(1), inventedChild(2));
    await submit(send);
    await restage(inventedChild(1));
    expect(await submit(send)).toMatchObject({ accepted: 1 });
    expect(await lastBody()).toEqual([{ la_child_id: childId(2), mis_child_id: 'M2', purge: true }]);
    expect(receiver.child(childId(2))).toBeUndefined();
  }
});

test('deletion skipped when current equals previous: equal payloads do not keep a deletion back', async () => {
  await restage(inventedChild(1), inventedChild(2));
  await submit();
  const row = (await allRows(work)).find(({ personId }) => personId === childId(2));
  expect(row?.payload).toBe(row?.previousPayload);
  await restage(inventedChild(1));
  await submit();
  expect(receiver.child(childId(2))).toBeUndefined();
});

test('a case-sensitive filter hides rows: states and statuses in any case, or none, are sent', async () => {
  await restage(inventedChild(1), inventedChild(2), inventedChild(3));
  const database = new DatabaseSync(path.join(work.folder, 'staging.sqlite'));
  const set = database.prepare(
    'UPDATE ssd_api_data_staging_anon SET row_state = ?, submission_status = ? WHERE person_id = ?',
  );
  set.run('New', 'Pending', childId(1));
  set.run('NEW', 'PENDING', childId(2));
  set.run(null, 'Error', childId(3));
  database.close();
  expect(await submit()).toMatchObject({ accepted: 3 });
});

test('reply count differs: nothing is recorded as sent, and nothing as failed', async () => {
  await restage(inventedChild(1), inventedChild(2));
  receiver.setFaults([faultRule({ receipts: 'fewer' })]);
  expect(await submit()).toMatchObject({ outcome: 'stopped', accepted: 0, inDoubt: 2 });
  expect((await allRows(work)).map((row) => row.submissionStatus)).toEqual(['pending', 'pending']);
});
