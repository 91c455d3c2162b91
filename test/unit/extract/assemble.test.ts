import { afterEach, describe, expect, it } from 'vitest';
import type { ExtractedChild } from '../../../pipeline/extract/assemble.ts';
import { type FixtureRows, PackFixture } from './packFixture.ts';

let fixture: PackFixture | undefined;
afterEach(async () => {
  await fixture?.close();
  fixture = undefined;
});

async function extract(rows: FixtureRows) {
  fixture = await PackFixture.open(rows);
  return fixture.extract();
}

async function extractOne(rows: Omit<FixtureRows, 'cohort'>): Promise<ExtractedChild> {
  const { children } = await extract({
    cohort: ['C1'],
    child_details: [{ la_child_id: 'C1', surname: 'Sample' }],
    ...rows,
  });
  const [child] = children;
  if (child === undefined || children.length !== 1) throw new Error('expected one child');
  return child;
}

const at = { la_child_id: 'C1', social_care_episode_id: 'E1' };
const episodes = [at];

describe('assembling a child', () => {
  it('nests every section in the order of the schema, with purge where the schema has it', async () => {
    const child = await extractOne({
      child_details: [
        {
          la_child_id: 'C1',
          mis_child_id: 'M1',
          surname: "O'Sample",
          first_name: ' ',
          date_of_birth: '2015-02-03 00:00:00',
          sex: 'F',
          uasc_flag: 0,
        },
      ],
      disabilities: [
        { la_child_id: 'C1', disability: 'MOB' },
        { la_child_id: 'C1', disability: 'COMM' },
        { la_child_id: 'C1', disability: 'MOB' },
      ],
      sdq_assessments: [{ la_child_id: 'C1', date: '2026-01-01', score: '12' }],
      social_care_episodes: [{ ...at, referral_date: '2025-01-01', referral_no_further_action_flag: 'N' }],
      child_and_family_assessments: [
        { ...at, child_and_family_assessment_id: 'A1', factors: '{"2B":"Yes","1A":"Yes"}' },
      ],
      child_in_need_plans: [{ ...at, child_in_need_plan_id: 'N1' }],
      section_47_assessments: [{ ...at, section_47_assessment_id: 'S1', icpc_required_flag: 'Y' }],
      child_protection_plans: [{ ...at, child_protection_plan_id: 'P1' }],
      child_looked_after_placements: [{ ...at, child_looked_after_placement_id: 'L1', placement_type: 'K3' }],
      adoption: [{ ...at, matched_date: '2026-01-01' }],
      care_leavers: [{ ...at, activity: 'F2' }],
      care_worker_details: [{ ...at, worker_id: 'SW1', start_date: '2025-01-01' }],
    });
    expect(child).toMatchObject({ kind: 'child', personId: 'C1', legacyId: 'M1', problems: [] });
    expect(JSON.stringify(child.kind === 'child' ? child.child : null, null, 1)).toBe(
      JSON.stringify(
        {
          la_child_id: 'C1',
          mis_child_id: 'M1',
          purge: false,
          child_details: {
            surname: "O'Sample",
            date_of_birth: '2015-02-03',
            sex: 'F',
            disabilities: ['COMM', 'MOB'],
            uasc_flag: false,
            purge: false,
          },
          health_and_wellbeing: { sdq_assessments: [{ date: '2026-01-01', score: 12 }], purge: false },
          social_care_episodes: [
            {
              social_care_episode_id: 'E1',
              referral_date: '2025-01-01',
              referral_no_further_action_flag: false,
              purge: false,
              child_and_family_assessments: [
                { child_and_family_assessment_id: 'A1', factors: ['1A', '2B'], purge: false },
              ],
              child_in_need_plans: [{ child_in_need_plan_id: 'N1', purge: false }],
              section_47_assessments: [{ section_47_assessment_id: 'S1', icpc_required_flag: true, purge: false }],
              child_protection_plans: [{ child_protection_plan_id: 'P1', purge: false }],
              child_looked_after_placements: [
                { child_looked_after_placement_id: 'L1', placement_type: 'K3', purge: false },
              ],
              adoption: { matched_date: '2026-01-01', purge: false },
              care_leavers: { activity: 'F2', purge: false },
              care_worker_details: [{ worker_id: 'SW1', start_date: '2025-01-01' }],
            },
          ],
        },
        null,
        1,
      ),
    );
  });

  it('says NONE for a born child without disabilities and nothing for an unborn one', async () => {
    const { children } = await extract({
      cohort: ['A', 'B'],
      child_details: [
        { la_child_id: 'A', date_of_birth: '2015-01-01' },
        { la_child_id: 'B', expected_date_of_birth: '2027-01-01' },
      ],
    });
    expect(children.map((c) => (c.kind === 'child' ? c.child.child_details : null))).toEqual([
      { date_of_birth: '2015-01-01', disabilities: ['NONE'], purge: false },
      { expected_date_of_birth: '2027-01-01', purge: false },
    ]);
  });

  it('puts each element under its own episode, in the order of the ids', async () => {
    const child = await extractOne({
      social_care_episodes: [{ ...at, social_care_episode_id: 'E2' }, at],
      child_protection_plans: [
        { ...at, child_protection_plan_id: 'P3' },
        { ...at, child_protection_plan_id: 'P1', social_care_episode_id: 'E2' },
        { ...at, child_protection_plan_id: 'P2' },
      ],
    });
    expect(child).toMatchObject({
      child: {
        social_care_episodes: [
          {
            social_care_episode_id: 'E1',
            child_protection_plans: [{ child_protection_plan_id: 'P2' }, { child_protection_plan_id: 'P3' }],
          },
          { social_care_episode_id: 'E2', child_protection_plans: [{ child_protection_plan_id: 'P1' }] },
        ],
      },
    });
  });

  it('reports an element whose episode is not in the extract, and one without an episode, and keeps the rest', async () => {
    const child = await extractOne({
      social_care_episodes: episodes,
      child_protection_plans: [
        { ...at, child_protection_plan_id: 'P1' },
        { ...at, child_protection_plan_id: 'P2', social_care_episode_id: 'E9' },
        { la_child_id: 'C1', child_protection_plan_id: 'P3' },
      ],
    });
    expect(child.kind === 'child' && child.problems.map((p) => `${p.code} ${p.message}`)).toEqual([
      expect.stringContaining(
        'EXT-01 The child protection plan P2 was left out because its social_care_episode_id E9 is not in the extract.',
      ),
      expect.stringContaining(
        'EXT-01 The child protection plan P3 was left out because it has no social_care_episode_id.',
      ),
    ]);
    expect(child).toMatchObject({
      child: { social_care_episodes: [{ child_protection_plans: [{ child_protection_plan_id: 'P1' }] }] },
    });
  });

  it('finds the episode of an element that writes its id in another letter case, where there is one such episode', async () => {
    const plan = (id: string, social_care_episode_id: string) => ({
      ...at,
      social_care_episode_id,
      child_protection_plan_id: id,
    });
    const child = await extractOne({
      social_care_episodes: ['A1', 'a1', 'B1'].map((id) => ({ ...at, social_care_episode_id: id })),
      child_protection_plans: [plan('P1', 'b1'), plan('P2', 'a1')],
    });
    expect(child).toMatchObject({
      problems: [],
      child: {
        social_care_episodes: [
          { social_care_episode_id: 'A1' },
          { social_care_episode_id: 'B1', child_protection_plans: [{ child_protection_plan_id: 'P1' }] },
          { social_care_episode_id: 'a1', child_protection_plans: [{ child_protection_plan_id: 'P2' }] },
        ],
      },
    });
  });

  it('takes a row that a join doubled once, and says so', async () => {
    const plan = { ...at, child_protection_plan_id: 'P1', start_date: '2026-01-01' };
    const child = await extractOne({ social_care_episodes: episodes, child_protection_plans: [plan, plan] });
    expect(child).toMatchObject({
      problems: [{ code: 'EXT-02', severity: 'warning' }],
      child: { social_care_episodes: [{ child_protection_plans: [{ child_protection_plan_id: 'P1' }] }] },
    });
  });

  it('keeps two different elements with one id, for validation to refuse', async () => {
    const plan = { ...at, child_protection_plan_id: 'P1' };
    const child = await extractOne({
      social_care_episodes: episodes,
      child_protection_plans: [plan, { ...plan, end_date: '2026-01-01' }],
    });
    expect(child).toMatchObject({
      problems: [],
      child: { social_care_episodes: [{ child_protection_plans: [{}, {}] }] },
    });
  });

  it('leaves out rows of blocks that say nothing', async () => {
    const child = await extractOne({
      social_care_episodes: episodes,
      adoption: [at],
      sdq_assessments: [{ la_child_id: 'C1' }],
    });
    expect(child).toMatchObject({ kind: 'child', problems: [] });
    expect(JSON.stringify(child)).not.toMatch(/adoption|health/);
  });
});

