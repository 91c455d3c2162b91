import { allRules } from '../rules/ruleBook.ts';
import { sqlChecks } from '../sql/checks/sqlChecks.ts';
import type { RuleText } from './ruleText.ts';

const texts = new Map<string, RuleText>([
  ...allRules().map(({ code, title, requires }) => [code, { title, requires }] as const),
  ...sqlChecks().map(({ code, title, why }) => [code, { title, requires: why }] as const),
]);

/** Title and text of a payload rule or SQL check, for reports. */
export function describeRule(code: string): RuleText | undefined {
  return texts.get(code);
}
