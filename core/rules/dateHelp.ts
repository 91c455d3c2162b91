import { dayOf, formatDay, parseDay } from './days.ts';

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Why a date text is not accepted, as the variants of rule FMT-11. */
export type DateFault = 'impossible' | 'time' | 'ambiguous' | 'form' | 'empty';

/** A date text that is not `YYYY-MM-DD`: what is wrong with it and, where only one day can be meant, that day. */
export interface DateReading {
  readonly fault: DateFault;
  /** `YYYY-MM-DD`; absent when the text is ambiguous or names no day. */
  readonly repaired?: string;
  /** Whether the repair loses nothing, such as a time of midnight. */
  readonly lossless: boolean;
}

function real(year: number, month: number, day: number): string | undefined {
  const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return parseDay(text) === undefined ? undefined : formatDay(dayOf(year, month, day));
}

function reading(repaired: string | undefined, fault: DateFault, lossless: boolean): DateReading {
  return repaired === undefined ? { fault: 'impossible', lossless } : { fault, repaired, lossless };
}

/** Reads a date text that is not accepted as it stands. Two-digit years and day/month pairs that could be swapped stay unread. */
export function readDate(text: string): DateReading {
  const trimmed = text.trim();
  if (trimmed === '') return { fault: 'empty', lossless: true };
  if (trimmed !== text && parseDay(trimmed) !== undefined) return { fault: 'form', repaired: trimmed, lossless: true };
  const timed = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}.*)$/.exec(trimmed);
  if (timed?.[1] !== undefined) {
    const midnight = /^00:00(:00(\.0+)?)?$/.test(timed[2] ?? '');
    return reading(parseDay(timed[1]) === undefined ? undefined : timed[1], 'time', midnight);
  }
  const yearFirst = /^(\d{4})([-/. ]?)(\d{1,2})\2(\d{1,2})$/.exec(trimmed);
  if (yearFirst !== null) {
    return reading(real(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4])), 'form', true);
  }
  const named = /^(\d{1,2})[-/ ]?([A-Za-z]{3})[a-z]*[-/ ,]*(\d{4})$/.exec(trimmed);
  if (named !== null) {
    const month = monthNames.indexOf((named[2] ?? '').toLowerCase()) + 1;
    return reading(month === 0 ? undefined : real(Number(named[3]), month, Number(named[1])), 'form', true);
  }
  const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(trimmed);
  if (yearLast !== null) {
    const [first, second, year] = [Number(yearLast[1]), Number(yearLast[2]), Number(yearLast[3])];
    if (first <= 12 && second <= 12 && first !== second) return { fault: 'ambiguous', lossless: false };
    return reading(second > 12 ? real(year, first, second) : real(year, second, first), 'form', true);
  }
  return { fault: 'form', lossless: false };
}
