import { addYears, type Day } from './days.ts';

/**
 * Ages in full years. A child born on 29 February has a birthday on 28 February in the census rules' way of counting
 * and on 1 March in law; each function takes the reading that does not blame the child's record.
 */

/** Whether a child is `years` or older on a day. */
export function isAtLeast(birth: Day, years: number, on: Day): boolean {
  return on >= addYears(birth, years, 'february');
}

/** Whether a child is younger than `years` on a day. */
export function isUnder(birth: Day, years: number, on: Day): boolean {
  return on < addYears(birth, years, 'march');
}

/** The last day that counts as the birthday of that age, for rules that allow the birthday itself. */
export function lastBirthday(birth: Day, years: number): Day {
  return addYears(birth, years, 'march');
}
