import { describe, expect, it } from 'vitest';
import { rowsFor } from './packRows.ts';
import { childInCohort, status } from './people.ts';

describe('none of the known faults of the T-SQL builder in what is said of the child', () => {
  it('ids cut to fit: an id goes out whole, however long it is', () => {
    const id = 'P'.repeat(48);
    const rows = rowsFor('child_details', {
      ssd_person: [{ pers_person_id: id, pers_dob: '2015-05-05', pers_legacy_id: 'M'.repeat(48) }],
      ssd_cin_episodes: [{ cine_referral_id: 'R1', cine_person_id: id, cine_referral_date: '2026-01-10' }],
    });
    expect(rows[0]).toMatchObject({ la_child_id: id, mis_child_id: 'M'.repeat(48) });
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

  it('no sort order: rows come ordered by child, by the characters of the id', () => {
    const people = ['C3', 'C1', 'c1', 'C10', 'C2'];
    const rows = rowsFor('child_details', {
      ssd_person: people.map((id) => ({ pers_person_id: id, pers_dob: '2015-05-05' })),
      ssd_cin_episodes: people.map((id) => ({ cine_referral_id: `R${id}`, cine_person_id: id })),
    });
    expect(rows.map((row) => row.la_child_id)).toEqual(['C1', 'C10', 'C2', 'C3', 'c1']);
  });
});
