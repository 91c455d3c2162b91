/** A calendar day as the number of days since 1970-01-01, so that days compare and subtract as numbers. */
export type Day = number;

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days in a month (1 to 12) of a year. */
function monthLength(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0);
}

/** Days from civil date; shifting the year to begin in March puts the leap day last. */
function toDay(year: number, month: number, day: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function civil(day: Day): CivilDate {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The day that a `YYYY-MM-DD` text names; undefined for any other form or a day that does not exist. */
export function parseDay(text: string): Day | undefined {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month))) return undefined;
  return Number.isNaN(year) ? undefined : toDay(year, month, day);
}

/** `YYYY-MM-DD` of a day. */
export function formatDay(day: Day): string {
  const { year, month, day: dayOfMonth } = civil(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * The same date some years later (or earlier). 29 February becomes 28 February in a year without it, as the census
 * rules' date offset does; `leapDayTo: 'march'` gives 1 March, the later of the two ways to count.
 */
export function addYears(day: Day, years: number, leapDayTo: 'february' | 'march' = 'february'): Day {
  const { year, month, day: dayOfMonth } = civil(day);
  const target = year + years;
  if (dayOfMonth <= monthLength(target, month)) return toDay(target, month, dayOfMonth);
  return leapDayTo === 'march' ? toDay(target, 3, 1) : toDay(target, month, monthLength(target, month));
}

/** The same day of the month some months later; the month's last day when it is shorter. */
export function addMonths(day: Day, months: number): Day {
  const { year, month, day: dayOfMonth } = civil(day);
  const index = year * 12 + (month - 1) + months;
  const target = Math.floor(index / 12);
  const targetMonth = index - target * 12 + 1;
  return toDay(target, targetMonth, Math.min(dayOfMonth, monthLength(target, targetMonth)));
}

/** Day of a date given as numbers; the date must exist. */
export function dayOf(year: number, month: number, day: number): Day {
  return toDay(year, month, day);
}

/** Calendar year of a day. */
export function yearOf(day: Day): number {
  return civil(day).year;
}

/** The 31 March on or before a day: the end of the collection year that was last completed. */
export function yearEndOnOrBefore(day: Day): Day {
  const { year, month, day: dayOfMonth } = civil(day);
  const passed = month > 3 || (month === 3 && dayOfMonth === 31);
  return toDay(passed ? year : year - 1, 3, 31);
}
