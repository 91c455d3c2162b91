import type { ProblemFix } from '../problems.ts';
import { at, type ChildView, dayIn, type EpisodeView, has, type Item, textOf } from './childView.ts';
import { type Day, dayOf, formatDay } from './days.ts';
import type { Finding, Report } from './finding.ts';
import { findRepeats } from './repeats.ts';
import { type Rule, type RuleContext, related } from './rule.ts';
import type { StringFault } from './stringFaults.ts';

const earliest = dayOf(1900, 1, 1);

/** Date fields of one kind of element. `late` ones have no rule of their own against the future. */
interface DateFields {
  readonly pick: (child: ChildView) => readonly Item[];
  readonly late: readonly string[];
  readonly other: readonly string[];
}

const none: readonly string[] = [];
const adoptionDates = ['initial_decision_date', 'matched_date', 'placed_date'];

const dateFields: readonly DateFields[] = [
  {
    pick: ({ details }) => (details === undefined ? [] : [details]),
    late: none,
    other: ['date_of_birth', 'expected_date_of_birth', 'uasc_end_date'],
  },
  { pick: (child) => child.questionnaires, late: none, other: ['date'] },
  { pick: (child) => child.episodes, late: ['closure_date'], other: ['referral_date'] },
  { pick: (child) => child.assessments, late: ['start_date', 'authorisation_date'], other: none },
  { pick: (child) => child.needPlans, late: ['end_date'], other: ['start_date'] },
  { pick: (child) => child.section47s, late: ['start_date', 'icpc_date', 'end_date'], other: none },
  { pick: (child) => child.protectionPlans, late: ['start_date', 'end_date'], other: none },
  { pick: (child) => child.allPlacements, late: none, other: ['start_date', 'end_date'] },
  { pick: (child) => child.workers, late: ['start_date', 'end_date'], other: none },
  { pick: (child) => child.adoptions, late: adoptionDates, other: none },
  { pick: (child) => child.careLeavers, late: none, other: ['contact_date'] },
];

function reportDate(item: Item, field: string, late: boolean, asOf: Day, report: Report): void {
  const day = dayIn(item, field);
  if (day === undefined || (day >= earliest && !(late && day > asOf))) return;
  const birth = field.endsWith('date_of_birth');
  report({
    code: 'FMT-12',
    variant: day < earliest ? 'early' : 'future',
    path: at(item, field),
    values: { field, date: birth ? 'date' : formatDay(day) },
  });
}

function isFar(day: Day | undefined, asOf: Day): boolean {
  return day !== undefined && (day < earliest || day > asOf);
}

/** Whether any of the dates that the view has read is far, so that the fields must be gone through one by one. */
function mayHoldFarDates(child: ChildView, asOf: Day): boolean {
  if (isFar(child.birth, asOf) || isFar(child.due, asOf)) return true;
  if (child.details !== undefined && has(child.details, 'uasc_end_date')) return true;
  const spans = [child.needPlans, child.section47s, child.protectionPlans, child.allPlacements, child.workers];
  return (
    spans.some((list) => list.some(({ start, end }) => isFar(start, asOf) || isFar(end, asOf))) ||
    child.questionnaires.some((item) => isFar(dayIn(item, 'date'), asOf)) ||
    child.careLeavers.some((item) => isFar(dayIn(item, 'contact_date'), asOf)) ||
    child.adoptions.some((item) => adoptionDates.some((field) => isFar(dayIn(item, field), asOf))) ||
    child.section47s.some(({ conference }) => isFar(conference, asOf)) ||
    child.assessments.some(({ start, authorised }) => isFar(start, asOf) || isFar(authorised, asOf)) ||
    child.episodes.some(({ referral, closure }) => isFar(referral, asOf) || isFar(closure, asOf))
  );
}

function reportDates(child: ChildView, report: Report, { asOf }: RuleContext): void {
  if (!mayHoldFarDates(child, asOf)) return;
  for (const { pick, late, other } of dateFields) {
    for (const item of pick(child)) {
      for (const field of late) reportDate(item, field, true, asOf, report);
      for (const field of other) reportDate(item, field, false, asOf, report);
    }
  }
}

/** Lists of an episode whose elements have an id. Assessments that come twice in one episode are ASM-13. */
const identified: readonly (readonly [(episode: EpisodeView) => readonly Item[], string])[] = [
  [(episode) => episode.assessments, 'child_and_family_assessment_id'],
  [(episode) => episode.needPlans, 'child_in_need_plan_id'],
  [(episode) => episode.section47s, 'section_47_assessment_id'],
  [(episode) => episode.protectionPlans, 'child_protection_plan_id'],
  [(episode) => episode.placements, 'child_looked_after_placement_id'],
];

