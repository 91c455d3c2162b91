import data from '../../schemas/bankHolidays.json' with { type: 'json' };
import { type Day, parseDay, weekday } from './days.ts';

const bankHolidays: ReadonlySet<Day> = new Set(data.days.map(parseDay).filter((day): day is Day => day !== undefined));

/** Monday to Friday and not a bank holiday in England. Bank holidays are known for the years of the data file. */
export function isWorkingDay(day: Day): boolean {
  return weekday(day) <= 5 && !bankHolidays.has(day);
}

/**
 * Working days after `from` up to and including `to`: 0 for the same day, 1 from Monday to Tuesday. Stops counting at
 * `limit` + 1, so that a date centuries away costs nothing.
 */
export function workingDaysBetween(from: Day, to: Day, limit: number): number {
  let count = 0;
  for (let day = from + 1; day <= to && count <= limit; day++) if (isWorkingDay(day)) count++;
  return count;
}
