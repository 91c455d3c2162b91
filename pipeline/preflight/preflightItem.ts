/** One line of the preflight report. It holds counts, codes and ids, never a personal value. */
export interface PreflightItem {
  /** Stable name of the check, such as `tables`, for programs. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly outcome: 'pass' | 'warn' | 'fail' | 'skip';
  /** What was found and, unless it passed, what to do. */
  readonly message: string;
  /** Further findings, one a line; empty when the message says it all. */
  readonly details: readonly string[];
}

/** A check's line without further findings. */
export function item(
  id: string,
  name: string,
  outcome: PreflightItem['outcome'],
  message: string,
  details: readonly string[] = [],
): PreflightItem {
  return { id, name, outcome, message, details };
}

/** "1 row", "3 rows", "1,200 rows". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`;
}
