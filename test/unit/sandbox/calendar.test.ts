import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseDay, weekday } from '../../../core/rules/days.ts';
import { cohortWindow } from '../../../pipeline/extract/cohortWindow.ts';
import { ageOn, cohortStart, dayOf, nextWeekday } from '../../../sandbox/calendar.ts';

/** Days of 1990 to 2060. */
const anyDay = fc.integer({ min: dayOf('1990-01-01'), max: dayOf('2060-12-31') });

describe('the calendar of the sandbox', () => {
  it('begins the cohort window on the day that the pipeline begins it', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        expect(formatDay(cohortStart(day))).toBe(cohortWindow(formatDay(day)).cohort_start);
      }),
    );
    for (const day of ['2026-03-31', '2026-04-01', '2028-02-29', '2026-11-22']) {
      expect(formatDay(cohortStart(dayOf(day)))).toBe(cohortWindow(day).cohort_start);
    }
  });

  it('moves a weekend to the Monday after it and leaves other days', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const moved = nextWeekday(day);
        expect(weekday(moved)).toBeLessThanOrEqual(5);
        expect(moved - day).toBe(weekday(day) > 5 ? 8 - weekday(day) : 0);
      }),
    );
  });

  it('counts full years of age', () => {
    const birth = dayOf('2010-06-15');
    expect(ageOn(birth, dayOf('2026-06-14'))).toBe(15);
    expect(ageOn(birth, dayOf('2026-06-15'))).toBe(16);
  });

  it('refuses what is no date', () => {
    expect(parseDay('2026-02-30')).toBeUndefined();
    expect(() => dayOf('2026-02-30')).toThrow(RangeError);
  });
});
