import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { canonicalText } from '../../../core/payload/canonical.ts';
import { inReadingOrder } from '../../../core/payload/readingOrder.ts';

it('puts ids first, then the blocks of the spec, and unknown properties last', () => {
  const child: JsonObject = {
    zebra: 1,
    social_care_episodes: [{ referral_date: '2026-01-01', social_care_episode_id: 'E1' }],
    child_details: { surname: 'Sample', first_name: 'Ash', date_of_birth: '2015-01-01' },
    mis_child_id: 'M1',
    la_child_id: 'C1',
  };
  const read = inReadingOrder(child);
  expect(Object.keys(read)).toEqual(['la_child_id', 'mis_child_id', 'child_details', 'social_care_episodes', 'zebra']);
  expect(JSON.stringify(read)).toContain('"first_name":"Ash","surname":"Sample","date_of_birth"');
  expect(JSON.stringify(read)).toContain('[{"social_care_episode_id":"E1","referral_date"');
});

it('says the same as the child, whatever the order of its properties was', () => {
  const keys = ['la_child_id', 'mis_child_id', 'purge', 'child_details', 'odd'];
  fc.assert(
    fc.property(fc.shuffledSubarray(keys, { minLength: 1 }), fc.string(), (order, text) => {
      const child = Object.fromEntries(order.map((key) => [key, key === 'child_details' ? { sex: text } : text]));
      const read = inReadingOrder(child);
      expect(canonicalText(read)).toBe(canonicalText(child));
      expect(JSON.stringify(inReadingOrder(read))).toBe(JSON.stringify(read));
    }),
  );
});
