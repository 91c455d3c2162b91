import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { createValidator } from '../../../core/rules/validator.ts';
import { applyFix } from '../../support/applyFix.ts';
import { sampleDay, validChildren } from '../../support/samplePayload.ts';
import { all, drop, push, set } from '../../tables/change.ts';
import { fieldMutations } from '../../tables/fieldMutations.ts';
import { ruleCases } from '../../tables/ruleCases.ts';

const validator = createValidator({ spec: '0.9', asOf: sampleDay });

function changed(index: number, change: (child: JsonObject) => void): JsonObject {
  const child = validChildren()[index];
  if (child === undefined) throw new Error(`No sample child ${index}`);
  change(child);
  return child;
}

const broken = [
  ...ruleCases.map(({ code, child, fail }, index) => [`${code} (${index})`, changed(child, fail)] as const),
  ...fieldMutations().map(({ name, child, change }) => [name, changed(child, change)] as const),
];

describe('fixes', () => {
  it.each(broken)('of %s take their problem away', (_, child) => {
    for (const problem of validator.validateChild(child)) {
      for (const fix of problem.fixes ?? []) {
        const after = validator.validateChild(applyFix(child, fix));
        // What an insertion leaves blank is for the person to fill in.
        if (fix.kind === 'insert' && fix.value === '') continue;
        const same = after.filter(
          ({ code, path }) => code === problem.code && JSON.stringify(path) === JSON.stringify(problem.path),
        );
        // A list that is now a list may hold another of the same kind at that place.
        if (fix.kind === 'remove' && typeof fix.path.at(-1) === 'number') continue;
        if (problem.code === 'PRG-02' || problem.code === 'PRG-04') continue;
        expect(same, `${problem.code}: ${fix.title}`).toEqual([]);
      }
    }
  });

  it('that are safe change no meaning: they never remove a value other than an empty list or a repetition', () => {
    const removals = broken.flatMap(([, child]) =>
      validator
        .validateChild(child)
        .flatMap(({ code, fixes }) =>
          (fixes ?? []).filter(({ safe, kind }) => safe && kind === 'remove').map(() => code),
        ),
    );
    expect([...new Set(removals)].sort()).toEqual(['ASM-07', 'CHD-11', 'FMT-15', 'WRK-08']);
  });

  const cases: [string, (child: JsonObject) => void, string, unknown][] = [
    ['a midnight time', set('social_care_episodes.1.referral_date', '2024-10-07T00:00:00'), 'FMT-11', '2024-10-07'],
    [
      'a British date that can be read one way',
      set('social_care_episodes.1.referral_date', '17/10/2024'),
      'FMT-11',
      '2024-10-17',
    ],
    [
      'a date with the month as a word',
      set('social_care_episodes.1.referral_date', '7 Oct 2024'),
      'FMT-11',
      '2024-10-07',
    ],
    ['a date without separators', set('social_care_episodes.1.referral_date', '20241007'), 'FMT-11', '2024-10-07'],
    ['a label instead of a code', set('child_details.ethnicity', 'White British'), 'FMT-27', 'WBRI'],
    [
      'a code with its description',
      set('social_care_episodes.0.closure_reason', 'RC8 - Closed after assessment'),
      'EPI-06',
      'RC8',
    ],
    ['a code with a zero too many', set('social_care_episodes.0.closure_reason', 'RC08'), 'EPI-06', 'RC8'],
    ['a number for a code', set('social_care_episodes.0.referral_source', 10), 'EPI-03', '10'],
    ['letters swapped', set('child_details.ethnicity', 'CNHE'), 'FMT-27', 'CHNE'],
    ['a code of earlier censuses', set('child_details.sex', '1'), 'CHD-05', 'M'],
    [
      'a retired code with successors',
      set('social_care_episodes.1.child_and_family_assessments.0.factors', ['19A']),
      'ASM-08',
      '19B',
    ],
    [
      'factors as flags',
      set('social_care_episodes.1.child_and_family_assessments.0.factors', { '1A': 'Yes', '4B': 'No' }),
      'FMT-16',
      ['1A'],
    ],
    ['a score in quotes', set('health_and_wellbeing.sdq_assessments.0.score', '12'), 'FMT-14', 12],
    [
      'a block in a list',
      set('social_care_episodes.1.adoption', [{ placed_date: '2026-03-09' }]),
      'FMT-17',
      { placed_date: '2026-03-09' },
    ],
    ['a yes', set('child_details.uasc_flag', 'N'), 'FMT-13', false],
  ];
  it.each(cases)('reads %s', (_, change, code, value) => {
    const problem = validator.validateChild(changed(0, change)).find((one) => one.code === code);
    expect(problem?.fixes?.[0]?.value).toEqual(value);
  });

  it.each(['01/02/2025', '2025-02-30', '1.2.25', 'soon'])('leaves the date %s to the person', (text) => {
    const child = changed(0, set('social_care_episodes.1.referral_date', text));
    const problem = validator.validateChild(child).find(({ code }) => code === 'FMT-11');
    expect(problem).toBeDefined();
    expect(problem?.fixes ?? []).toEqual([]);
  });
});

