import { describe, expect, it } from 'vitest';
import { packText, type SsdRows, sectionRows, ssdWith, window2026 } from './packRows.ts';
import { childInCohort, person, placement } from './people.ts';

/** Ids of the people that the pack gives for these rows. */
function inScope(...rows: SsdRows[]): unknown[] {
  const ssd = ssdWith(...rows);
  try {
    return sectionRows(ssd, 'child_details').map((row) => row.la_child_id);
  } finally {
    ssd.close();
  }
}

const plan = (start: string, end: string | null): SsdRows => ({
  ssd_cp_plans: [
    { cppl_cp_plan_id: 'P1', cppl_person_id: 'C1', cppl_cp_plan_start_date: start, cppl_cp_plan_end_date: end },
  ],
});

describe('the cohort', () => {
  it('has a child whose referral is open', () => {
    expect(inScope(childInCohort())).toEqual(['C1']);
  });

  it('has nobody without a reason to be in it', () => {
    expect(inScope(person('C1', '2015-05-05'))).toEqual([]);
  });

  it.each([
    ['on the first day of the window', '2024-04-01', ['C1']],
    ['the day before', '2024-03-31', []],
  ])('judges a referral that closed %s', (_, closed, expected) => {
    expect(inScope(childInCohort({}, { cine_referral_date: '2023-01-01', cine_close_date: closed }))).toEqual(expected);
  });

  it.each([
    ['on the first birth date in scope', '1998-04-02', ['C1']],
    ['a day earlier', '1998-04-01', []],
  ])('judges somebody born %s', (_, birth, expected) => {
    expect(inScope(childInCohort({ pers_dob: birth }))).toEqual(expected);
  });

  it.each([
    ['in the months to come', '2027-05-01', ['C1']],
    ['in the window', '2024-04-01', ['C1']],
    ['before the window', '2024-03-31', []],
  ])('judges an unborn child who is due %s', (_, due, expected) => {
    expect(inScope(childInCohort({ pers_dob: null, pers_expected_dob: due }))).toEqual(expected);
  });

  it('keeps a record without any birth date, so that it is reported', () => {
    expect(inScope(childInCohort({ pers_dob: null }))).toEqual(['C1']);
  });

  it('keeps a child who died', () => {
    expect(inScope(childInCohort({ pers_death_date: '2026-03-01' }))).toEqual(['C1']);
  });

  it('has a child who is only on a protection plan', () => {
    expect(inScope(person('C1', '2015-05-05'), plan('2023-01-01', null))).toEqual(['C1']);
    expect(inScope(person('C1', '2015-05-05'), plan('2023-01-01', '2024-03-31'))).toEqual([]);
  });

  it('has a child who was only looked after', () => {
    const care = placement('PL1', { start: '2023-01-01', end: '2024-04-01' }, []);
    expect(inScope(person('C1', '2015-05-05'), care)).toEqual(['C1']);
  });

  it('has a child who is only on a child in need plan', () => {
    const needPlan: SsdRows = {
      ssd_cin_plans: [{ cinp_cin_plan_id: 'N1', cinp_person_id: 'C1', cinp_cin_plan_start_date: '2026-11-23' }],
    };
    expect(inScope(person('C1', '2015-05-05'), needPlan)).toEqual(['C1']);
  });

  it('gives the parameters of the runner their meaning in its comment', () => {
    for (const name of Object.keys(window2026)) expect(packText('cohort.sql')).toContain(`@${name}`);
  });

  it('brings the episode along that a plan belongs to, although it closed before the window', () => {
    const referral = { cine_referral_date: '2022-01-01', cine_close_date: '2023-01-01' };
    const cpPlan: SsdRows = {
      ssd_cp_plans: [
        { cppl_cp_plan_id: 'P1', cppl_person_id: 'C1', cppl_referral_id: 'R1', cppl_cp_plan_start_date: '2022-02-01' },
      ],
    };
    const ssd = ssdWith(childInCohort({}, referral), cpPlan);
    expect(sectionRows(ssd, 'social_care_episodes').map((row) => row.social_care_episode_id)).toEqual(['R1']);
    expect(sectionRows(ssd, 'child_protection_plans')).toHaveLength(1);
    ssd.close();
  });
});
