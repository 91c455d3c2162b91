import { addMonths, addYears, type Day, parseDay, weekday, yearEndOnOrBefore, yearOf } from '../core/rules/days.ts';

/** The day that a `YYYY-MM-DD` text names. Throws a RangeError when it names none. */
export function dayOf(text: string): Day {
  const day = parseDay(text);
  if (day === undefined) throw new RangeError(`"${text}" is not a date as YYYY-MM-DD`);
  return day;
}

/** Age in full years on a day, for somebody born on `birth`. */
export function ageOn(birth: Day, day: Day): number {
  const years = yearOf(day) - yearOf(birth);
  return addYears(birth, years) > day ? years - 1 : years;
}

/** The day itself, or the Monday after it when it falls on a weekend. */
export function nextWeekday(day: Day): Day {
  const daysToMonday = 8 - weekday(day);
  return daysToMonday <= 2 ? day + daysToMonday : day;
}

/**
 * First day of the cohort window of a run: 1 April of the financial year that holds the day 24 months before it
 * (cohort rules of the payload builder in use by the pilot authorities).
 */
export function cohortStart(asOf: Day): Day {
  const day = addMonths(asOf, -24);
  const yearEnd = yearEndOnOrBefore(day);
  // 31 March is the last day of its financial year, which began a year before.
  return (yearEnd === day ? addYears(yearEnd, -1) : yearEnd) + 1;
}
