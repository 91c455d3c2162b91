import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { createValidator } from '../../../core/rules/validator.ts';
import { checkScrambled } from '../../../core/scramble/checkScrambled.ts';
import { createScrambler } from '../../../core/scramble/scramble.ts';

const spec = '0.9';
const scramblerFor = (key: string) =>
  createScrambler({ spec, keyedHash: (text) => createHmac('sha256', key).update(text).digest() });
const scrambler = scramblerFor('key-1');

const child: JsonObject = {
  la_child_id: 'CH0000417',
  mis_child_id: 'MIS-88-0417',
  purge: false,
  child_details: {
    unique_pupil_number: 'D926000022417',
    first_name: 'Wren Anne-Marie',
    surname: "O'Sample-Exämple",
    date_of_birth: '2012-03-12',
    sex: 'F',
    ethnicity: 'MWBC',
    disabilities: ['COMM', 'LD'],
    postcode: 'SW1A 1AB',
    uasc_flag: false,
  },
  health_and_wellbeing: { sdq_assessments: [{ date: '2026-03-02', score: 18 }], purge: false },
  social_care_episodes: [
    {
      social_care_episode_id: 'REF-2024-0091',
      referral_date: '2024-09-02',
      referral_source: '2A',
      closure_date: '2024-10-25',
      closure_reason: 'RC8',
      referral_no_further_action_flag: false,
      care_worker_details: [
        { worker_id: 'SW70312', start_date: '2024-09-02' },
        { worker_id: 'SW70312', start_date: '2024-10-01' },
      ],
      purge: false,
    },
  ],
};

function at(value: JsonValue | undefined, ...path: (string | number)[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (here, step) => (Array.isArray(here) ? here[Number(step)] : isJsonObject(here) ? here[String(step)] : undefined),
    value,
  );
}

test('a scrambled child has the same shape, and the check finds nothing left of the original', () => {
  const scrambled = scrambler.scramble(child);
  expect(checkScrambled([child], [scrambled], spec)).toEqual([]);
  const text = JSON.stringify(scrambled);
  for (const value of [
    'CH0000417',
    'MIS-88',
    'D926',
    'Wren',
    'Anne',
    'Marie',
    'Sample',
    'Ex',
    'SW1A',
    'REF-',
    'SW70312',
    '2012-03-12',
    '2024-09-02',
  ]) {
    expect(text).not.toContain(value);
  }
});

test('distances between dates stay, and every date moves back by the same days', () => {
  const scrambled = scrambler.scramble(child);
  const days = (value: JsonValue | undefined) => Date.parse(String(value)) / 86_400_000;
  const moved = (...path: (string | number)[]) => days(at(child, ...path)) - days(at(scrambled, ...path));
  const shift = moved('child_details', 'date_of_birth');
  expect(shift).toBeGreaterThan(0);
  expect(moved('social_care_episodes', 0, 'referral_date')).toBe(shift);
  expect(moved('social_care_episodes', 0, 'care_worker_details', 1, 'start_date')).toBe(shift);
  expect(moved('health_and_wellbeing', 'sdq_assessments', 0, 'date')).toBe(shift);
});

test('equal ids stay equal, different ones different, under one key; another key gives others', () => {
  const scrambled = scrambler.scramble(child);
  const workers = at(scrambled, 'social_care_episodes', 0, 'care_worker_details');
  expect(at(workers, 0, 'worker_id')).toBe(at(workers, 1, 'worker_id'));
  expect(scrambler.scramble(child)).toEqual(scrambled);
  expect(scrambler.scramble({ ...child, la_child_id: 'CH0000418' }).la_child_id).not.toBe(scrambled.la_child_id);
  expect(scramblerFor('key-2').scramble(child).la_child_id).not.toBe(scrambled.la_child_id);
});

test('codes of the child change to other valid codes; exclusive ones and codes of services stay', () => {
  const many = Array.from({ length: 40 }, (_, n) => scrambler.scramble({ ...child, la_child_id: `C${n}` }));
  expect(new Set(many.map((one) => at(one, 'child_details', 'ethnicity'))).size).toBeGreaterThan(5);
  expect(new Set(many.map((one) => at(one, 'social_care_episodes', 0, 'closure_reason')))).toEqual(new Set(['RC8']));
  for (const one of many) expect(new Set(at(one, 'child_details', 'disabilities') as string[]).size).toBe(2);
  const none = scrambler.scramble({ ...child, child_details: { disabilities: ['NONE'] } });
  expect(at(none, 'child_details', 'disabilities')).toEqual(['NONE']);
});

