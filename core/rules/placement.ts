import { codeset } from '../payload/codesets.ts';
import { isAtLeast, isUnder, lastBirthday } from './ages.ts';
import { at, type ChildView, has, type Placement } from './childView.ts';
import { addYears, type Day, dayOf, formatDay } from './days.ts';
import type { Report } from './finding.ts';
import {
  each,
  endsAnotherDay,
  inOrder,
  insertField,
  type Picker,
  present,
  type Rule,
  type RuleContext,
  related,
  removeField,
} from './rule.ts';

/** A placement whose start is known, so that it has a place in the order of the child's placements. */
export type Dated = Placement & { readonly start: Day };

const placements: Picker<Placement> = (child) => child.allPlacements;
const dated: Picker<Dated> = (child) => child.placements;

const temporaryTypes: ReadonlySet<string> = new Set(['T0', 'T1', 'T2', 'T3', 'T4']);
const adoptiveTypes: ReadonlySet<string> = new Set(['A3', 'A4', 'A5', 'A6']);

export function isTemporary(type: string | undefined): boolean {
  return type !== undefined && temporaryTypes.has(type);
}

/** Placed for adoption: types A3 to A6. */
export function isAdoptive(type: string | undefined): boolean {
  return type !== undefined && adoptiveTypes.has(type);
}

/** Adopted: end reasons E11 and E12. */
export function endedAdopted({ endReason }: Placement): boolean {
  return endReason === 'E11' || endReason === 'E12';
}

function knownStart(reason: string | undefined): reason is string {
  return reason !== undefined && Object.hasOwn(codeset('placement_start_reason').codes, reason);
}

function knownEnd(reason: string | undefined): reason is string {
  return reason !== undefined && Object.hasOwn(codeset('placement_end_reason').codes, reason);
}

/** A rule on a placement and the ones before and after it. It needs all placements, so it cannot judge a delta. */
function inSequence(
  code: string,
  check: (placement: Dated, report: Report, before: Dated | undefined, after: Dated | undefined) => void,
): Rule {
  return {
    code,
    whole: true,
    check(child, report) {
      child.placements.forEach((placement, index) => {
        check(placement, report, child.placements[index - 1], child.placements[index + 1]);
      });
    },
  };
}

/** A rule on the child's age at the start of placements of some types. */
function ageAtStart(code: string, types: readonly string[], years: number): Rule {
  return each(code, dated, (placement, report, _, { birth }) => {
    if (birth === undefined || placement.type === undefined || !types.includes(placement.type)) return;
    if (isAtLeast(birth, years, placement.start)) return;
    report({ code, path: at(placement, 'placement_type'), values: { type: placement.type, years } });
  });
}

/** A rule on the child's age at the end of placements with some end reasons. */
function ageAtEnd(code: string, reasons: readonly string[], fits: (birth: Day, end: Day) => boolean): Rule {
  return each(code, placements, (placement, report, _, { birth }) => {
    const { end, endReason } = placement;
    if (birth === undefined || end === undefined || endReason === undefined || !reasons.includes(endReason)) return;
    if (fits(birth, end)) return;
    report({ code, path: at(placement, 'end_reason'), values: { reason: endReason } });
  });
}

/** A rule on the length of temporary placements of one type, open ones counted up to the date of the check. */
function atMostDays(code: string, type: string, limit: number): Rule {
  return each(code, dated, (placement, report, { asOf }) => {
    if (placement.type !== type || (!placement.open && placement.end === undefined)) return;
    const days = (placement.end ?? asOf) - placement.start;
    if (days <= limit) return;
    report({ code, path: at(placement, placement.open ? 'start_date' : 'end_date'), values: { type, days, limit } });
  });
}

/** A rule that an end reason goes with some placement types only. */
function endNeedsType(code: string, reasons: readonly string[], fits: RegExp): Rule {
  return each(code, placements, (placement, report) => {
    const { endReason, type } = placement;
    if (endReason === undefined || type === undefined || !reasons.includes(endReason) || fits.test(type)) return;
    if (!Object.hasOwn(codeset('placement_type').codes, type)) return;
    report({
      code,
      path: at(placement, 'end_reason'),
      values: { reason: endReason, type },
      related: [related(at(placement, 'placement_type'), 'The placement type is here.')],
    });
  });
}

