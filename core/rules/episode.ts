import type { JsonPath, RelatedPlace } from '../problems.ts';
import { at, type ChildView, dayIn, type EpisodeView, has, type Item, type Span } from './childView.ts';
import { addMonths, addYears, type Day, dayOf, formatDay, yearOf } from './days.ts';
import type { Report } from './finding.ts';
import { each, inOrder, insertField, type Picker, present, type Rule, type RuleContext, related } from './rule.ts';

const episodes: Picker<EpisodeView> = (child) => child.episodes;
const flagField = 'referral_no_further_action_flag';

/** From this day on a referral has a source. */
const sourceBegins = dayOf(2013, 4, 1);

/** Longest time between a referral and the birth that it is about. */
const longestPregnancy = 280;

/**
 * First day of the cohort window: 1 April of the financial year that holds the date of the check less 24 months.
 */
export function windowStart(asOf: Day): Day {
  const back = addYears(asOf, -2);
  const april = dayOf(yearOf(back), 4, 1);
  return back >= april ? april : dayOf(yearOf(back) - 1, 4, 1);
}

/** Open, and not closed by the referral's outcome. */
function isServing(episode: EpisodeView): boolean {
  return !episode.closed && episode.noFurtherAction === false;
}

function isNoAction(episode: EpisodeView): boolean {
  return episode.noFurtherAction === true;
}

function closedAfterAssessment(episode: EpisodeView): boolean {
  return episode.closureReason === 'RC8' || episode.closureReason === 'RC9';
}

function opening(item: Item, message: string): RelatedPlace {
  return related(item.path, message, 'opening');
}

/** The flag says that nothing was done, yet the episode holds items. */
function flagContradicts(code: string, pick: (episode: EpisodeView) => readonly (Item | undefined)[]): Rule {
  return each(code, episodes, (episode, report) => {
    if (!isNoAction(episode)) return;
    const items = pick(episode).filter((item) => item !== undefined);
    if (items.length === 0) return;
    report({
      code,
      path: at(episode, flagField),
      values: { count: items.length },
      related: items.slice(0, 4).map((item) => opening(item, 'This contradicts the flag.')),
    });
  });
}

/** Fields of an episode's items that lie before its closure, in the order in which one of each item is reported. */
const closureLimits: readonly (readonly [(episode: EpisodeView) => readonly Item[], readonly string[]])[] = [
  [(episode) => episode.assessments, ['start_date', 'authorisation_date']],
  [(episode) => episode.section47s, ['start_date', 'icpc_date']],
  [(episode) => episode.protectionPlans, ['end_date']],
  [(episode) => episode.needPlans, ['start_date', 'end_date']],
];

function reportAfterClosure(
  code: string,
  episode: EpisodeView,
  item: Item,
  fields: readonly string[],
  report: Report,
): void {
  const { closure } = episode;
  if (closure === undefined) return;
  for (const field of fields) {
    const day = dayIn(item, field);
    if (day === undefined || day <= closure) continue;
    report({
      code,
      path: at(item, field),
      values: { field, date: formatDay(day), closure: formatDay(closure) },
      related: [related(at(episode, 'closure_date'), 'The closure date is here.')],
    });
    return;
  }
}

function reportTwoOpen({ episodes: all }: ChildView, report: Report): void {
  if (all.length < 2) return;
  const open = all.filter(isServing).sort((a, b) => (a.referral ?? 0) - (b.referral ?? 0));
  for (const episode of open.slice(1)) {
    const others = open.filter((other) => other !== episode).slice(0, 3);
    report({
      code: 'EPI-13',
      path: episode.path,
      at: 'opening',
      related: others.map((other) => opening(other, 'This episode is open too.')),
    });
  }
}

function reportLaterReferral({ episodes: all }: ChildView, report: Report): void {
  if (all.length < 2) return;
  for (const episode of all.filter(isServing)) {
    const { referral } = episode;
    if (referral === undefined) continue;
    // Two open episodes are reported as such.
    const later = all.find((other) => !isServing(other) && other.referral !== undefined && other.referral > referral);
    if (later === undefined) continue;
    report({
      code: 'EPI-14',
      path: at(episode, 'referral_date'),
      values: { referral: formatDay(referral), later: formatDay(later.referral ?? referral) },
      related: [related(at(later, 'referral_date'), 'The later referral is here.')],
    });
  }
}

