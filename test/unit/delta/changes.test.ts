import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeTally, describeChanges } from '../../../core/delta/changes.ts';
import { childDelta } from '../../../core/delta/delta.ts';
import { duplicateIds } from '../../../core/delta/duplicateIds.ts';
import { explain } from '../../../core/delta/explain.ts';
import type { JsonObject } from '../../../core/json.ts';
import { childPairArbitrary } from '../../generators/payload.ts';

function child(details: JsonObject = {}, episodes: JsonObject[] = [], parts: JsonObject = {}): JsonObject {
  return {
    la_child_id: 'CH1',
    child_details: { surname: 'Sample', ...details },
    social_care_episodes: episodes,
    ...parts,
  };
}

function episode(parts: JsonObject = {}, id = 'E1'): JsonObject {
  return { social_care_episode_id: id, ...parts };
}

const said = (previous: JsonObject | null, current: JsonObject | null) => explain(describeChanges(previous, current));

describe('changes in words', () => {
  it('say that a plan ended, with its id and date', () => {
    const plan = { child_protection_plan_id: 'CP123', start_date: '2025-02-07' };
    const before = child({}, [episode({ child_protection_plans: [plan] })]);
    const current = child({}, [episode({ child_protection_plans: [{ ...plan, end_date: '2026-03-01' }] })]);
    expect(said(before, current)).toEqual(['child protection plan CP123 ended 2026-03-01']);
    expect(said(current, before)).toEqual(['child protection plan CP123 is open again']);
  });

  it('say what came and went', () => {
    const placement = { child_looked_after_placement_id: 'PL9' };
    const before = child({}, [episode({ child_looked_after_placements: [placement], adoption: {} })]);
    const current = child({}, [episode({ care_leavers: {} }), episode({}, 'E2')]);
    expect(said(before, current)).toEqual([
      'placement PL9 removed',
      'adoption removed',
      'care leaver added',
      'social care episode E2 added',
    ]);
  });

  it('say that an element moved to another episode', () => {
    const placement = { child_looked_after_placement_id: 'PL9' };
    const before = child({}, [episode({ child_looked_after_placements: [placement] }), episode({}, 'E2')]);
    const current = child({}, [episode(), episode({ child_looked_after_placements: [placement] }, 'E2')]);
    expect(said(before, current)).toEqual(['placement PL9 moved to E2']);
  });

  it('name the fields of one block together and never their values', () => {
    const before = child({
      first_name: 'Ash',
      postcode: 'ZZ99 1AB',
      date_of_birth: '2015-01-01',
      disabilities: ['LD'],
    });
    const current = child({
      surname: "O'Other",
      postcode: 'ZZ1 2CD',
      date_of_birth: '2015-01-02',
      disabilities: ['LD', 'MOB'],
    });
    expect(said(before, current)).toEqual(['first name, surname, date of birth, disabilities and postcode changed']);
  });

  it('tell an episode that closed, and other fields beside it', () => {
    const before = child({}, [episode({ referral_source: '1A' })]);
    const current = child({}, [episode({ referral_source: '2A', closure_date: '2026-01-31', closure_reason: 'RC8' })]);
    expect(said(before, current)).toEqual([
      'social care episode E1 closed 2026-01-31',
      'social care episode E1: referral source and closure reason changed',
    ]);
  });

  it('match SDQ assessments by date and care workers by id', () => {
    const sdq = (...scores: [string, number][]) => ({
      health_and_wellbeing: { sdq_assessments: scores.map(([date, score]) => ({ date, score })) },
    });
    expect(
      said(child({}, [], sdq(['2026-01-01', 3])), child({}, [], sdq(['2026-02-01', 5], ['2026-01-01', 4]))),
    ).toEqual(['SDQ assessment of 2026-02-01 added', 'SDQ assessment of 2026-01-01: score changed']);
    const worker = { worker_id: 'SW1', start_date: '2026-01-01' };
    const before = child({}, [episode({ care_worker_details: [worker] })]);
    const current = child({}, [
      episode({
        care_worker_details: [
          { ...worker, end_date: '2026-02-01' },
          { ...worker, worker_id: 'SW2' },
        ],
      }),
    ]);
    expect(said(before, current)).toEqual(['care worker SW1 ended 2026-02-01', 'care worker SW2 added']);
  });

  it('say that a child is new or left', () => {
    expect(said(null, child())).toEqual(['new child']);
    expect(said(child(), null)).toEqual(['child left']);
    expect(said(child(), { la_child_id: 'CH1', purge: true })).toEqual(['child left']);
    expect(said(null, null)).toEqual([]);
  });

  it('are there exactly when there is a delta', () => {
    fc.assert(
      fc.property(childPairArbitrary(), ([previous, current]) => {
        const changes = describeChanges(previous, current);
        expect(changes.length > 0).toBe(childDelta(previous, current) !== null);
        expect(explain(changes).length > 0).toBe(changes.length > 0);
      }),
      { numRuns: 1000, seed: 7 },
    );
  });

  it('never hold a name, postcode, UPN or date of birth', () => {
    fc.assert(
      fc.property(childPairArbitrary(), ([previous, current]) => {
        const text = JSON.stringify([describeChanges(previous, current), said(previous, current)]);
        const personal = [previous, current].flatMap((c) => {
          const details = c.child_details as JsonObject;
          return [details.first_name, details.surname, details.postcode, details.unique_pupil_number];
        });
        for (const value of personal)
          if (typeof value === 'string') expect(text).not.toContain(JSON.stringify(value).slice(1, -1));
      }),
      { numRuns: 500, seed: 7 },
    );
    const born = (date: string) => child({ date_of_birth: date });
    expect(JSON.stringify(describeChanges(born('2015-01-01'), born('2016-02-02')))).not.toMatch(/201[56]-/);
  });
});

describe('counts of changes', () => {
  it('add up by section and field, most frequent first', () => {
    const tally = new ChangeTally();
    tally.add(describeChanges(child({ surname: 'A' }), child({ surname: 'B' })));
    tally.add(describeChanges(child({ surname: 'A' }), child({ surname: 'B', first_name: 'C' })));
    tally.add(describeChanges(child(), child({}, [episode()])));
    expect(tally.counts()).toEqual([
      { section: 'child_details', field: 'surname', count: 2 },
      { section: 'child_details', field: 'first_name', count: 1 },
      { section: 'social_care_episodes', field: null, count: 1 },
    ]);
  });
});

describe('duplicate ids', () => {
  it('are found in every list, each once', () => {
    const plan = { child_protection_plan_id: 'P1' };
    const twice = child({}, [episode({ child_protection_plans: [plan, plan, plan] }), episode(), episode({}, 'E2')]);
    expect(duplicateIds(twice)).toEqual([
      { section: 'social_care_episodes', label: 'social care episode', id: 'E1', count: 2 },
      { section: 'child_protection_plans', label: 'child protection plan', id: 'P1', count: 3 },
    ]);
    expect(duplicateIds(child({}, [episode()]))).toEqual([]);
  });
});