function reportHalfEnd(placement: Placement, report: Report): void {
  const date = has(placement, 'end_date');
  const [there, missing] = date ? ['end_date', 'end_reason'] : ['end_reason', 'end_date'];
  if (!has(placement, there) || Object.hasOwn(placement.value, missing)) return;
  const fixes = date
    ? [insertField(placement, missing)]
    : [insertField(placement, missing), removeField(placement, there)];
  report({ code: 'PLC-06', path: at(placement, there), values: { there, missing }, fixes });
}

function reportContinuation(placement: Dated, report: Report, _: Dated | undefined, after: Dated | undefined): void {
  const { end, endReason } = placement;
  if (end === undefined || !knownEnd(endReason)) return;
  const path = at(placement, 'end_reason');
  if (endReason === 'X1' && after?.start !== end) {
    const places = after === undefined ? [] : [related(at(after, 'start_date'), 'The next placement starts here.')];
    report({ code: 'PLC-12', path, values: { date: formatDay(end) }, related: places });
  } else if (endReason !== 'X1' && after?.start === end) {
    report({
      code: 'PLC-12',
      variant: 'continues',
      path,
      values: { reason: endReason, date: formatDay(end) },
      related: [related(at(after, 'start_date'), 'The next placement starts here.')],
    });
  }
}

function reportStartReason(placement: Dated, report: Report, before: Dated | undefined): void {
  if (!knownStart(placement.startReason) || placement.startReason === 'S' || before?.end === undefined) return;
  // A start before the previous end is an overlap, PLC-10.
  if (placement.start <= before.end) return;
  report({
    code: 'PLC-15',
    path: at(placement, 'start_reason'),
    values: { reason: placement.startReason, date: formatDay(placement.start), end: formatDay(before.end) },
    related: [related(at(before, 'end_date'), 'The placement before ends here.')],
  });
}

function reportMissingChange(placement: Dated, report: Report, _: Dated | undefined, after: Dated | undefined): void {
  if (placement.endReason !== 'X1' || Object.hasOwn(placement.value, 'change_reason') || after === undefined) return;
  if (!['P', 'B', 'T', 'U'].includes(after.startReason ?? '')) return;
  if (isTemporary(placement.type) || isTemporary(after.type)) return;
  report({
    code: 'PLC-19',
    path: placement.path,
    at: 'opening',
    related: [related(at(after, 'start_reason'), 'The next placement starts for this reason.')],
    fixes: [insertField(placement, 'change_reason')],
  });
}

function reportTemporaryChange(placement: Dated, report: Report, _: Dated | undefined, after: Dated | undefined): void {
  if (!has(placement, 'change_reason')) return;
  const own = isTemporary(placement.type);
  if (!own && !isTemporary(after?.type)) return;
  report({
    code: 'PLC-20',
    variant: own ? 'default' : 'before',
    path: at(placement, 'change_reason'),
    fixes: [removeField(placement, 'change_reason')],
  });
}

function reportManyHolidays({ placements: all }: ChildView, report: Report): void {
  if (all.length < 3) return;
  const holidays = all.filter((placement) => placement.type === 'T3');
  holidays.forEach((placement, index) => {
    const first = holidays[index - 2];
    if (first === undefined || placement.start >= addYears(first.start, 1)) return;
    const places = holidays.slice(index - 2, index).map((other) => related(other.path, 'Another one.', 'opening'));
    report({ code: 'PLC-32', path: at(placement, 'start_date'), related: places });
  });
}

function reportAfterTemporary({ placements: all }: ChildView, report: Report): void {
  all.forEach((placement, index) => {
    const before = all[index - 1];
    if (before === undefined || !isTemporary(before.type) || isTemporary(placement.type)) return;
    const home = all.slice(0, index).findLast((other) => !isTemporary(other.type));
    if (home === undefined) return;
    const field =
      knownStart(placement.startReason) && placement.startReason !== 'P'
        ? 'start_reason'
        : placement.type !== undefined && home.type !== undefined && placement.type !== home.type
          ? 'placement_type'
          : placement.postcode !== undefined && home.postcode !== undefined && placement.postcode !== home.postcode
            ? 'postcode'
            : undefined;
    if (field === undefined) return;
    const places = [related(home.path, 'The placement before the temporary one.', 'opening')];
    report({ code: 'PLC-35', path: at(placement, field), values: { field }, related: places });
  });
}