test('a scrambled valid child has no error', () => {
  const validator = createValidator({ spec, asOf: '2026-11-22' });
  const errors = (value: JsonValue) => validator.validateChild(value).filter((problem) => problem.severity === 'error');
  expect(errors(child)).toEqual([]);
  expect(errors(scrambler.scramble(child))).toEqual([]);
});

test('what the spec does not know, texts that are no dates and codes that are none do not survive', () => {
  const odd: JsonObject = {
    la_child_id: 'X1',
    'Jonathan Smith': 'lives at 1 High Street',
    notes: { born: '2012-03-12', list: ['Jonathan'] },
    child_details: { date_of_birth: '12 March 2012', ethnicity: 'White British, Jonathan', first_name: 'Jonathan' },
  };
  const scrambled = scrambler.scramble(odd);
  expect(JSON.stringify(scrambled)).not.toMatch(/Jonathan|Smith|High|12 March|2012-03-12|White/);
  expect(checkScrambled([odd], [scrambled], spec)).toEqual([]);
});

describe('the check finds', () => {
  const good = scrambler.scramble(child);
  const details = good.child_details as JsonObject;
  test.each<[string, JsonObject]>([
    ['an id that stayed', { ...good, mis_child_id: 'MIS-88-0417' }],
    ['an id in another field', { ...good, mis_child_id: 'REF-2024-0091' }],
    ['a name', { ...good, child_details: { ...details, first_name: 'Wren' } }],
    [
      'a name without accents, as part of another',
      { ...good, child_details: { ...details, surname: 'EXAMPLE Zwork' } },
    ],
    ['a date that stayed', { ...good, child_details: { ...details, date_of_birth: '2012-03-12' } }],
    ['a date that moved alone', { ...good, child_details: { ...details, date_of_birth: '2011-01-01' } }],
    ['a postcode without its space', { ...good, child_details: { ...details, postcode: 'sw1a1ab' } }],
    ['a code that is not valid', { ...good, child_details: { ...details, ethnicity: 'NOPE' } }],
    ['a lost element', { ...good, social_care_episodes: [] }],
    ['a lost field', { ...good, child_details: { first_name: 'Zwork' } }],
    ['a flag that changed', { ...good, purge: true }],
  ])('%s', (_, scrambled) => {
    expect(checkScrambled([child], [scrambled], spec)).not.toEqual([]);
  });

  test('children that are missing', () => {
    expect(checkScrambled([child, child], [good], spec)).not.toEqual([]);
  });

  test('a value of one child in another', () => {
    const other = { ...child, la_child_id: 'CH2', child_details: { first_name: 'Timothy' } };
    const scrambled = [good, scrambler.scramble(other)];
    expect(checkScrambled([child, other], scrambled, spec)).toEqual([]);
    const mixed = [{ ...good, child_details: { ...details, first_name: 'Timothy' } }, scrambler.scramble(other)];
    expect(checkScrambled([child, other], mixed, spec)).not.toEqual([]);
  });
});

test('any JSON of any shape is scrambled so that the check holds', () => {
  const word = fc.string({ minLength: 3, maxLength: 12 }).filter((text) => /[\p{L}\p{N}]{3}/u.test(text));
  const date = fc
    .date({ min: new Date('1990-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10));
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{4,20}$/);
  const anyChild = fc.record(
    {
      la_child_id: id,
      mis_child_id: id,
      purge: fc.boolean(),
      child_details: fc.record(
        { first_name: word, surname: word, date_of_birth: date, expected_date_of_birth: date, postcode: word },
        { requiredKeys: [] },
      ),
      health_and_wellbeing: fc.record({
        sdq_assessments: fc.array(fc.record({ date, score: fc.integer({ min: 0, max: 40 }) }), { maxLength: 5 }),
      }),
      extra: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
    },
    { requiredKeys: ['la_child_id'] },
  );
  fc.assert(
    fc.property(fc.array(anyChild as fc.Arbitrary<JsonObject>, { minLength: 1, maxLength: 4 }), (children) => {
      const scrambled = children.map((one) => scrambler.scramble(one));
      expect(checkScrambled(children, scrambled, spec)).toEqual([]);
    }),
    { seed: 6, numRuns: 300 },
  );
});
