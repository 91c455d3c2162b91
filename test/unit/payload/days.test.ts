import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAtLeast, isUnder } from '../../../core/rules/ages.ts';
import { addMonths, addYears, formatDay, parseDay, weekday, yearEndOnOrBefore } from '../../../core/rules/days.ts';
import { windowStart } from '../../../core/rules/episode.ts';
import { upnCheckLetter } from '../../../core/rules/upnLetter.ts';
import { isWorkingDay, workingDaysBetween } from '../../../core/rules/workingDays.ts';

function day(text: string): number {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new Error(`${text} is no day`);
  return parsed;
}

describe('days', () => {
  it('count as the calendar of the platform does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (n) => {
        const text = new Date(n * 86_400_000).toISOString();
        if (text.length !== 24) return;
        expect(formatDay(n)).toBe(text.slice(0, 10));
        expect(parseDay(text.slice(0, 10))).toBe(n);
        expect(weekday(n) % 7).toBe(new Date(n * 86_400_000).getUTCDay());
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it.each(['2025-02-29', '2025-13-01', '2025-00-10', '2025-1-1', '20250101', '2025-01-01 ', '2025-01-0x', ''])(
    'does not take %j for a day',
    (text) => {
      expect(parseDay(text)).toBeUndefined();
    },
  );

  it('counts a birthday on 29 February either way, for the child', () => {
    const birth = day('2008-02-29');
    expect(formatDay(addYears(birth, 18))).toBe('2026-02-28');
    expect(formatDay(addYears(birth, 18, 'march'))).toBe('2026-03-01');
    expect(isAtLeast(birth, 18, day('2026-02-28'))).toBe(true);
    expect(isUnder(birth, 18, day('2026-02-28'))).toBe(true);
    expect(isUnder(birth, 18, day('2026-03-01'))).toBe(false);
  });

  it('adds months up to the end of a shorter month', () => {
    expect(formatDay(addMonths(day('2026-05-31'), 9))).toBe('2027-02-28');
    expect(formatDay(addMonths(day('2026-01-31'), -2))).toBe('2025-11-30');
  });

  it('knows the end of the collection year and the start of the cohort window', () => {
    expect(formatDay(yearEndOnOrBefore(day('2026-03-31')))).toBe('2026-03-31');
    expect(formatDay(yearEndOnOrBefore(day('2026-03-30')))).toBe('2025-03-31');
    expect(formatDay(windowStart(day('2026-06-30')))).toBe('2024-04-01');
    expect(formatDay(windowStart(day('2026-03-31')))).toBe('2023-04-01');
  });
});

describe('working days', () => {
  it.each([
    ['2026-04-03', false],
    ['2026-04-06', false],
    ['2026-04-07', true],
    ['2026-08-31', false],
    ['2026-12-28', false],
    ['2022-09-19', false],
    ['2026-06-27', false],
    ['2026-06-29', true],
  ])('%s: %s', (text, working) => expect(isWorkingDay(day(text))).toBe(working));

  it('are counted after the first day up to and including the last', () => {
    expect(workingDaysBetween(day('2026-06-29'), day('2026-06-29'), 100)).toBe(0);
    expect(workingDaysBetween(day('2026-04-02'), day('2026-04-07'), 100)).toBe(1);
    expect(workingDaysBetween(day('1900-01-01'), day('2026-04-07'), 15)).toBe(16);
  });
});

describe('the check letter of a unique pupil number', () => {
  it.each([
    ['A950000178301', 'A'],
    ['H243278544154', 'H'],
    ['X845212818005', 'X'],
    ['R247962919251', 'Q'],
    ['X428558133462', 'W'],
    ['X817558133462', 'X'],
    ['H801200001001', 'H'],
    ['A000000000000', 'A'],
    ['B207000016049', 'P'],
  ])('of %s is %s', (upn, letter) => expect(upnCheckLetter(upn)).toBe(letter));

  it('of a temporary number counts its last letter; other text has none', () => {
    expect(upnCheckLetter('X06805040829A')).toBe('A');
    expect(upnCheckLetter('UN3')).toBeUndefined();
    expect(upnCheckLetter('I12345678901S')).toBeUndefined();
  });
});