function reportPastEighteen(placement: Dated, report: Report, { asOf }: RuleContext, { birth }: ChildView): void {
  if (birth === undefined || (!placement.open && placement.end === undefined)) return;
  if ((placement.end ?? asOf) <= lastBirthday(birth, 18)) return;
  const path = placement.open ? placement.path : at(placement, 'end_date');
  report({ code: 'PLC-44', path, at: placement.open ? 'opening' : 'value' });
}

function reportSameReasons({ placements: all }: ChildView, report: Report): void {
  const [first, ...others] = all;
  if (first === undefined || others.length === 0) return;
  if (!knownStart(first.startReason) || !knownEnd(first.endReason) || first.endReason === 'X1') return;
  const same = others.every((other) => other.startReason === first.startReason && other.endReason === first.endReason);
  // Two care periods of one placement each may well be alike; two placements of one period cannot.
  const joined = others.some((other, index) => other.start === (index === 0 ? first : others[index - 1])?.end);
  if (!same || (!joined && others.length < 2)) return;
  report({
    code: 'PLC-45',
    path: first.path,
    at: 'opening',
    values: { count: all.length, startReason: first.startReason, endReason: first.endReason },
    related: others.slice(0, 4).map((other) => related(other.path, 'This one has the same reasons.', 'opening')),
  });
}

/** Types that may have no postcode: temporary moves, hospitals and the other placements of the Z group. */
const withoutPostcode = /^(T\d|R2|Z\d*)$/;

