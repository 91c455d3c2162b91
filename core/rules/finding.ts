import type { JsonPath, Problem, ProblemAnchor, ProblemFix, RelatedPlace, Severity } from '../problems.ts';
import { ruleInfo } from './ruleBook.ts';

/** What a rule reports, before severity settings and message templates are applied. */
export interface Finding {
  readonly code: string;
  readonly path: JsonPath;
  /** `value` when absent. */
  readonly at?: ProblemAnchor;
  /** Which message template of the rule; `default` when absent. */
  readonly variant?: string;
  /** Values of the template. Codes, ids, field names, limits and dates other than birth dates only. */
  readonly values?: Readonly<Record<string, string | number>>;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly ProblemFix[];
  /** Weaker than the rule's own severity, for a variant that is advice only. */
  readonly severity?: Severity;
}

/** Takes what rules find. */
export type Report = (finding: Finding) => void;

/** Severity by rule code as a person set it; `off` silences the rule. */
export type SeveritySettings = Readonly<Record<string, Severity | 'off'>>;

/** Replaces each `{name}` of a template by its value. */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The problem that a finding becomes, or undefined when its rule is switched off. */
export function toProblem(finding: Finding, settings: SeveritySettings): Problem | undefined {
  const rule = ruleInfo(finding.code);
  const severity = settings[finding.code] ?? finding.severity ?? rule.severity;
  if (severity === 'off') return undefined;
  // A finding is never lost for want of words: the title says in short what must hold.
  const template = rule.messages[finding.variant ?? 'default'] ?? rule.messages.default ?? `${rule.title}.`;
  const message = fillTemplate(`${template} ${rule.remedy}`.trim(), finding.values ?? {});
  return {
    code: finding.code,
    severity,
    message,
    path: finding.path,
    at: finding.at ?? 'value',
    ...(finding.related === undefined || finding.related.length === 0 ? {} : { related: finding.related }),
    ...(finding.fixes === undefined || finding.fixes.length === 0 ? {} : { fixes: finding.fixes }),
  };
}
