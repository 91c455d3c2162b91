import type { RuleText } from '../core/report/ruleText.ts';
import { allRules } from '../core/rules/ruleBook.ts';

const rules = new Map(allRules().map((rule) => [rule.code, rule]));

/** Title and text of a payload rule, for reports. */
export function describeRule(code: string): RuleText | undefined {
  const rule = rules.get(code);
  return rule && { title: rule.title, requires: rule.requires };
}
