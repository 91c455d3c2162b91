import { at, type EpisodeView, has, type Section47 } from './childView.ts';
import { formatDay, weekday } from './days.ts';
import { windowStart } from './episode.ts';
import type { Report } from './finding.ts';
import { reportOverlaps } from './overlaps.ts';
import { afterReferral, each, inOrder, type Picker, type Rule, related, removeField } from './rule.ts';
import { workingDaysBetween } from './workingDays.ts';

const enquiries: Picker<Section47> = (child) => child.section47s;
const episodes: Picker<EpisodeView> = (child) => child.episodes;

/** Working days from the start of an enquiry in which its conference takes place. */
const conferenceLimit = 15;

const weekdays = ['Saturday', 'Sunday'];

/** The flag says that no conference is needed, yet there is a date. */
function reportFlagAndDate(code: string, enquiry: Section47, report: Report): void {
  report({
    code,
    variant: 'both',
    path: at(enquiry, 'icpc_date'),
    related: [related(at(enquiry, 'icpc_required_flag'), 'The flag is here.')],
    fixes: [removeField(enquiry, 'icpc_date')],
  });
}

function reportClosedPending(enquiry: Section47, report: Report): void {
  if (!enquiry.episode.closed) return;
  if (enquiry.required === false && has(enquiry, 'icpc_date')) reportFlagAndDate('S47-04', enquiry, report);
  if (!enquiry.pending || Object.hasOwn(enquiry.value, 'icpc_date')) return;
  const flag = has(enquiry, 'icpc_required_flag');
  report({
    code: 'S47-04',
    path: flag ? at(enquiry, 'icpc_required_flag') : enquiry.path,
    at: flag ? 'value' : 'opening',
    related: [related(at(enquiry.episode, 'closure_date'), 'The closure date is here.')],
  });
}

function reportSecondPending({ section47s }: EpisodeView, report: Report): void {
  if (section47s.length < 2) return;
  const pending = section47s.filter((enquiry) => enquiry.pending);
  for (const enquiry of pending.slice(1)) {
    const first = pending[0] ?? enquiry;
    const places = [related(first.path, 'This one waits for its conference too.', 'opening')];
    report({ code: 'S47-06', path: enquiry.path, at: 'opening', related: places });
  }
}

function reportPlanWithoutConference(episode: EpisodeView, report: Report, start: number): void {
  if (episode.section47s.length === 0 || episode.protectionPlans.length === 0) return;
  const enquiriesOf = episode.section47s.filter((enquiry) => enquiry.required !== false);
  if (enquiriesOf.length === 0) return;
  const dates = new Set(enquiriesOf.map((enquiry) => enquiry.conference));
  // A conference date that cannot be read might be the one.
  if (enquiriesOf.some((enquiry) => has(enquiry, 'icpc_date') && enquiry.conference === undefined)) return;
  for (const plan of episode.protectionPlans) {
    if (plan.start === undefined || plan.start < start || dates.has(plan.start)) continue;
    const known = enquiriesOf.filter((enquiry) => enquiry.conference !== undefined);
    report({
      code: 'S47-13',
      path: at(plan, 'start_date'),
      values: { date: formatDay(plan.start) },
      related: known.slice(0, 3).map((enquiry) => related(at(enquiry, 'icpc_date'), 'A conference date is here.')),
    });
  }
}

/** Rules about Section 47 enquiries and their conferences (section 7). */
export const section47Rules: readonly Rule[] = [
  afterReferral('S47-01', enquiries, 'start_date'),
  afterReferral('S47-02', enquiries, 'icpc_date'),
  inOrder('S47-03', enquiries, 'start_date', 'icpc_date'),
  each(
    'S47-03',
    enquiries,
    (enquiry, report) => {
      if (!has(enquiry, 'icpc_date') || Object.hasOwn(enquiry.value, 'start_date')) return;
      report({ code: 'S47-03', variant: 'missing', path: at(enquiry, 'icpc_date') });
    },
    true,
  ),
  each('S47-04', enquiries, reportClosedPending, true),
  each('S47-05', enquiries, (enquiry, report) => {
    if (enquiry.episode.closed || enquiry.required !== false || !has(enquiry, 'icpc_date')) return;
    reportFlagAndDate('S47-05', enquiry, report);
  }),
  each('S47-06', episodes, reportSecondPending, true),
  each(
    'S47-07',
    episodes,
    ({ section47s }, report, { asOf }) => {
      if (section47s.length < 2) return;
      const counted = section47s.filter((enquiry) => enquiry.required !== false);
      const stretches = counted.map((enquiry) => ({
        ...enquiry,
        open: enquiry.pending,
        last: enquiry.pending ? asOf : enquiry.conference,
      }));
      reportOverlaps('S47-07', stretches, report);
    },
    true,
  ),
  each('S47-08', enquiries, (enquiry, report) => {
    const { conference } = enquiry;
    if (conference === undefined || weekday(conference) <= 5) return;
    const values = { date: formatDay(conference), weekday: weekdays[weekday(conference) - 6] ?? '' };
    report({ code: 'S47-08', path: at(enquiry, 'icpc_date'), values });
  }),
  each(
    'S47-09',
    enquiries,
    (enquiry, report, { asOf }) => {
      const { start, required, episode } = enquiry;
      // In a closed episode S47-04 says that the conference is missing.
      if (start === undefined || required !== true || has(enquiry, 'icpc_date') || episode.closed) return;
      if (workingDaysBetween(start, asOf, conferenceLimit) <= conferenceLimit) return;
      report({
        code: 'S47-09',
        path: at(enquiry, 'start_date'),
        values: { date: formatDay(start), limit: conferenceLimit },
      });
    },
    true,
  ),
  each('S47-10', enquiries, (enquiry, report) => {
    const { start, conference } = enquiry;
    if (start === undefined || conference === undefined) return;
    if (workingDaysBetween(start, conference, conferenceLimit) <= conferenceLimit) return;
    report({
      code: 'S47-10',
      path: at(enquiry, 'icpc_date'),
      values: { date: formatDay(conference), limit: conferenceLimit },
      related: [related(at(enquiry, 'start_date'), 'The enquiry starts here.')],
    });
  }),
  each(
    'S47-11',
    episodes,
    ({ section47s, assessments }, report) => {
      const first = section47s[0];
      if (first !== undefined && assessments.length === 0) report({ code: 'S47-11', path: first.path, at: 'opening' });
    },
    true,
  ),
  inOrder('S47-12', enquiries, 'start_date', 'end_date'),
  each(
    'S47-13',
    episodes,
    (episode, report, { asOf }) => reportPlanWithoutConference(episode, report, windowStart(asOf)),
    true,
  ),
];
