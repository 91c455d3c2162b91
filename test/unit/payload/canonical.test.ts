import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { canonicalChild, canonicalText } from '../../../core/payload/canonical.ts';

const child: JsonObject = {
  social_care_episodes: [
    {
      social_care_episode_id: 'E2',
      care_worker_details: [
        { worker_id: 'SW2', start_date: '2025-02-01' },
        { worker_id: 'SW1', start_date: '2025-01-01' },
      ],
    },
    {
      social_care_episode_id: 'E1',
      child_and_family_assessments: [{ factors: ['4B', '16A', '2B'], child_and_family_assessment_id: 'A1' }],
    },
  ],
  la_child_id: 'C1',
  child_details: { disabilities: ['MOB', 'LD'], sex: 'F' },
  health_and_wellbeing: {
    sdq_assessments: [
      { score: 3, date: '2025-03-01' },
      { score: 9, date: '2024-03-01' },
    ],
  },
};

/** The same value with keys and lists in another order. */
function shuffled(value: JsonValue, random: () => number): JsonValue {
  const order = <T>(list: T[]): T[] =>
    list
      .map((item) => ({ item, by: random() }))
      .sort((a, b) => a.by - b.by)
      .map(({ item }) => item);
  if (Array.isArray(value)) return order(value.map((item) => shuffled(item, random)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(order(Object.entries(value)).map(([key, item]) => [key, shuffled(item, random)]));
}

describe('canonical form', () => {
  it('sorts keys, identified elements, codes, SDQ assessments and workers', () => {
    expect(canonicalText(child)).toBe(
      '{"child_details":{"disabilities":["LD","MOB"],"sex":"F"},' +
        '"health_and_wellbeing":{"sdq_assessments":[{"date":"2024-03-01","score":9},{"date":"2025-03-01","score":3}]},' +
        '"la_child_id":"C1","social_care_episodes":[' +
        '{"child_and_family_assessments":[{"child_and_family_assessment_id":"A1","factors":["16A","2B","4B"]}],"social_care_episode_id":"E1"},' +
        '{"care_worker_details":[{"start_date":"2025-01-01","worker_id":"SW1"},{"start_date":"2025-02-01","worker_id":"SW2"}],"social_care_episode_id":"E2"}]}',
    );
  });

  it('is the same for any order of keys and elements, and idempotent', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (stream) => {
        const other = shuffled(child, () => stream.next().value ?? 0) as JsonObject;
        expect(canonicalText(other)).toBe(canonicalText(child));
        expect(canonicalText(canonicalChild(other))).toBe(canonicalText(child));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps a fixed order for elements with the same id', () => {
    const twins = (first: string, second: string): JsonObject => ({
      la_child_id: 'C1',
      social_care_episodes: [
        { social_care_episode_id: 'E1', referral_date: first },
        { social_care_episode_id: 'E1', referral_date: second },
      ],
    });
    expect(canonicalText(twins('2025-01-01', '2024-01-01'))).toBe(canonicalText(twins('2024-01-01', '2025-01-01')));
  });

  it('loses nothing: any JSON object keeps its content, odd keys included', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), fc.jsonValue()), (value) => {
        const object = JSON.parse(JSON.stringify(value)) as JsonObject;
        expect(canonicalChild(object)).toEqual(object);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves the order of lists that the spec does not know', () => {
    expect(canonicalText({ la_child_id: 'C1', extra: ['b', 'a'] })).toBe('{"extra":["b","a"],"la_child_id":"C1"}');
  });
});