/** Rules about placements (section 9). PLC-02 to PLC-05 are facts of the schema and its codes. */
export const placementRules: readonly Rule[] = [
  present('PLC-01', placements, 'start_date'),
  each('PLC-06', placements, reportHalfEnd, true),
  inOrder('PLC-07', placements, 'start_date', 'end_date'),
  endsAnotherDay('PLC-08', placements),
  inSequence('PLC-09', (placement, report, _, after) => {
    if (!placement.open || after === undefined) return;
    report({
      code: 'PLC-09',
      path: placement.path,
      at: 'opening',
      related: [related(at(after, 'start_date'), 'A later placement starts here.')],
      fixes: [insertField(placement, 'end_date')],
    });
  }),
  inSequence('PLC-10', (placement, report, before) => {
    if (before?.end === undefined || placement.start >= before.end) return;
    report({
      code: 'PLC-10',
      path: at(placement, 'start_date'),
      values: { date: formatDay(placement.start), end: formatDay(before.end) },
      related: [related(at(before, 'end_date'), 'The placement before ends here.')],
    });
  }),
  each('PLC-11', dated, (placement, report, _, { birth }) => {
    if (birth === undefined || placement.start >= birth) return;
    report({ code: 'PLC-11', path: at(placement, 'start_date'), values: { date: formatDay(placement.start) } });
  }),
  inSequence('PLC-12', reportContinuation),
  inSequence('PLC-13', (placement, report, before) => {
    if (!knownStart(placement.startReason) || placement.startReason === 'S') return;
    if (before === undefined || !knownEnd(before.endReason) || before.endReason === 'X1') return;
    report({
      code: 'PLC-13',
      path: at(placement, 'start_reason'),
      values: { reason: placement.startReason, endReason: before.endReason },
      related: [related(at(before, 'end_reason'), 'The placement before ended for this reason.')],
    });
  }),
  inSequence('PLC-14', (placement, report, before) => {
    if (placement.startReason !== 'S' || before?.end === undefined || before.end < placement.start) return;
    report({
      code: 'PLC-14',
      path: at(placement, 'start_reason'),
      values: { end: formatDay(before.end) },
      related: [related(at(before, 'end_date'), 'The placement before ends here.')],
    });
  }),
  inSequence('PLC-15', reportStartReason),
  inSequence('PLC-16', (placement, report, before) => {
    if (before !== undefined || !knownStart(placement.startReason) || placement.startReason === 'S') return;
    report({ code: 'PLC-16', path: at(placement, 'start_reason'), values: { reason: placement.startReason } });
  }),
  each('PLC-17', dated, (placement, report, _, { birth }) => {
    if (birth === undefined || placement.startReason !== 'S' || isUnder(birth, 18, placement.start)) return;
    report({ code: 'PLC-17', path: at(placement, 'start_date'), values: { date: formatDay(placement.start) } });
  }),
  inSequence('PLC-18', (placement, report, before) => {
    if (before === undefined || (before.endReason !== 'E2' && before.endReason !== 'E15')) return;
    report({
      code: 'PLC-18',
      path: at(placement, 'start_date'),
      values: { reason: before.endReason },
      related: [related(at(before, 'end_reason'), 'Care ended here.')],
    });
  }),
  inSequence('PLC-19', reportMissingChange),
  inSequence('PLC-20', reportTemporaryChange),
  each(
    'PLC-21',
    placements,
    (placement, report) => {
      if (!has(placement, 'change_reason') || Object.hasOwn(placement.value, 'end_date')) return;
      const fixes = [removeField(placement, 'change_reason'), insertField(placement, 'end_date')];
      report({ code: 'PLC-21', path: at(placement, 'change_reason'), fixes });
    },
    true,
  ),
  each('PLC-22', dated, (placement, report, _, { birth }) => {
    if (birth === undefined || placement.changeReason !== 'CUSTOD' || isAtLeast(birth, 10, placement.start)) return;
    report({ code: 'PLC-22', path: at(placement, 'change_reason') });
  }),
  each('PLC-23', dated, (placement, report) => {
    const { type, startReason, start } = placement;
    if ((type !== 'A3' && type !== 'A5') || start < dayOf(2015, 4, 1)) return;
    if (!knownStart(startReason) || ['S', 'T', 'U'].includes(startReason)) return;
    report({
      code: 'PLC-23',
      path: at(placement, 'start_reason'),
      values: { type, reason: startReason },
      related: [related(at(placement, 'placement_type'), 'The placement type is here.')],
    });
  }),
  ageAtStart('PLC-24', ['K3', 'H5'], 16),
  ageAtStart('PLC-25', ['P2'], 16),
  ageAtStart('PLC-26', ['R5'], 10),
  ageAtStart('PLC-27', ['S1'], 4),
  ageAtStart('PLC-28', ['P3'], 14),
  atMostDays('PLC-29', 'T1', 42),
  atMostDays('PLC-30', 'T3', 21),
  atMostDays('PLC-31', 'T4', 7),
  { code: 'PLC-32', whole: true, check: reportManyHolidays },
  each('PLC-33', placements, (placement, report) => {
    const { type, startReason } = placement;
    if (!isTemporary(type) || !knownStart(startReason) || startReason === 'P' || startReason === 'B') return;
    report({ code: 'PLC-33', path: at(placement, 'start_reason'), values: { type: type ?? '', reason: startReason } });
  }),
  each('PLC-34', placements, (placement, report) => {
    const { type, endReason } = placement;
    if (!isTemporary(type) || !knownEnd(endReason) || endReason === 'X1') return;
    report({ code: 'PLC-34', path: at(placement, 'end_reason'), values: { type: type ?? '', reason: endReason } });
  }),
  { code: 'PLC-35', whole: true, check: reportAfterTemporary },
  ageAtEnd('PLC-36', ['E11', 'E12'], (birth, end) => isUnder(birth, 18, end)),
  ageAtEnd('PLC-37', ['E5', 'E6'], (birth, end) => isAtLeast(birth, 14, end)),
  ageAtEnd('PLC-38', ['E7'], (birth, end) => isAtLeast(birth, 16, end)),
  ageAtEnd('PLC-39', ['E45', 'E46', 'E47', 'E48'], (birth, end) => end <= lastBirthday(birth, 18)),
  ageAtEnd('PLC-40', ['E17'], (birth, end) => isAtLeast(birth, 18, end)),
  endNeedsType('PLC-41', ['E11', 'E12'], /^A[3-6]$/),
  endNeedsType('PLC-42', ['E45', 'E46'], /^U[1-6]$/),
  each('PLC-43', placements, (placement, report, { asOf }) => {
    for (const [field, day] of [
      ['start_date', placement.start],
      ['end_date', placement.end],
    ] as const) {
      if (day === undefined || day <= asOf) continue;
      report({ code: 'PLC-43', path: at(placement, field), values: { field, date: formatDay(day) } });
      return;
    }
  }),
  each('PLC-44', dated, reportPastEighteen, true),
  { code: 'PLC-45', whole: true, check: reportSameReasons },
  each(
    'PLC-46',
    placements,
    (placement, report) => {
      const { type } = placement;
      if (Object.hasOwn(placement.value, 'postcode') || type === undefined || withoutPostcode.test(type)) return;
      const fixes = [insertField(placement, 'postcode')];
      report({ code: 'PLC-46', path: placement.path, at: 'opening', values: { type }, fixes });
    },
    true,
  ),
];
