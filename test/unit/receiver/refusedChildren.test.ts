import { expect, test } from 'vitest';
import { plainWords, refusedChildren } from '../../../pipeline/receiver/refusedChildren.ts';

const indexes = (text: string, children = 10) => refusedChildren(text, children).map((refusal) => refusal.index);

test.each([
  ['[3].child_details.sex is wrong', [3]],
  ['$[3].child_details.sex is wrong', [3]],
  ['$.[3].child_details.sex is wrong', [3]],
  ['children[3].child_details.sex is wrong', [3]],
  ['$.children[3].child_details.sex is wrong', [3]],
  ['Children [3] has an unknown field', [3]],
  ['child [3]: bad', [3]],
  ['Validation failed: [1].sex: bad; [4].postcode: bad', [1, 4]],
  ['[0] and [9]', [0, 9]],
])('%s blames %j', (text, blamed) => {
  expect(indexes(text)).toEqual(blamed);
});

test.each([
  'social_care_episodes[1].child_protection_plans[0].end_date is wrong',
  'child_details.disabilities[2] is not a code',
  'social_care_episodes [1] is wrong',
  'position [1] of social_care_episodes is wrong',
  'item [2] in the disabilities is wrong',
  'the batch is bad',
  'array index[2]',
  '',
])('a position inside a child blames nobody: %s', (text) => {
  expect(indexes(text)).toEqual([]);
});

test('only the first position after the root blames; the rest is the path', () => {
  expect(refusedChildren('[3].social_care_episodes[1].child_protection_plans[0].end_date: bad', 10)).toEqual([
    {
      index: 3,
      path: ['social_care_episodes', 1, 'child_protection_plans', 0, 'end_date'],
      words: '[3].social_care_episodes[1].child_protection_plans[0].end_date: bad',
    },
  ]);
});

test('positions beyond the batch are no children of it', () => {
  expect(indexes('[10] and [2] and [9999]', 10)).toEqual([2]);
});

test('a path that runs into the sentence ends at the last known field', () => {
  expect(refusedChildren('[3].child_details.Invalid value', 10)[0]?.path).toEqual(['child_details']);
});

test('a problem document that names paths as keys is read with the words of each', () => {
  const text = JSON.stringify({
    title: 'One or more validation errors occurred.',
    status: 400,
    errors: { '$[1].child_details.sex': ['Not a code.', 'Too long.'], '[2].purge': ['Not a boolean.'], '': ['root'] },
  });
  expect(refusedChildren(text, 5)).toEqual([
    { index: 1, path: ['child_details', 'sex'], words: '$[1].child_details.sex: Not a code.; Too long.' },
    { index: 2, path: ['purge'], words: '[2].purge: Not a boolean.' },
  ]);
});

test('each child gets its own part of a sentence', () => {
  expect(refusedChildren('Errors: [1].purge: missing, [2].child_details: missing.', 5).map((r) => r.words)).toEqual([
    '[1].purge: missing',
    '[2].child_details: missing.',
  ]);
});

test('answers without positions give their plain words, without markup', () => {
  expect(plainWords('{"detail":"Bad request","status":400}')).toBe('Bad request');
  expect(plainWords('<html><body><h1>Bad</h1> Request</body></html>')).toBe('Bad Request');
});