describe('a child that cannot be assembled', () => {
  it('is reported when it has no details', async () => {
    const { children } = await extract({ cohort: ['C1', 'C2'], child_details: [{ la_child_id: 'C2', surname: 'x' }] });
    expect(children).toMatchObject([
      { kind: 'notAssembled', personId: 'C1', reason: 'There is no row of child_details for a child of the cohort.' },
      { kind: 'child', personId: 'C2' },
    ]);
  });

  it('is reported when a single block has two different rows', async () => {
    const details = await extractOne({
      child_details: [
        { la_child_id: 'C1', surname: 'Personalname' },
        { la_child_id: 'C1', surname: 'Othername' },
      ],
    });
    expect(details).toMatchObject({
      kind: 'notAssembled',
      reason: expect.stringContaining('2 different rows of child_details'),
    });
    expect(JSON.stringify(details)).not.toMatch(/name"|Personal|Other/);
    await fixture?.close();
    const adoption = await extractOne({
      social_care_episodes: episodes,
      adoption: [
        { ...at, matched_date: '2026-01-01' },
        { ...at, matched_date: '2026-01-02' },
      ],
    });
    expect(adoption).toMatchObject({
      kind: 'notAssembled',
      reason: expect.stringContaining('social_care_episode_id E1'),
    });
  });

  it('is reported when its factors are not readable', async () => {
    const child = await extractOne({
      social_care_episodes: episodes,
      child_and_family_assessments: [{ ...at, child_and_family_assessment_id: 'A7', factors: '1A; 2B' }],
    });
    expect(child).toMatchObject({ kind: 'notAssembled', reason: 'The column factors of A7 is not JSON.' });
  });
});

describe('rows that fit no child', () => {
  it('are counted by section, with some ids', async () => {
    const { children, strayRows } = await extract({
      cohort: ['C2', null],
      child_details: [
        { la_child_id: 'C1' },
        { la_child_id: 'C2', surname: 'x' },
        { la_child_id: 'C3' },
        { la_child_id: null },
      ],
      disabilities: [
        { la_child_id: 'C9', disability: 'LD' },
        { la_child_id: 'C9', disability: 'MOB' },
      ],
    });
    expect(children).toMatchObject([{ kind: 'child', personId: 'C2' }]);
    expect(strayRows).toEqual([
      { section: 'cohort', rows: 1, withoutChildId: 1, examples: [] },
      { section: 'child_details', rows: 3, withoutChildId: 1, examples: ['C1', 'C3'] },
      { section: 'disabilities', rows: 2, withoutChildId: 0, examples: ['C9'] },
    ]);
  });

  it('stop the extract when they write the id of a child of the cohort in another letter case', async () => {
    const rows = { cohort: ['a1'], child_details: [{ la_child_id: 'a1', surname: 'x' }] };
    await expect(extract({ ...rows, disabilities: [{ la_child_id: 'A1', disability: 'LD' }] })).rejects.toMatchObject({
      reason: 'input',
      message: expect.stringContaining('disabilities write the id of child A1 in another letter case'),
    });
  });
});

describe('an extract', () => {
  const three: FixtureRows = {
    cohort: ['b', 'C', '10', '9', 'a'],
    child_details: ['a', '9', 'b', '10', 'C'].map((id) => ({ la_child_id: id, surname: `x${id}` })),
  };

  it('gives children in the order of their ids byte for byte', async () => {
    const { children, complete } = await extract(three);
    expect(children.map((c) => c.personId)).toEqual(['10', '9', 'C', 'a', 'b']);
    expect(
      children.every(
        (c) => c.kind === 'child' && (c.child.child_details as { surname: string }).surname === `x${c.personId}`,
      ),
    ).toBe(true);
    expect(complete).toBe(true);
  });

  it('takes numbers for ids and pads nothing', async () => {
    const { children } = await extract({
      cohort: [10, 9],
      child_details: [
        { la_child_id: 9, surname: 'x' },
        { la_child_id: '10', surname: 'y' },
      ],
    });
    expect(children).toMatchObject([
      { kind: 'child', personId: '10', child: { la_child_id: '10' } },
      { kind: 'child', personId: '9' },
    ]);
  });

  it('gives a child once although the cohort names it twice', async () => {
    const { children } = await extract({ cohort: ['C1', 'C1'], child_details: [{ la_child_id: 'C1', surname: 'x' }] });
    expect(children).toHaveLength(1);
  });

  it('says that it is not complete when it was limited', async () => {
    fixture = await PackFixture.open(three);
    expect(await fixture.extract({ limit: 2 })).toMatchObject({ children: [{}, {}], complete: false });
    expect(await fixture.extract({ limit: 0 })).toMatchObject({ children: [], complete: false });
  });

  it('stops when it is cancelled', async () => {
    fixture = await PackFixture.open(three);
    const controller = new AbortController();
    controller.abort();
    await expect(fixture.extract({}, controller.signal)).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it.each([
    [
      'a column that the section does not have',
      'adoption',
      "'C' AS la_child_id, 'E' AS social_care_episode_id, 1 AS date_match",
      'date_match',
    ],
    [
      'a section without the id of its parent',
      'child_protection_plans',
      "'C' AS la_child_id, 'P' AS child_protection_plan_id",
      'social_care_episode_id',
    ],
    [
      'a section without the id of its elements',
      'child_protection_plans',
      "'C' AS la_child_id, 'E' AS social_care_episode_id",
      'child_protection_plan_id',
    ],
    [
      'a column that is there twice',
      'disabilities',
      "'C' AS la_child_id, 'LD' AS disability, 'MOB' AS disability",
      'disability is given twice',
    ],
    [
      'a parameter that nobody binds',
      'disabilities',
      "'C' AS la_child_id, @cohort_strat AS disability",
      '@cohort_strat',
    ],
    ['a cohort of two columns', 'cohort', '1 AS person_id, 2 AS other', 'cohort'],
  ])('refuses %s before any query runs', async (_, name, columns, message) => {
    fixture = await PackFixture.open(three);
    // A query that cannot run would fail first, were it run.
    await fixture.put('care_leavers', 'SELECT * FROM nowhere');
    await fixture.put(name, `SELECT ${columns}`);
    await expect(fixture.extract()).rejects.toMatchObject({
      reason: 'configuration',
      message: expect.stringMatching(new RegExp(`${name}\\.sql, line 1: .*${message}`)),
    });
  });

  it('refuses columns that show only when the query runs, before any child', async () => {
    fixture = await PackFixture.open({ ...three, care_leavers: [{ la_child_id: 'C', activity: 'F2' }] });
    await fixture.put('adoption', 'SELECT * FROM rows_care_leavers');
    await expect(fixture.extract()).rejects.toMatchObject({
      reason: 'configuration',
      message: expect.stringMatching(/adoption\.sql returns contact_date, activity, accommodation.*matched_date/),
    });
  });

  it('takes column names in any letter case', async () => {
    fixture = await PackFixture.open(three);
    await fixture.put('disabilities', "SELECT 'C' AS LA_CHILD_ID, 'LD' AS Disability");
    const { children } = await fixture.extract();
    expect(children[2]).toMatchObject({ child: { child_details: { disabilities: ['LD'] } } });
  });

  it('explains a query that cannot be composed or run, with its file', async () => {
    fixture = await PackFixture.open(three);
    await fixture.put('adoption', 'SELECT 1;\nDELETE FROM people');
    await expect(fixture.extract()).rejects.toMatchObject({
      reason: 'configuration',
      message: expect.stringMatching(/adoption\.sql, line 2/),
    });
    await fixture.put('adoption', "SELECT nowhere AS la_child_id, 'E' AS social_care_episode_id FROM people");
    await expect(fixture.extract()).rejects.toMatchObject({ message: expect.stringMatching(/adoption\.sql.*nowhere/) });
  });
});