describe('deltas and deletions', () => {
  it('asks a deletion for nothing but its ids', () => {
    expect(validator.validateChild({ la_child_id: 'C1', mis_child_id: 'M1', purge: true })).toEqual([]);
  });

  it('knows a delta by what is purged in it, and concludes nothing from what is absent', () => {
    const delta = changed(
      3,
      all(
        set('social_care_episodes', [
          { social_care_episode_id: 'EP-1', child_in_need_plans: [{ child_in_need_plan_id: 'CN-1', purge: true }] },
        ]),
      ),
    );
    expect(validator.validateChild(delta)).toEqual([]);
  });

  it('knows a delta by episodes without their own fields', () => {
    const delta = changed(
      3,
      set('social_care_episodes', [
        { social_care_episode_id: 'EP-1', care_worker_details: [{ worker_id: 'SW1', start_date: '2026-05-01' }] },
      ]),
    );
    expect(validator.validateChild(delta)).toEqual([]);
    const full = createValidator({ spec: '0.9', asOf: sampleDay, kind: 'full' });
    expect(full.validateChild(delta).map(({ code }) => code)).toEqual(['EPI-01', 'EPI-04']);
  });

  it('still compares the dates that a delta holds', () => {
    const delta = changed(
      3,
      set('social_care_episodes', [
        {
          social_care_episode_id: 'EP-1',
          child_in_need_plans: [{ child_in_need_plan_id: 'CN-1', start_date: '2026-05-02', end_date: '2026-05-01' }],
        },
      ]),
    );
    expect(validator.validateChild(delta).map(({ code }) => code)).toEqual(['CNP-03']);
  });

  it('leaves what is purged out of every comparison', () => {
    const child = changed(3, push('social_care_episodes', { social_care_episode_id: 'EP-32802', purge: true }));
    expect(validator.validateChild(child)).toEqual([]);
  });
});

describe('what messages may not hold', () => {
  const secrets = [
    'Juniper',
    'Invented',
    'Rowan',
    'Madeup',
    'Fictitious',
    'Ellis',
    'Pretend',
    '2017-06-21',
    '2006-02-17',
    '2013-11-30',
    '2027-02-01',
  ];
  const postcodes = [
    'ZZ90 1QA',
    'ZZ91 4TH',
    'ZZ92 7LM',
    'ZZ93 2BB',
    'ZZ95 8DD',
    'ZZ96 5EE',
    'ZZ97 6FF',
    '845000120145',
    '801000450032',
    '845000170604',
  ];

  it('names no name, birth date, postcode or UPN in any message, title or pointer', () => {
    for (const [name, child] of broken) {
      for (const { message, related, fixes } of validator.validateChild(child)) {
        const texts = [
          message,
          ...(related ?? []).map((place) => place.message),
          ...(fixes ?? []).map((fix) => fix.title),
        ];
        for (const text of texts) {
          for (const secret of [...secrets, ...postcodes]) expect(text, name).not.toContain(secret);
        }
      }
    }
  });

  it('does not repeat free text that stands where a code belongs', () => {
    const child = changed(
      0,
      all(set('child_details.sex', 'Mary'), set('child_details.ethnicity', 'Juniper'), drop('child_details.surname')),
    );
    for (const { message } of validator.validateChild(child)) expect(message).not.toMatch(/Mary|Juniper/);
  });
});

describe('spec 0.8', () => {
  it('takes longer child ids and any characters in ids', () => {
    const old = createValidator({ spec: '0.8', asOf: sampleDay });
    const child = changed(0, all(set('la_child_id', 'C'.repeat(36)), set('mis_child_id', '12/345')));
    expect(old.validateChild(child)).toEqual([]);
    expect(old.validateChild(changed(0, set('la_child_id', 'C'.repeat(37)))).map(({ code }) => code)).toEqual([
      'FMT-05',
    ]);
    expect(
      validator
        .validateChild(child)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['FMT-04', 'FMT-05']);
  });
});
