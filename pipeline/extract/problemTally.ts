import type { Problem, ProblemSummary, Severity } from '../../core/problems.ts';

/** Counts problems child by child, so that a report of any number of children takes little memory. */
export class ProblemTally {
  #childrenWithErrors = 0;
  readonly #byCode = new Map<string, { code: string; severity: Severity; count: number }>();

  /** Takes in the problems of one child. */
  addChild(problems: readonly Problem[]): void {
    if (problems.some((problem) => problem.severity === 'error')) this.#childrenWithErrors++;
    this.add(problems);
  }

  /** Takes in problems that belong to no single child, such as an id that two children share. */
  add(problems: readonly Problem[]): void {
    for (const { code, severity } of problems) {
      const key = `${code} ${severity}`;
      const known = this.#byCode.get(key);
      if (known === undefined) this.#byCode.set(key, { code, severity, count: 1 });
      else known.count++;
    }
  }

  summary(): ProblemSummary {
    const byCode = [...this.#byCode.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
    const total = (severity: Severity) =>
      byCode.filter((entry) => entry.severity === severity).reduce((sum, entry) => sum + entry.count, 0);
    return {
      errors: total('error'),
      warnings: total('warning'),
      childrenWithErrors: this.#childrenWithErrors,
      byCode: byCode.map((entry) => ({ ...entry })),
    };
  }
}
