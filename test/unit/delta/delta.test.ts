import { describe, expect, it } from 'vitest';
import { childDelta } from '../../../core/delta/delta.ts';
import type { JsonObject } from '../../../core/json.ts';

const details = { surname: 'Sample', purge: false };

function child(parts: JsonObject = {}): JsonObject {
  return { la_child_id: 'CH1', mis_child_id: 'M1', purge: false, child_details: details, ...parts };
}

function episode(id: string, parts: JsonObject = {}): JsonObject {
  return { social_care_episode_id: id, ...parts, purge: false };
}

function plan(id: string, parts: JsonObject = {}): JsonObject {
  return { child_protection_plan_id: id, ...parts, purge: false };
}

const head = { la_child_id: 'CH1', mis_child_id: 'M1', purge: false, child_details: details };

describe('childDelta at element granularity', () => {
  it('sends a changed episode whole, with what is in it, and leaves the others out', () => {
    const unchanged = episode('E1', { child_protection_plans: [plan('P1')] });
    const before = child({
      social_care_episodes: [unchanged, episode('E2', { child_protection_plans: [plan('P2')] })],
    });
    const changed = episode('E2', { closure_date: '2026-01-05', child_protection_plans: [plan('P2')] });
    expect(childDelta(before, child({ social_care_episodes: [changed, unchanged] }))).toEqual({
      ...head,
      social_care_episodes: [changed],
    });
  });

  it('purges an element that went, at any depth, also when its list went with it', () => {
    const before = child({
      social_care_episodes: [
        episode('E1', { child_protection_plans: [plan('P1'), plan('P2')] }),
        episode('E2', { child_protection_plans: [plan('P3')] }),
        episode('E3'),
      ],
    });
    const current = child({
      social_care_episodes: [episode('E1', { child_protection_plans: [plan('P2')] }), episode('E2')],
    });
    expect(childDelta(before, current)).toEqual({
      ...head,
      social_care_episodes: [
        episode('E1', { child_protection_plans: [plan('P2'), { child_protection_plan_id: 'P1', purge: true }] }),
        episode('E2', { child_protection_plans: [{ child_protection_plan_id: 'P3', purge: true }] }),
        { social_care_episode_id: 'E3', purge: true },
      ],
    });
  });

  it('purges every episode when the child has none any more', () => {
    expect(childDelta(child({ social_care_episodes: [episode('E1')] }), child())).toEqual({
      ...head,
      social_care_episodes: [{ social_care_episode_id: 'E1', purge: true }],
    });
  });

  it('sends a block that went as purge and one that changed whole', () => {
    const sdq = { sdq_assessments: [{ date: '2026-01-01', score: 3 }], purge: false };
    const before = child({
      health_and_wellbeing: sdq,
      social_care_episodes: [episode('E1', { adoption: { matched_date: '2026-01-01', purge: false } })],
    });
    const current = child({ social_care_episodes: [episode('E1')] });
    expect(childDelta(before, current)).toEqual({
      ...head,
      health_and_wellbeing: { purge: true },
      social_care_episodes: [episode('E1', { adoption: { purge: true } })],
    });
    expect(childDelta(current, before)).toEqual({
      ...head,
      health_and_wellbeing: sdq,
      social_care_episodes: before.social_care_episodes,
    });
  });

  it('purges the element in its old episode and sends it in its new one when it moved', () => {
    const before = child({
      social_care_episodes: [episode('E1', { child_protection_plans: [plan('P1')] }), episode('E2')],
    });
    const current = child({
      social_care_episodes: [episode('E1'), episode('E2', { child_protection_plans: [plan('P1')] })],
    });
    expect(childDelta(before, current)?.social_care_episodes).toEqual([
      episode('E1', { child_protection_plans: [{ child_protection_plan_id: 'P1', purge: true }] }),
      episode('E2', { child_protection_plans: [plan('P1')] }),
    ]);
  });

  it('purges the old id and sends the new one when an id changed', () => {
    const before = child({ social_care_episodes: [episode('E1', { referral_date: '2026-01-01' })] });
    const current = child({ social_care_episodes: [episode('N1', { referral_date: '2026-01-01' })] });
    expect(childDelta(before, current)?.social_care_episodes).toEqual([
      episode('N1', { referral_date: '2026-01-01' }),
      { social_care_episode_id: 'E1', purge: true },
    ]);
  });

  it('keeps apostrophes and other characters as they are', () => {
    const current = child({ child_details: { surname: `O'Brien – "Zoë" 李😀`, purge: false } });
    expect(JSON.stringify(childDelta(child(), current))).toContain(`O'Brien – \\"Zoë\\" 李😀`);
  });

  it('leaves a single field that went out for a receiver that replaces, and names it for one that merges', () => {
    const before = child({ social_care_episodes: [episode('E1', { closure_date: '2026-01-01' })] });
    const current = child({ social_care_episodes: [episode('E1')] });
    expect(childDelta(before, current)?.social_care_episodes).toEqual([episode('E1')]);
    const merging = childDelta(before, current, { granularity: 'element', receiver: 'merge' });
    expect(merging?.social_care_episodes).toEqual([episode('E1', { closure_date: null })]);
  });
});

