/** A date as whole days since 1 January 1970, which makes arithmetic exact and time zones impossible. */
export type Day = number;

const millisecondsPerDay = 86_400_000;

/** `YYYY-MM-DD` of a day. */
export function isoDate(day: Day): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
}

/** The day of a `YYYY-MM-DD` text. Throws a RangeError when the text is not a real date. */
export function dayOf(text: string): Day {
  const milliseconds = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const day = milliseconds / millisecondsPerDay;
  if (Number.isNaN(day) || isoDate(day) !== text) throw new RangeError(`"${text}" is not a date as YYYY-MM-DD`);
  return day;
}

/** The same day of the month so many years later; 29 February becomes 1 March in a year without it. */
export function addYears(day: Day, years: number): Day {
  const date = new Date(day * millisecondsPerDay);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / millisecondsPerDay;
}

/** Age in full years on a day, for somebody born on `birth`. */
export function ageOn(birth: Day, day: Day): number {
  const years =
    new Date(day * millisecondsPerDay).getUTCFullYear() - new Date(birth * millisecondsPerDay).getUTCFullYear();
  return addYears(birth, years) > day ? years - 1 : years;
}

/** The day itself, or the Monday after it when it falls on a weekend. */
export function nextWeekday(day: Day): Day {
  // 1 January 1970 was a Thursday, so day 2 was a Saturday.
  const weekday = (((day + 4) % 7) + 7) % 7;
  if (weekday === 6) return day + 2;
  return weekday === 0 ? day + 1 : day;
}

/** The last 31 March on or before a day: the end of the latest whole collection year. */
export function yearEndOf(day: Day): Day {
  const year = new Date(day * millisecondsPerDay).getUTCFullYear();
  const end = Date.UTC(year, 2, 31) / millisecondsPerDay;
  return end <= day ? end : Date.UTC(year - 1, 2, 31) / millisecondsPerDay;
}

/**
 * First day of the cohort window of a run: 1 April of the financial year that holds the day 24 months before it
 * (cohort rules of the payload builder in use by the pilot authorities).
 */
export function cohortStart(asOf: Day): Day {
  return yearEndOf(addYears(asOf, -2)) + 1;
}
