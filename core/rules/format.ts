import type { ProblemFix } from '../problems.ts';
import { at, type ChildView, dayIn, type EpisodeView, type Item, textOf } from './childView.ts';
import { type Day, dayOf, formatDay } from './days.ts';
import type { Finding, Report } from './finding.ts';
import { type Rule, type RuleContext, related } from './rule.ts';
import type { StringFault } from './stringFaults.ts';

const earliest = dayOf(1900, 1, 1);

/** Date fields of an episode's parts; `late` marks those that have no rule of their own against the future. */
function datesOf(episode: EpisodeView): readonly (readonly [readonly Item[], Readonly<Record<string, boolean>>])[] {
  return [
    [[episode], { referral_date: false, closure_date: true }],
    [episode.assessments, { start_date: true, authorisation_date: true }],
    [episode.needPlans, { start_date: false, end_date: true }],
    [episode.section47s, { start_date: true, icpc_date: true, end_date: true }],
    [episode.protectionPlans, { start_date: true, end_date: true }],
    [episode.placements, { start_date: false, end_date: false }],
    [episode.workers, { start_date: true, end_date: true }],
    [
      episode.adoption === undefined ? [] : [episode.adoption],
      { initial_decision_date: true, matched_date: true, placed_date: true },
    ],
    [episode.careLeaver === undefined ? [] : [episode.careLeaver], { contact_date: false }],
  ];
}

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

function reportDates(child: ChildView, report: Report, { asOf }: RuleContext): void {
  if (child.details !== undefined) {
    for (const field of ['date_of_birth', 'expected_date_of_birth', 'uasc_end_date']) {
      reportDate(child.details, field, false, asOf, report);
    }
  }
  for (const item of child.questionnaires) reportDate(item, 'date', false, asOf, report);
  for (const episode of child.episodes) {
    for (const [items, fields] of datesOf(episode)) {
      for (const item of items) {
        for (const field in fields) reportDate(item, field, fields[field] === true, asOf, report);
      }
    }
  }
}

/** Lists of an episode whose elements have an id; assessments that come twice are ASM-13. */
function identified(episode: EpisodeView): readonly (readonly [readonly Item[], string])[] {
  return [
    [episode.assessments, 'child_and_family_assessment_id'],
    [episode.needPlans, 'child_in_need_plan_id'],
    [episode.section47s, 'section_47_assessment_id'],
    [episode.protectionPlans, 'child_protection_plan_id'],
    [episode.placements, 'child_looked_after_placement_id'],
  ];
}

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
  const seen = new Map<string, Item>();
  for (const item of items) {
    const id = textOf(item, field);
    const first = id === undefined ? undefined : seen.get(id);
    if (first !== undefined) reportTwice('FMT-09', 'default', item, first, field, report);
    else if (id !== undefined) seen.set(id, item);
  }
}

function reportIds(child: ChildView, report: Report): void {
  reportIdsInList(child.episodes, 'social_care_episode_id', report);
  for (const episode of child.episodes) {
    for (const [items, field] of identified(episode)) {
      if (items.length > 1 && field !== 'child_and_family_assessment_id') reportIdsInList(items, field, report);
    }
  }
}

/** An id of one kind under two episodes of the child. */
function reportIdsAcross(child: ChildView, report: Report): void {
  if (child.episodes.length < 2) return;
  const seen = new Map<string, readonly [Item, EpisodeView]>();
  for (const episode of child.episodes) {
    for (const [items, field] of identified(episode)) {
      for (const item of items) {
        const id = textOf(item, field);
        if (id === undefined) continue;
        const key = `${field} ${id}`;
        const first = seen.get(key);
        if (first === undefined) seen.set(key, [item, episode]);
        else if (first[1] !== episode) reportTwice('FMT-10', 'default', item, first[0], field, report);
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