describe('childDelta at field granularity', () => {
  const options = { granularity: 'field', receiver: 'merge' } as const;

  it('sends only the changed fields and the elements on the way to them', () => {
    const before = child({
      social_care_episodes: [
        episode('E1', {
          referral_date: '2026-01-01',
          child_protection_plans: [plan('P1', { start_date: '2026-01-02' }), plan('P2')],
        }),
      ],
    });
    const current = child({
      social_care_episodes: [
        episode('E1', {
          referral_date: '2026-01-01',
          child_protection_plans: [plan('P1', { start_date: '2026-01-02', end_date: '2026-03-01' }), plan('P2')],
        }),
      ],
    });
    expect(childDelta(before, current, options)?.social_care_episodes).toEqual([
      episode('E1', { child_protection_plans: [plan('P1', { end_date: '2026-03-01' })] }),
    ]);
  });

  it('sends lists without ids whole', () => {
    const worker = (id: string) => ({ worker_id: id, start_date: '2026-01-01' });
    const before = child({ social_care_episodes: [episode('E1', { care_worker_details: [worker('SW1')] })] });
    const current = child({
      social_care_episodes: [episode('E1', { care_worker_details: [worker('SW2'), worker('SW1')] })],
    });
    expect(childDelta(before, current, options)?.social_care_episodes).toEqual([
      episode('E1', { care_worker_details: [worker('SW2'), worker('SW1')] }),
    ]);
  });
});

describe('childDelta and the child as a whole', () => {
  it('gives the deletion payload for a child that left, and the whole child when it returns', () => {
    const deletion = { la_child_id: 'CH1', mis_child_id: 'M1', purge: true };
    expect(childDelta(child(), null)).toEqual(deletion);
    expect(childDelta(deletion, child())).toEqual(child());
    expect(childDelta(child(), deletion)).toEqual(deletion);
    expect(childDelta(deletion, deletion)).toBeNull();
    expect(childDelta(deletion, null)).toBeNull();
  });

  it('leaves mis_child_id out of a deletion where the child has none', () => {
    expect(childDelta({ la_child_id: 'CH1', child_details: {} }, null)).toEqual({ la_child_id: 'CH1', purge: true });
  });

  it('refuses to compare two different children', () => {
    expect(() => childDelta(child(), { ...child(), la_child_id: 'CH2' })).toThrow(RangeError);
  });

  it('takes purge: false and empty lists of elements for nothing', () => {
    const bare = { la_child_id: 'CH1', mis_child_id: 'M1', child_details: { surname: 'Sample' } };
    expect(childDelta(bare, child({ social_care_episodes: [] }))).toBeNull();
    expect(childDelta(child({ social_care_episodes: [] }), bare)).toBeNull();
  });
});

describe('childDelta and ids that occur twice', () => {
  const twice = (...dates: string[]) =>
    child({
      social_care_episodes: [
        episode('E1', { child_protection_plans: dates.map((d) => plan('P1', { start_date: d })) }),
      ],
    });

  it('gives nothing when the same elements are there in another order', () => {
    expect(childDelta(twice('2026-01-01', '2026-02-02'), twice('2026-02-02', '2026-01-01'))).toBeNull();
  });

  it('sends the one that is left whole, since nobody knows which one the receiver kept', () => {
    const delta = childDelta(twice('2026-01-01', '2026-02-02'), twice('2026-01-01'), {
      granularity: 'field',
      receiver: 'merge',
    });
    expect(delta?.social_care_episodes).toEqual([
      episode('E1', { child_protection_plans: [plan('P1', { start_date: '2026-01-01' })] }),
    ]);
  });

  it('sends all of them when one came', () => {
    const delta = childDelta(twice('2026-01-01'), twice('2026-01-01', '2026-02-02'));
    const plans = [plan('P1', { start_date: '2026-01-01' }), plan('P1', { start_date: '2026-02-02' })];
    expect(delta?.social_care_episodes).toEqual([episode('E1', { child_protection_plans: plans })]);
  });

  it('purges an id once however often it was there', () => {
    const delta = childDelta(twice('2026-01-01', '2026-02-02'), child({ social_care_episodes: [episode('E1')] }));
    expect(delta?.social_care_episodes).toEqual([
      episode('E1', { child_protection_plans: [{ child_protection_plan_id: 'P1', purge: true }] }),
    ]);
  });
});
