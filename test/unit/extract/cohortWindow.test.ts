import { describe, expect, it } from 'vitest';
import { calendarDate, cohortWindow } from '../../../pipeline/extract/cohortWindow.ts';

describe('the cohort window', () => {
  it.each([
    ['2026-11-22', '2024-04-01', '2026-11-23', '1998-04-01'],
    ['2026-04-01', '2024-04-01', '2026-04-02', '1998-04-01'],
    ['2026-03-31', '2023-04-01', '2026-04-01', '1997-04-01'],
    ['2026-12-31', '2024-04-01', '2027-01-01', '1998-04-01'],
    ['2024-02-29', '2021-04-01', '2024-03-01', '1995-04-01'],
  ])('of %s begins on %s', (runDate, start, end, outOfScope) => {
    expect(cohortWindow(runDate)).toEqual({
      cohort_start: start,
      cohort_end: end,
      run_date: runDate,
      latest_birth_date_out_of_scope: outOfScope,
    });
  });

  it.each(['2026-02-30', '22/11/2026', '', '2026-11-22T00:00:00'])('refuses the run date %j', (runDate) => {
    expect(() => cohortWindow(runDate)).toThrow(RangeError);
  });

  it('takes the day from the clock on the wall', () => {
    expect(calendarDate(new Date(2026, 10, 22, 0, 5))).toBe('2026-11-22');
    expect(calendarDate(new Date(2026, 10, 22, 23, 55))).toBe('2026-11-22');
  });
});
