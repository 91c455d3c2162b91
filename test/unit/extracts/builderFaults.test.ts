import { describe, expect, it } from 'vitest';
import { codeset } from '../../../core/payload/codesets.ts';
import { packText, type SsdRows, sectionRows, ssdWith } from './packRows.ts';
import { childInCohort, placement, worker } from './people.ts';

/** Rows of one section for an SSD that holds these rows. */
function rowsFor(section: string, ...rows: SsdRows[]): Record<string, unknown>[] {
  const ssd = ssdWith(...rows);
  try {
    return sectionRows(ssd, section);
  } finally {
    ssd.close();
  }
}

const status = (id: string, text: string, start: string, end: string | null = null): SsdRows => ({
  ssd_immigration_status: [
    {
      immi_immigration_status_id: id,
      immi_person_id: 'C1',
      immi_immigration_status: text,
      immi_immigration_status_start_date: start,
      immi_immigration_status_end_date: end,
    },
  ],
});

const enquiry = (outcome: string | null): SsdRows => ({
  ssd_s47_enquiry: [
    {
      s47e_s47_enquiry_id: 'S1',
      s47e_person_id: 'C1',
      s47e_referral_id: 'R1',
      s47e_s47_start_date: '2026-02-01',
      s47e_s47_outcome_json: outcome,
    },
  ],
});

const assessment = (...factors: readonly (string | null)[]): SsdRows => ({
  ssd_cin_assessments: [
    {
      cina_assessment_id: 'A1',
      cina_person_id: 'C1',
      cina_referral_id: 'R1',
      cina_assessment_start_date: '2026-01-12',
      cina_assessment_auth_date: '2026-02-12',
    },
  ],
  ssd_assessment_factors: factors.map((json, i) => ({
    cinf_table_id: `F${i}`,
    cinf_assessment_id: 'A1',
    cinf_assessment_factors_json: json,
  })),
});

const careLeaver = (id: string, contact: string, activity: string, accommodation: string): SsdRows => ({
  ssd_care_leavers: [
    {
      clea_table_id: id,
      clea_person_id: 'C1',
      clea_care_leaver_latest_contact: contact,
      clea_care_leaver_activity: activity,
      clea_care_leaver_accommodation: accommodation,
    },
  ],
});

/** A second referral of C1, closed in the window. */
const earlierReferral: SsdRows = {
  ssd_cin_episodes: [
    { cine_referral_id: 'R0', cine_person_id: 'C1', cine_referral_date: '2024-05-01', cine_close_date: '2025-05-01' },
  ],
};

