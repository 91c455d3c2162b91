import { describe, expect, it } from 'vitest';
import { codeset } from '../../../core/payload/codesets.ts';
import { packText, rowsFor, type SsdRows, sectionRows, ssdWith } from './packRows.ts';
import { assessment, careLeaver, childInCohort, earlierReferral, enquiry, placement, worker } from './people.ts';

describe('none of the known faults of the T-SQL builder', () => {
  it('codes cut to fit: RC10 stays RC10 and is reported, it does not become RC1', () => {
    const referral = {
      cine_close_date: '2026-02-01',
      cine_close_reason: 'RC10',
      cine_referral_source_code: '1A-LOCAL',
    };
    const [row] = rowsFor('social_care_episodes', childInCohort({}, referral));
    expect(row).toMatchObject({ closure_reason: 'RC10', referral_source: '1A-LOCAL' });
  });

  it('referral source by pattern: an impossible code goes out as it is and is reported, none becomes null', () => {
    const [row] = rowsFor('social_care_episodes', childInCohort({}, { cine_referral_source_code: '2F' }));
    expect(row?.referral_source).toBe('2F');
  });

  it('reasons by care period: each placement has those of its own episodes, an open one no end reason', () => {
    const rows = rowsFor(
      'child_looked_after_placements',
      childInCohort(),
      placement('PL1', { start: '2026-01-20', end: '2026-03-01' }, [['2026-01-20', 'S', '2026-03-01', 'X1']]),
      placement('PL2', { start: '2026-03-01', end: '2026-06-01' }, [
        ['2026-03-01', 'P', '2026-04-01', 'X1'],
        ['2026-04-01', 'L', '2026-06-01', 'E4A'],
      ]),
      placement('PL3', { start: '2026-07-01' }, [
        ['2026-07-01', 'S', '2026-08-01', 'X1'],
        ['2026-08-01', 'L', null, null],
      ]),
    );
    expect(rows.map((row) => [row.child_looked_after_placement_id, row.start_reason, row.end_reason])).toEqual([
      ['PL1', 'S', 'X1'],
      ['PL2', 'P', 'E4A'],
      ['PL3', 'S', null],
    ]);
  });

  it('reasons in words: the code in front of them is sent, other words go out whole', () => {
    const rows = rowsFor(
      'child_looked_after_placements',
      childInCohort(),
      placement('PL1', { start: '2026-01-20', end: '2026-03-01' }, [
        ['2026-01-20', 'S - Started to be looked after', '2026-03-01', 'X1: Episode ended'],
      ]),
      placement('PL2', { start: '2026-03-01', end: '2026-06-01' }, [
        ['2026-03-01', 'Placement changed', '2026-06-01', 'E4A Went home'],
      ]),
    );
    expect(rows.map((row) => [row.start_reason, row.end_reason])).toEqual([
      ['S', 'X1'],
      ['Placement changed', 'E4A'],
    ]);
  });

  it('a placement without an episode of its own is not lost: it goes to the referral of its care period', () => {
    const rows = rowsFor(
      'child_looked_after_placements',
      childInCohort(),
      placement('PL1', { start: '2026-01-20', end: '2026-03-01' }, [['2026-01-20', 'S', '2026-03-01', 'X1']]),
      placement('PL2', { start: '2026-03-01' }, []),
    );
    expect(rows.map((row) => row.social_care_episode_id)).toEqual(['R1', 'R1']);
  });

  it.each(Object.keys(codeset('placement_type').codes))('placement types by an old list: %s comes through', (type) => {
    const care = placement('PL1', { start: '2026-01-20' }, [['2026-01-20', 'S', null, null]]);
    const [row] = care.ssd_cla_placement ?? [];
    const rows = rowsFor('child_looked_after_placements', childInCohort(), {
      ...care,
      ssd_cla_placement: [{ ...row, clap_cla_placement_type: type }],
    });
    expect(rows[0]?.placement_type).toBe(type);
  });

  it('adoption chosen per child: it stands in the referral of its care period alone', () => {
    const rows = rowsFor(
      'adoption',
      childInCohort(),
      earlierReferral,
      placement('PL1', { start: '2026-01-20' }, [['2026-01-20', 'S', null, null]]),
      placement('PL0', { start: '2024-06-01', end: '2025-01-01', referral: 'R0', care: 'LA0' }, [
        ['2024-06-01', 'S', '2025-01-01', 'E4A'],
      ]),
      {
        ssd_permanence: [
          { perm_table_id: 'M1', perm_person_id: 'C1', perm_cla_id: 'LA1', perm_adm_decision_date: '2026-04-01' },
          { perm_table_id: 'M2', perm_person_id: 'C1', perm_cla_id: 'LA1', perm_adm_decision_date: '2026-05-01' },
          { perm_table_id: 'M3', perm_person_id: 'C1', perm_cla_id: 'LA1' },
        ],
      },
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ social_care_episode_id: 'R1', initial_decision_date: '2026-05-01' });
  });

  it('care leaver chosen per child: the latest contact stands in the open referral alone', () => {
    const rows = rowsFor(
      'care_leavers',
      childInCohort(),
      earlierReferral,
      careLeaver('L1', '2026-01-01', 'F1', 'B'),
      careLeaver('L2', '2026-09-01', 'F2', 'U'),
    );
    expect(rows).toEqual([
      {
        la_child_id: 'C1',
        social_care_episode_id: 'R1',
        contact_date: '2026-09-01',
        activity: 'F2',
        accommodation: 'U',
      },
    ]);
  });

  it('descriptions cut to letters: a code before words is sent, words alone go out whole and are reported', () => {
    const of = (activity: string, home: string) =>
      rowsFor('care_leavers', childInCohort(), careLeaver('L1', '2026-01-01', activity, home)).map((row) => [
        row.activity,
        row.accommodation,
      ])[0];
    expect(of('F2 - Full time, other education', 'B1')).toEqual(['F2', 'B']);
    expect(of('Full time education', 'Independent living')).toEqual(['Full time education', 'Independent living']);
  });

  it('factor join doubles an assessment: two rows of factors give one assessment, with factors', () => {
    const rows = rowsFor('child_and_family_assessments', childInCohort(), assessment('["4B"]', '[]', null));
    expect(rows.map((row) => row.factors)).toEqual(['["4B"]']);
  });

  it('an assessment without factors is not lost', () => {
    expect(rowsFor('child_and_family_assessments', childInCohort(), assessment())).toHaveLength(1);
  });

  it('factors as an object: the text is handed on for the runner to read', () => {
    const [row] = rowsFor('child_and_family_assessments', childInCohort(), assessment('{"1A":"Yes","4B":"No"}'));
    expect(row?.factors).toBe('{"1A":"Yes","4B":"No"}');
  });

  it.each(['2026-01-01', '2026-02-10', '2026-03-29', '2026-03-31', '2026-04-01', '2026-11-22'])(
    'workers by census date: a run on %s finds the worker',
    (runDate) => {
      const ssd = ssdWith(
        childInCohort({}, { cine_referral_date: '2025-06-01' }),
        worker('SW1234567', {
          invo_involvement_start_date: '2025-06-02',
        }),
      );
      const window = {
        run_date: runDate,
        cohort_start: '2023-04-01',
        cohort_end: runDate,
        latest_birth_date_out_of_scope: '1997-04-01',
      };
      expect(sectionRows(ssd, 'care_worker_details', window).map((row) => row.worker_id)).toEqual(['SW1234567']);
      ssd.close();
    },
  );

  it('workers only with a child in need plan: a child without one has workers too', () => {
    expect(rowsFor('care_worker_details', childInCohort(), worker('SW1234567'))).toHaveLength(1);
  });

  it.each(['CW', 'cw', 'Allocated worker', null])('workers by role: a registered worker in role %s is sent', (role) => {
    const rows = rowsFor(
      'care_worker_details',
      childInCohort(),
      worker('SW1234567', { invo_professional_role_id: role }),
    );
    expect(rows).toHaveLength(1);
  });

  it('workers by role: a leaving care adviser is no social worker', () => {
    const rows = rowsFor(
      'care_worker_details',
      childInCohort(),
      worker('SW1', { invo_professional_role_id: '16plus' }),
    );
    expect(rows).toEqual([]);
  });

  it.each([null, '', '  '])(
    'workers without a registration number (%j) are left out, and the file says why',
    (none) => {
      expect(rowsFor('care_worker_details', childInCohort(), worker(none))).toEqual([]);
      expect(packText('care_worker_details.sql')).toMatch(/without one are left out/);
    },
  );

  it.each([
    ['{"CP_CONFERENCE_FLAG":"Y"}', 1],
    ['{ "NFA_FLAG" : "N", "CP_CONFERENCE_FLAG" : "N" }', 0],
    ['{"CP_CONFERENCE_FLAG": true}', 1],
    ['{"CP_CONFERENCE_FLAG":false}', 0],
    ['{"CP_CONFERENCE_FLAG":1}', 1],
    ['{"CP_CONFERENCE_FLAG":"0"}', 0],
    ['{"CP_CONFERENCE_FLAG":null,"NFA_FLAG":"Y"}', null],
    ['{"CP_CONFERENCE_FLAG":"","NFA_FLAG":"Y"}', null],
    ['{"NFA_FLAG":"Y"}', null],
    [null, null],
  ])('wrong conference flag: %s says %j', (outcome, expected) => {
    expect(rowsFor('section_47_assessments', childInCohort(), enquiry(outcome))[0]?.icpc_required_flag).toBe(expected);
  });

  it('a second conference does not double the enquiry: the latest date counts', () => {
    const conference = (id: string, date: string) => ({
      icpc_icpc_id: id,
      icpc_person_id: 'C1',
      icpc_s47_enquiry_id: 'S1',
      icpc_icpc_date: date,
    });
    const rows = rowsFor('section_47_assessments', childInCohort(), enquiry(null), {
      ssd_initial_cp_conference: [
        conference('I1', '2026-02-10'),
        conference('I2', '2026-02-12'),
        conference('I3', '2026-02-11'),
      ],
    });
    expect(rows.map((row) => row.icpc_date)).toEqual(['2026-02-12']);
  });

  it.each([
    ['Y', 1],
    ['y', 1],
    ['T', 1],
    ['1', 1],
    ['N', 0],
    ['F', 0],
    ['0', 0],
    [null, null],
    ['?', null],
  ])('no further action %j becomes %j', (stored, expected) => {
    const [row] = rowsFor('social_care_episodes', childInCohort({}, { cine_referral_nfa: stored }));
    expect(row?.referral_no_further_action_flag).toBe(expected);
  });

  it('a questionnaire without a score is not sent', () => {
    const score = (id: string, value: number | null) => ({
      csdq_table_id: id,
      csdq_person_id: 'C1',
      csdq_sdq_completed_date: '2026-05-01',
      csdq_sdq_score: value,
    });
    const rows = rowsFor('sdq_assessments', childInCohort(), { ssd_sdq_scores: [score('Q1', null), score('Q2', 0)] });
    expect(rows).toEqual([{ la_child_id: 'C1', date: '2026-05-01', score: 0 }]);
  });

  it('items that leave the window leave the payload, so that the delta can purge them', () => {
    const ended = (end: string): SsdRows => ({
      ssd_cin_plans: [
        {
          cinp_cin_plan_id: 'N1',
          cinp_person_id: 'C1',
          cinp_referral_id: 'R1',
          cinp_cin_plan_start_date: '2023-06-01',
          cinp_cin_plan_end_date: end,
        },
      ],
    });
    expect(rowsFor('child_in_need_plans', childInCohort(), ended('2024-04-01'))).toHaveLength(1);
    expect(rowsFor('child_in_need_plans', childInCohort(), ended('2024-03-31'))).toEqual([]);
  });

  it('a plan without a start date is not lost: it is sent and reported', () => {
    const plan: SsdRows = {
      ssd_cp_plans: [{ cppl_cp_plan_id: 'P1', cppl_person_id: 'C1', cppl_referral_id: 'R1' }],
    };
    expect(rowsFor('child_protection_plans', childInCohort(), plan)).toHaveLength(1);
  });
});
