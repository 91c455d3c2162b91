import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { validatePayloadText } from '../../../core/payload/validateText.ts';
import { allRules } from '../../../core/rules/ruleBook.ts';
import { sampleDay, validChildren } from '../../support/samplePayload.ts';
import { valueAt } from '../../tables/change.ts';
import { type RuleCase, ruleCases } from '../../tables/ruleCases.ts';
import { textCases } from '../../tables/textCases.ts';

function childOf({ child }: RuleCase): JsonObject {
  const sample = validChildren()[child];
  if (sample === undefined) throw new Error(`No sample child ${child}`);
  return sample;
}

describe('rules on one child', () => {
  it.each(ruleCases.map((one, index) => [`${one.code} (${index})`, one] as const))(
    '%s fails at its place and passes next to it',
    (_, one) => {
      const options = { spec: '0.9', asOf: one.asOf ?? sampleDay } as const;
      const broken = childOf(one);
      one.fail(broken);
      const text = JSON.stringify([broken], null, 2);
      const path = [0, ...one.place.path];
      const { problems } = validatePayloadText(text, options);
      const found = problems.find(
        (problem) => problem.code === one.code && JSON.stringify(problem.path) === JSON.stringify(path),
      );
      expect(
        found,
        JSON.stringify(
          problems.map(({ code, path: at, message }) => [code, at.join('.'), message]),
          null,
          1,
        ),
      ).toBeDefined();
      const marked = text.slice(found?.start, found?.end);
      if (one.place.at === 'opening') expect(['{', '[']).toContain(marked);
      else if (one.place.at === 'key') expect(marked).toBe(JSON.stringify(path.at(-1)));
      else expect(JSON.parse(marked) as JsonValue).toEqual(valueAt([broken], path));
      expect(found?.message).not.toMatch(/\{\w+\}|undefined/);

      const fine = childOf(one);
      one.pass(fine);
      const passing = validatePayloadText(JSON.stringify([fine], null, 2), options).problems;
      expect(passing.filter(({ code }) => code === one.code)).toEqual([]);
    },
  );

  it('has a case for every rule that can be checked', () => {
    const covered = new Set([...ruleCases.map(({ code }) => code), ...textCases.flatMap(({ codes }) => codes)]);
    const missing = allRules().filter(({ code, checkable }) => checkable && !covered.has(code));
    expect(missing.map(({ code }) => code)).toEqual([]);
  });
});
