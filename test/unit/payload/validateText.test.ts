import { describe, expect, it } from 'vitest';
import { validatePayloadText } from '../../../core/payload/validateText.ts';
import { manyChildren, sampleDay, validChildren } from '../../support/samplePayload.ts';
import { textCases } from '../../tables/textCases.ts';

const options = { spec: '0.9', asOf: sampleDay } as const;

describe('payload text', () => {
  it.each(textCases.map((one) => [one.name, one] as const))(
    '%s: says so at its place, once',
    (_, { text, codes, marks }) => {
      const { problems } = validatePayloadText(text, options);
      expect(problems.map(({ code }) => code)).toEqual(codes);
      problems.forEach((problem, index) => {
        if (marks[index] !== null) expect(text.slice(problem.start, problem.end)).toBe(marks[index]);
      });
    },
  );

  it('applies the text fixes of syntax problems so that the problem is gone', () => {
    const fixable = textCases.filter(
      ({ codes, text }) => codes.some((code) => code.startsWith('JSN')) && text.length < 20_000,
    );
    for (const { name, text } of fixable) {
      const problem = validatePayloadText(text, options).problems.find(({ edits }) => edits !== undefined);
      const fix = problem?.edits?.[0];
      if (problem === undefined || fix === undefined) continue;
      const fixed = fix.changes
        .toSorted((a, b) => b.start - a.start)
        .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
      const after = validatePayloadText(fixed, options).problems.filter(({ code }) => code === problem.code);
      expect(
        after.map(({ start }) => start),
        name,
      ).not.toContain(problem.start);
    }
  });

  it.each([
    ['an array', (text: string) => text],
    ['a wrapper', (text: string) => `{"la_code": "845", "Children": ${text}}`],
  ])('keeps the problems of the other children when one is broken, in %s', (_, wrap) => {
    const children = manyChildren(4, { sex: '0' });
    const text = wrap(JSON.stringify(children, null, 2));
    const broken = text.replace('"sex": "0"', '"sex": 0"');
    const { problems, children: count } = validatePayloadText(broken, options);
    expect(count).toBe(4);
    expect(problems.filter(({ code }) => code === 'CHD-05')).toHaveLength(3);
    expect(problems.filter(({ code }) => code === 'JSN-01')).toHaveLength(1);
  });

  it('gives the most severe problems when there are more than asked for', () => {
    const children = manyChildren(20);
    for (const child of children) child.la_child_id = `A-${String(child.la_child_id)}`;
    children[19] = { ...children[19], child_details: { sex: '0', ethnicity: 'WBRI', date_of_birth: '2013-01-01' } };
    const all = validatePayloadText(JSON.stringify(children), options);
    const some = validatePayloadText(JSON.stringify(children), { ...options, maxProblems: 5 });
    expect(some.problems).toHaveLength(5);
    expect(some.omitted).toBe(all.problems.length - 5);
    const errors = all.problems.filter(({ severity }) => severity === 'error').length;
    expect(some.problems.filter(({ severity }) => severity === 'error')).toHaveLength(Math.min(errors, 5));
    expect(some.problems.map(({ start }) => start)).toEqual(
      some.problems.map(({ start }) => start).toSorted((a, b) => a - b),
    );
  });

  it('changes the severity of a rule, or switches it off', () => {
    const text = JSON.stringify([{ ...validChildren()[0], la_child_id: 'CH_1' }]);
    expect(validatePayloadText(text, options).problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['FMT-06', 'warning'],
    ]);
    expect(validatePayloadText(text, { ...options, severities: { 'FMT-06': 'hint' } }).problems[0]?.severity).toBe(
      'hint',
    );
    expect(validatePayloadText(text, { ...options, severities: { 'FMT-06': 'off' } }).problems).toEqual([]);
  });

  it('points duplicates at each other', () => {
    const text = JSON.stringify([validChildren()[0], { ...validChildren()[1], la_child_id: 'LA200145' }]);
    const [first, second] = validatePayloadText(text, options).problems;
    expect(first?.related?.[0]).toMatchObject({ start: second?.start, end: second?.end });
    expect(second?.related?.[0]).toMatchObject({ start: first?.start, end: first?.end });
  });
});
