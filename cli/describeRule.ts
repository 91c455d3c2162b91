import type { RuleText } from '../core/report/ruleText.ts';
import { allRules } from '../core/rules/ruleBook.ts';
import { sqlChecks } from '../core/sql/checks/sqlChecks.ts';

const texts = new Map<string, RuleText>([
  ...allRules().map(({ code, title, requires }) => [code, { title, requires }] as const),
  ...sqlChecks().map(({ code, title, why }) => [code, { title, requires: why }] as const),
]);

/** Title and text of a payload rule or SQL check, for reports. */
export function describeRule(code: string): RuleText | undefined {
  return texts.get(code);
}
