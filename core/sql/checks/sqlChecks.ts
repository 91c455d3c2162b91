import data from '../../../schemas/sql-checks.json' with { type: 'json' };
import type { Severity } from '../../problems.ts';

/** A check of extract SQL as schemas/sql-checks.json describes it. */
export interface SqlCheck {
  /** Stable, such as `SQL-102`; also the name of its page in docs. */
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly remedy: string;
  readonly bad: string;
  readonly good: string;
}

const severities: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

const checks = new Map<string, SqlCheck>(
  Object.entries(data.checks).map(([code, check]) => {
    const severity = severities.find((known) => known === check.severity);
    if (severity === undefined) throw new TypeError(`schemas/sql-checks.json: ${code} has an unknown severity`);
    return [code, { code, ...check, severity }];
  }),
);

/** All checks in the order of their codes. */
export function sqlChecks(): readonly SqlCheck[] {
  return [...checks.values()];
}

/** The check of that code. Throws when the data has none, which is a fault of the data or of the code that asks. */
export function sqlCheck(code: string): SqlCheck {
  const check = checks.get(code);
  if (check === undefined) throw new RangeError(`schemas/sql-checks.json has no check ${code}`);
  return check;
}
