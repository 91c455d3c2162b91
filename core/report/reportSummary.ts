import type { JsonPath, Severity } from '../problems.ts';
import type { ReportFile } from './reportFile.ts';

/** How often one rule was broken. A rule whose severity varies is counted once for each. */
export interface RuleCount {
  readonly code: string;
  readonly severity: Severity;
  readonly count: number;
}

/** How often one field was part of a problem. */
export interface FieldCount {
  /** Names from the child to the field without indexes, such as `social_care_episodes.closure_date`. */
  readonly field: string;
  readonly count: number;
}

export interface FileCounts {
  readonly file: string;
  readonly errors: number;
  readonly warnings: number;
  /** Information and hints. */
  readonly others: number;
}

/** What was found, counted. Holds no value of any child. */
export interface ReportSummary {
  readonly files: readonly FileCounts[];
  readonly errors: number;
  readonly warnings: number;
  readonly others: number;
  /** Most severe first, then most frequent, then by code. */
  readonly byRule: readonly RuleCount[];
  /** Most frequent first, then by name. Problems without a field, such as broken syntax, are not in it. */
  readonly byField: readonly FieldCount[];
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The names on a path, without indexes and without the wrapper that some files put around the children. */
export function fieldOf(path: JsonPath): string {
  const names = path.filter((step) => typeof step === 'string');
  return (names[0] === 'Children' ? names.slice(1) : names).join('.');
}

/** Counts by file, rule and field. */
export function summarise(files: readonly ReportFile[]): ReportSummary {
  const rules = new Map<string, { code: string; severity: Severity; count: number }>();
  const fields = new Map<string, number>();
  const counts: FileCounts[] = [];
  for (const { file, problems } of files) {
    let errors = 0;
    let warnings = 0;
    for (const { code, severity, path } of problems) {
      if (severity === 'error') errors++;
      else if (severity === 'warning') warnings++;
      const key = `${rank[severity]} ${code}`;
      const rule = rules.get(key);
      if (rule === undefined) rules.set(key, { code, severity, count: 1 });
      else rule.count++;
      const field = fieldOf(path);
      if (field !== '') fields.set(field, (fields.get(field) ?? 0) + 1);
    }
    counts.push({ file, errors, warnings, others: problems.length - errors - warnings });
  }
  const total = (pick: (c: FileCounts) => number) => counts.reduce((sum, c) => sum + pick(c), 0);
  return {
    files: counts,
    errors: total((c) => c.errors),
    warnings: total((c) => c.warnings),
    others: total((c) => c.others),
    byRule: [...rules.values()].sort(
      (a, b) => rank[a.severity] - rank[b.severity] || b.count - a.count || byText(a.code, b.code),
    ),
    byField: [...fields]
      .map(([field, count]) => ({ field, count }))
      .sort((a, b) => b.count - a.count || byText(a.field, b.field)),
  };
}
