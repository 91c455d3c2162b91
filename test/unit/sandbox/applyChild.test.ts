import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { applyChild, type ReceiverKind } from '../../../sandbox/receiver/applyChild.ts';
import { childShape } from '../../../sandbox/receiver/elementIds.ts';

const held: JsonObject = {
  la_child_id: 'A',
  child_details: { first_name: 'Ana', postcode: 'QA1 1AA', purge: false },
  health_and_wellbeing: { sdq_assessments: [{ date: '2026-01-01', score: 3 }], purge: false },
  social_care_episodes: [
    {
      social_care_episode_id: 'E1',
      referral_date: '2026-01-01',
      referral_source: '1A',
      child_protection_plans: [
        { child_protection_plan_id: 'P1', start_date: '2026-02-01' },
        { child_protection_plan_id: 'P2', start_date: '2026-03-01' },
      ],
      adoption: { initial_decision_date: '2026-04-01' },
    },
    { social_care_episode_id: 'E2', referral_date: '2026-05-01' },
  ],
  purge: false,
};

const apply = (sent: JsonObject, kind: ReceiverKind, before: JsonObject | undefined = held) =>
  applyChild(before, { la_child_id: 'A', ...sent }, childShape('0.9'), kind);

/** The first episode of a record. */
function firstEpisode(record: JsonObject | undefined): unknown {
  const episodes = record?.social_care_episodes;
  return Array.isArray(episodes) ? episodes[0] : undefined;
}

const kinds: ReceiverKind[] = ['replace', 'merge'];

describe.each(kinds)('what a receiver that can %s does with a payload', (kind) => {
  it('keeps a child that it did not know as it is', () => {
    expect(applyChild(undefined, held, childShape('0.9'), kind)).toEqual(held);
  });

  it('is the same when the payload comes twice', () => {
    expect(applyChild(held, held, childShape('0.9'), kind)).toEqual(held);
  });

  it('keeps what the payload does not mention', () => {
    expect(apply({}, kind)).toEqual(held);
  });

  it('drops a child that is purged', () => {
    expect(apply({ purge: true }, kind)).toBeUndefined();
  });

  it('drops an element that is purged, and keeps its neighbours', () => {
    const after = apply({ social_care_episodes: [{ social_care_episode_id: 'E1', purge: true }] }, kind);
    expect(after?.social_care_episodes).toEqual([{ social_care_episode_id: 'E2', referral_date: '2026-05-01' }]);
  });

  it('drops a list that loses its last element', () => {
    const both = [
      { social_care_episode_id: 'E1', purge: true },
      { social_care_episode_id: 'E2', purge: true },
    ];
    expect(apply({ social_care_episodes: both }, kind)).not.toHaveProperty('social_care_episodes');
  });

  it('drops a block that is purged', () => {
    expect(apply({ health_and_wellbeing: { purge: true } }, kind)).not.toHaveProperty('health_and_wellbeing');
  });

  it('adds an element that it did not know', () => {
    const after = apply(
      { social_care_episodes: [{ social_care_episode_id: 'E3', referral_date: '2026-06-01' }] },
      kind,
    );
    expect(after?.social_care_episodes).toHaveLength(3);
  });

  it('replaces a list without ids as a whole', () => {
    const scores = [{ date: '2026-06-01', score: 9 }];
    const after = apply({ health_and_wellbeing: { sdq_assessments: scores, purge: false } }, kind);
    expect(after?.health_and_wellbeing).toEqual({ sdq_assessments: scores, purge: false });
  });

  it('drops what is purged inside an element that is sent whole', () => {
    const episode = {
      social_care_episode_id: 'E1',
      referral_date: '2026-01-01',
      referral_source: '1A',
      child_protection_plans: [
        { child_protection_plan_id: 'P1', start_date: '2026-02-02' },
        { child_protection_plan_id: 'P2', purge: true },
      ],
      adoption: { purge: true },
    };
    const after = apply({ social_care_episodes: [episode] }, kind);
    expect(firstEpisode(after)).toEqual({
      social_care_episode_id: 'E1',
      referral_date: '2026-01-01',
      referral_source: '1A',
      child_protection_plans: [{ child_protection_plan_id: 'P1', start_date: '2026-02-02' }],
    });
  });

  it('does not change what it is given', () => {
    const before = structuredClone(held);
    apply(
      { social_care_episodes: [{ social_care_episode_id: 'E1', purge: true }], child_details: { purge: true } },
      kind,
    );
    expect(held).toEqual(before);
  });
});

describe('the two kinds of receiver', () => {
  const sent = { social_care_episodes: [{ social_care_episode_id: 'E1', referral_date: '2026-01-02' }] };

  it('differ in a known element: one takes what is sent, the other keeps the fields that are not', () => {
    expect(firstEpisode(apply(sent, 'replace'))).toEqual(sent.social_care_episodes[0]);
    expect(firstEpisode(apply(sent, 'merge'))).toEqual({
      ...(firstEpisode(held) as JsonObject),
      referral_date: '2026-01-02',
    });
  });

  it('clear a field that is sent as null', () => {
    const details = { child_details: { first_name: 'Ana', postcode: null, purge: false } };
    for (const kind of kinds) expect(apply(details, kind)?.child_details).toEqual({ first_name: 'Ana', purge: false });
  });
});