describe('none of the known faults of the T-SQL builder', () => {
  it('ids cut to fit: an id goes out whole, however long it is', () => {
    const id = 'P'.repeat(48);
    const rows = rowsFor('child_details', {
      ssd_person: [{ pers_person_id: id, pers_dob: '2015-05-05', pers_legacy_id: 'M'.repeat(48) }],
      ssd_cin_episodes: [{ cine_referral_id: 'R1', cine_person_id: id, cine_referral_date: '2026-01-10' }],
    });
    expect(rows[0]).toMatchObject({ la_child_id: id, mis_child_id: 'M'.repeat(48) });
  });

  it('codes cut to fit: RC10 stays RC10 and is reported, it does not become RC1', () => {
    const referral = {
      cine_close_date: '2026-02-01',
      cine_close_reason: 'RC10',
      cine_referral_source_code: '1A-LOCAL',
    };
    const [row] = rowsFor('social_care_episodes', childInCohort({}, referral));
    expect(row).toMatchObject({ closure_reason: 'RC10', referral_source: '1A-LOCAL' });
  });

  it('codes cut to fit: an ethnicity in words goes out whole', () => {
    const [row] = rowsFor('child_details', childInCohort({ pers_ethnicity: 'WBRI-LOCAL' }));
    expect(row?.ethnicity).toBe('WBRI-LOCAL');
  });

  it.each(['UN3', 'un10 '])('UPN column copied: "%s" is the reason and no number', (text) => {
    const [row] = rowsFor('child_details', childInCohort({ pers_upn: text }));
    expect(row).toMatchObject({
      unique_pupil_number: null,
      unique_pupil_number_unknown_reason: text.trim().toUpperCase(),
    });
  });

  it('UPN column copied: a number that begins with U is a number', () => {
    const [row] = rowsFor('child_details', childInCohort({ pers_upn: 'U123456789012' }));
    expect(row).toMatchObject({ unique_pupil_number: 'U123456789012', unique_pupil_number_unknown_reason: null });
  });

  it('former UPN is a placeholder: only a real number goes out, the latest', () => {
    const link = (id: string, value: string | null, from: string | null) => ({
      link_table_id: id,
      link_person_id: 'C1',
      link_identifier_type: 'Former Unique Pupil Number',
      link_identifier_value: value,
      link_valid_from_date: from,
    });
    const links = [
      link('L1', 'A123456789012', '2020-01-01'),
      link('L2', 'B123456789012', '2022-01-01'),
      link('L3', 'SSD_PH', '2025-01-01'),
      link('L4', 'PLACEHOLDER_X', '2025-01-01'),
      link('L5', null, null),
    ];
    const [row] = rowsFor('child_details', childInCohort(), { ssd_linked_identifiers: links });
    expect(row?.former_unique_pupil_number).toBe('B123456789012');
    const [none] = rowsFor('child_details', childInCohort(), { ssd_linked_identifiers: links.slice(2) });
    expect(none?.former_unique_pupil_number).toBeNull();
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

  it.each(['U', 'u ', 'Unaccompanied Asylum Seeking Child', 'UASC'])(
    'UASC wants the letter U: "%s" is recognised',
    (text) => {
      const [row] = rowsFor('child_details', childInCohort(), status('S1', text, '2025-01-01'));
      expect(row).toMatchObject({ uasc_flag: 1, uasc_end_date: null });
    },
  );

  it.each(['Refugee Status', 'Adult Asylum Seeker', 'Unknown', null])('UASC: "%s" is not one', (text) => {
    const [row] = rowsFor('child_details', childInCohort(), status('S1', text ?? '', '2025-01-01'));
    expect(row).toMatchObject({ uasc_flag: 0, uasc_end_date: null });
  });

  it('UASC end date without an order: an open period comes before an ended one, then the last to end', () => {
    const ended = [status('S1', 'U', '2024-05-01', '2025-02-01'), status('S2', 'U', '2025-02-02', '2026-03-01')];
    expect(rowsFor('child_details', childInCohort(), ...ended)[0]?.uasc_end_date).toBe('2026-03-01');
    const open = status('S3', 'U', '2024-06-01');
    expect(rowsFor('child_details', childInCohort(), open, ...ended)[0]?.uasc_end_date).toBeNull();
  });

  it('UASC: a period that ended before the window does not count', () => {
    const [row] = rowsFor('child_details', childInCohort(), status('S1', 'U', '2022-01-01', '2024-03-31'));
    expect(row?.uasc_flag).toBe(0);
  });

  it('estimated birth date of a born child does not go out as an expected date', () => {
    const [row] = rowsFor('child_details', childInCohort({ pers_expected_dob: '2015-05-01' }));
    expect(row).toMatchObject({ date_of_birth: '2015-05-05', expected_date_of_birth: null });
    const [unborn] = rowsFor('child_details', childInCohort({ pers_dob: null, pers_expected_dob: '2027-01-05' }));
    expect(unborn).toMatchObject({ date_of_birth: null, expected_date_of_birth: '2027-01-05' });
  });

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

  it.each([
    ['M', 'M'],
    ['f', 'F'],
    ['1', 'M'],
    ['2', 'F'],
    [null, 'U'],
    [' ', 'U'],
    ['I', 'U'],
    ['Nonsense', 'NONSENSE'],
  ])('sex %j becomes %j', (stored, expected) => {
    expect(rowsFor('child_details', childInCohort({ pers_sex: stored }))[0]?.sex).toBe(expected);
  });

  it('a code recorded twice, or in another letter case, is one disability; none at all is NONE for a born child', () => {
    const code = (id: string, text: string) => ({
      disa_table_id: id,
      disa_person_id: 'C1',
      disa_disability_code: text,
    });
    const rows = rowsFor('disabilities', childInCohort(), {
      ssd_disability: [code('D1', 'LD'), code('D2', 'ld '), code('D3', 'MOB')],
    });
    expect(rows.map((row) => row.disability).sort()).toEqual(['LD', 'MOB']);
    expect(rowsFor('disabilities', childInCohort()).map((row) => row.disability)).toEqual(['NONE']);
    expect(rowsFor('disabilities', childInCohort({ pers_dob: null, pers_expected_dob: '2027-01-01' }))).toEqual([]);
  });

  it('the home is where the child lives now, or else lived last', () => {
    const address = (id: string, start: string, end: string | null, postcode: string) => ({
      addr_table_id: id,
      addr_person_id: 'C1',
      addr_address_start_date: start,
      addr_address_end_date: end,
      addr_address_postcode: postcode,
    });
    const old = address('A1', '2024-01-01', '2025-01-01', 'QA1 1AA');
    const now = address('A2', '2023-06-01', null, 'QA2 2AA');
    const future = address('A3', '2027-01-01', null, 'QA3 3AA');
    const home = (...rows: (typeof old)[]) =>
      rowsFor('child_details', childInCohort(), { ssd_address: rows })[0]?.postcode;
    expect(home(old, now, future)).toBe('QA2 2AA');
    expect(home(old)).toBe('QA1 1AA');
    expect(home()).toBeNull();
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

  it('no sort order: rows come ordered by child, by the characters of the id', () => {
    const people = ['C3', 'C1', 'c1', 'C10', 'C2'];
    const rows = rowsFor('child_details', {
      ssd_person: people.map((id) => ({ pers_person_id: id, pers_dob: '2015-05-05' })),
      ssd_cin_episodes: people.map((id) => ({ cine_referral_id: `R${id}`, cine_person_id: id })),
    });
    expect(rows.map((row) => row.la_child_id)).toEqual(['C1', 'C10', 'C2', 'C3', 'c1']);
  });
});