/** Last day on which another referral overlaps an episode; undefined when it blocks nothing. */
function lastDay(episode: EpisodeView, asOf: Day): Day | undefined {
  if (episode.closed) return episode.closure === undefined ? undefined : episode.closure - 1;
  return episode.noFurtherAction === false ? asOf : undefined;
}

function reportOverlap({ episodes: all }: ChildView, report: Report, { asOf }: RuleContext): void {
  if (all.length < 2) return;
  all.forEach((episode, index) => {
    const { referral } = episode;
    if (referral === undefined) return;
    const around = all.find((other, position) => {
      const last = lastDay(other, asOf);
      if (other === episode || other.referral === undefined || last === undefined) return false;
      // A later referral beside an open episode is EPI-13 or EPI-14; two on one day are reported at the second.
      if (isServing(other) && referral > other.referral) return false;
      const sameDay = referral === other.referral;
      const mutual = sameDay && (lastDay(episode, asOf) ?? -Infinity) >= referral;
      return referral >= other.referral && referral <= last && !(mutual && position > index);
    });
    if (around === undefined) return;
    report({
      code: 'EPI-15',
      path: at(episode, 'referral_date'),
      values: { referral: formatDay(referral) },
      related: [opening(around, 'It falls into this episode.')],
    });
  });
}

function reportAssessedOnly(episode: EpisodeView, report: Report): void {
  const only = episode.assessments[0];
  if (only === undefined || episode.assessments.length > 1 || !episode.closed) return;
  if (only.factors.length !== 1 || only.factors[0] !== '21') return;
  if (episode.closureReason === undefined || closedAfterAssessment(episode)) return;
  report({
    code: 'EPI-18',
    path: at(episode, 'closure_reason'),
    values: { reason: episode.closureReason },
    related: [related(at(only, 'factors'), 'The only assessment found no factors.')],
  });
}

function reportOpenItems(episode: EpisodeView, report: Report): void {
  const { closure } = episode;
  if (closure === undefined) return;
  const spans: readonly Span[] = [
    ...episode.needPlans,
    ...episode.protectionPlans,
    ...episode.placements,
    ...episode.workers,
  ];
  for (const span of spans) {
    // One that starts after the closure is EPI-09 or EPI-22.
    if (!span.open || span.start === undefined || span.start > closure) continue;
    report({
      code: 'EPI-20',
      path: span.path,
      at: 'opening',
      values: { closure: formatDay(closure) },
      related: [related(at(episode, 'closure_date'), 'The closure date is here.')],
      fixes: [insertField(span, 'end_date')],
    });
  }
}

/** The first date of the child's items that is later than a day. */
function itemAfter(child: ChildView, day: Day): JsonPath | undefined {
  const fields = ['start_date', 'authorisation_date', 'icpc_date', 'end_date', 'referral_date', 'contact_date', 'date'];
  const items: Item[] = [...child.questionnaires];
  for (const episode of child.episodes) {
    items.push(episode, ...episode.assessments, ...episode.needPlans, ...episode.section47s);
    items.push(...episode.protectionPlans, ...episode.placements, ...episode.workers);
    if (episode.careLeaver !== undefined) items.push(episode.careLeaver);
  }
  for (const item of items) {
    const field = fields.find((name) => (dayIn(item, name) ?? -Infinity) > day);
    if (field !== undefined) return at(item, field);
  }
  return undefined;
}