function reportTwice(code: string, variant: string, item: Item, first: Item, field: string, report: Report): void {
  report({
    code,
    variant,
    path: at(item, field),
    values: { field, id: textOf(item, field) ?? '' },
    related: [related(at(first, field), 'The first one is here.')],
    fixes: code === 'FMT-09' ? [{ kind: 'remove', title: 'Remove this element', path: item.path, safe: false }] : [],
  });
}

function reportIdsInList(items: readonly Item[], field: string, report: Report): void {
  for (const [item, first] of findRepeats(items, (one) => textOf(one, field))) {
    reportTwice('FMT-09', 'default', item, first, field, report);
  }
}

function reportIds(child: ChildView, report: Report): void {
  reportIdsInList(child.episodes, 'social_care_episode_id', report);
  for (const episode of child.episodes) {
    for (const [pick, field] of identified) {
      if (field !== 'child_and_family_assessment_id') reportIdsInList(pick(episode), field, report);
    }
  }
}

/** Whether some value of an id field may stand in two episodes: a quick look before the slow one. */
function sharesIds(child: ChildView): boolean {
  const lists = [child.assessments, child.needPlans, child.section47s, child.protectionPlans, child.allPlacements];
  return identified.some(
    ([, field], index) => findRepeats<Item>(lists[index] ?? [], (one) => textOf(one, field)).length > 0,
  );
}

/** An id of one kind under two episodes of the child. */
function reportIdsAcross(child: ChildView, report: Report): void {
  if (child.episodes.length < 2 || !sharesIds(child)) return;
  for (const [pick, field] of identified) {
    const seen = new Map<string, readonly [Item, EpisodeView]>();
    for (const episode of child.episodes) {
      for (const item of pick(episode)) {
        const id = textOf(item, field);
        const first = id === undefined ? undefined : seen.get(id);
        if (first === undefined && id !== undefined) seen.set(id, [item, episode]);
        else if (first !== undefined && first[1] !== episode) {
          reportTwice('FMT-10', 'default', item, first[0], field, report);
        }
      }
    }
  }
}

/** Rules about form that look at values of known fields (section 1); the rest of that section are facts of schema and text. */
export const formatRules: readonly Rule[] = [
  {
    code: 'FMT-06',
    check({ value }, report) {
      const id = value.la_child_id;
      if (typeof id === 'string' && /^[A-Za-z0-9_-]*[_-][A-Za-z0-9_-]*$/.test(id)) {
        report({ code: 'FMT-06', path: ['la_child_id'] });
      }
    },
  },
  { code: 'FMT-09', check: reportIds },
  { code: 'FMT-10', check: reportIdsAcross },
  { code: 'FMT-12', check: reportDates },
];

function fieldName(fault: StringFault): string {
  return String(fault.path.findLast((step) => typeof step === 'string') ?? 'child');
}

/** What the odd strings of a child break: FMT-19, FMT-23, FMT-26 and DLT-06. */
export function stringFindings(fault: StringFault): Finding[] {
  const { path, text } = fault;
  const values = { field: fieldName(fault) };
  const findings: Finding[] = [];
  const replace = (title: string, value: string, safe: boolean): ProblemFix => ({
    kind: 'replace',
    title,
    path,
    value,
    safe,
  });
  if (fault.empty) {
    const title = typeof path.at(-1) === 'number' ? 'Remove it' : `Remove ${values.field}`;
    findings.push({
      code: 'FMT-19',
      variant: 'empty',
      path,
      values,
      fixes: [{ kind: 'remove', title, path, safe: false }],
    });
  } else if (fault.padded) {
    findings.push({
      code: 'FMT-19',
      variant: 'padded',
      path,
      values,
      fixes: [replace('Trim the space', text.trim(), true)],
    });
  }
  if (fault.hexMark) findings.push({ code: 'FMT-23', path, values });
  if (fault.garbled) findings.push({ code: 'FMT-26', variant: 'garbled', path, values });
  if (fault.doubled) {
    const fixes = [replace('Use one apostrophe', text.replace(/''/g, "'"), false)];
    findings.push({ code: 'DLT-06', path, values, fixes });
  }
  return findings;
}
