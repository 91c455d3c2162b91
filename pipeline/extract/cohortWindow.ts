/** The dates that bound an extract, `YYYY-MM-DD`; the names are those of the parameters that a pack's queries use. */
export interface CohortWindow {
  /** 1 April of the financial year that holds the run date minus 24 months. Inclusive. */
  readonly cohort_start: string;
  /** The day after the run date. Inclusive. */
  readonly cohort_end: string;
  readonly run_date: string;
  /** Nobody born on or before this day is 25 or younger at any time in the window. */
  readonly latest_birth_date_out_of_scope: string;
}

const windowMonths = 24;
/** Age from which a person is out of scope. */
const ageOutOfScope = 26;
/** April, counted from January as 0. */
const april = 3;

function isoDate(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

/**
 * The window of a run date (docs/architecture.md, "Cohort"): two financial years back to 1 April, and ages up to 25.
 * @param runDate a calendar date, `YYYY-MM-DD`
 * @throws RangeError when it is not one
 */
export function cohortWindow(runDate: string): CohortWindow {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(runDate);
  const [year, month, day] = [Number(parts?.[1]), Number(parts?.[2]) - 1, Number(parts?.[3])];
  if (parts === null || isoDate(year, month, day) !== runDate) throw new RangeError('The run date is not YYYY-MM-DD');
  // Going back whole years keeps the month, so the financial year is told from the month alone.
  const yearBack = year - windowMonths / 12;
  const startYear = month >= april ? yearBack : yearBack - 1;
  return {
    cohort_start: isoDate(startYear, april, 1),
    cohort_end: isoDate(year, month, day + 1),
    run_date: runDate,
    latest_birth_date_out_of_scope: isoDate(startYear - ageOutOfScope, april, 1),
  };
}

/** The calendar date that a clock on this machine shows, `YYYY-MM-DD`. */
export function calendarDate(now: Date): string {
  return isoDate(now.getFullYear(), now.getMonth(), now.getDate());
}