/** Rules about social care episodes (section 4). EPI-06 is a fact of the schema. */
export const episodeRules: readonly Rule[] = [
  present('EPI-01', episodes, 'referral_date'),
  each('EPI-01', episodes, (episode, report, { asOf }) => {
    if (episode.referral === undefined || episode.referral <= asOf) return;
    report({ code: 'EPI-01', path: at(episode, 'referral_date'), values: { date: formatDay(episode.referral) } });
  }),
  each('EPI-02', episodes, (episode, report, _, { birth, due, unborn }) => {
    const born = unborn ? due : birth;
    if (born === undefined || episode.referral === undefined) return;
    if (born - episode.referral <= longestPregnancy) return;
    report({ code: 'EPI-02', path: at(episode, 'referral_date'), values: { limit: longestPregnancy } });
  }),
  each(
    'EPI-03',
    episodes,
    (episode, report) => {
      if (episode.referral === undefined || episode.referral < sourceBegins) return;
      if (Object.hasOwn(episode.value, 'referral_source')) return;
      const fixes = [insertField(episode, 'referral_source')];
      report({ code: 'EPI-03', variant: 'missing', path: episode.path, at: 'opening', fixes });
    },
    true,
  ),
  present('EPI-04', episodes, flagField, false),
  inOrder('EPI-05', episodes, 'referral_date', 'closure_date'),
  each(
    'EPI-07',
    episodes,
    (episode, report) => {
      if (!has(episode, 'closure_date') || Object.hasOwn(episode.value, 'closure_reason')) return;
      report({ code: 'EPI-07', path: at(episode, 'closure_date'), fixes: [insertField(episode, 'closure_reason')] });
    },
    true,
  ),
  each(
    'EPI-08',
    episodes,
    (episode, report) => {
      if (!has(episode, 'closure_reason') || Object.hasOwn(episode.value, 'closure_date')) return;
      report({ code: 'EPI-08', path: at(episode, 'closure_reason'), fixes: [insertField(episode, 'closure_date')] });
    },
    true,
  ),
  each('EPI-09', episodes, (episode, report) => {
    if (episode.closure === undefined) return;
    for (const [pick, fields] of closureLimits) {
      for (const item of pick(episode)) reportAfterClosure('EPI-09', episode, item, fields, report);
    }
  }),
  flagContradicts('EPI-10', (episode) => [...episode.assessments, ...episode.section47s]),
  flagContradicts('EPI-11', (episode) => episode.protectionPlans),
  flagContradicts('EPI-12', (episode) => episode.needPlans),
  { code: 'EPI-13', whole: true, check: reportTwoOpen },
  { code: 'EPI-14', whole: true, check: reportLaterReferral },
  { code: 'EPI-15', whole: true, check: reportOverlap },
  each('EPI-16', episodes, (episode, report) => {
    if (!closedAfterAssessment(episode)) return;
    const items = [...episode.section47s, ...episode.protectionPlans, ...episode.needPlans];
    if (items.length === 0) return;
    report({
      code: 'EPI-16',
      path: at(episode, 'closure_reason'),
      values: { reason: episode.closureReason ?? '' },
      related: items.slice(0, 4).map((item) => opening(item, 'This contradicts the closure reason.')),
    });
  }),
  each(
    'EPI-17',
    episodes,
    (episode, report) => {
      if (!closedAfterAssessment(episode) || episode.assessments.length > 0) return;
      report({ code: 'EPI-17', path: at(episode, 'closure_reason'), values: { reason: episode.closureReason ?? '' } });
    },
    true,
  ),
  each('EPI-18', episodes, reportAssessedOnly, true),
  each('EPI-19', episodes, (episode, report, { asOf }) => {
    const { referral } = episode;
    // Some months of grace: a referral shortly before the window may have been decided inside it.
    if (!isNoAction(episode) || referral === undefined || referral >= addMonths(windowStart(asOf), -3)) return;
    report({ code: 'EPI-19', path: at(episode, flagField), values: { referral: formatDay(referral) } });
  }),
  each('EPI-20', episodes, reportOpenItems, true),
  flagContradicts('EPI-21', (episode) => [...episode.placements, episode.adoption, episode.careLeaver]),
  each('EPI-22', episodes, (episode, report) => {
    if (episode.closure === undefined) return;
    for (const item of [...episode.placements, ...episode.workers]) {
      reportAfterClosure('EPI-22', episode, item, ['start_date'], report);
    }
  }),
  each(
    'EPI-23',
    episodes,
    (episode, report, _, child) => {
      const { closureReason, closure } = episode;
      const adopted = child.placements.some(({ endReason }) => endReason === 'E11' || endReason === 'E12');
      if (closureReason === 'RC1' && !adopted) report({ code: 'EPI-23', path: at(episode, 'closure_reason') });
      const later = closureReason === 'RC2' && closure !== undefined ? itemAfter(child, closure) : undefined;
      if (later === undefined) return;
      const places = [related(later, 'This is dated later.')];
      report({ code: 'EPI-23', variant: 'died', path: at(episode, 'closure_reason'), related: places });
    },
    true,
  ),
];
