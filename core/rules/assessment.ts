import { reportRepeats } from './child.ts';
import { type Assessment, at, type EpisodeView, textOf } from './childView.ts';
import { formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { reportOverlaps } from './overlaps.ts';
import { findRepeats } from './repeats.ts';
import { afterReferral, each, inOrder, type Picker, present, type Rule, related } from './rule.ts';
import { workingDaysBetween } from './workingDays.ts';

const assessments: Picker<Assessment> = (child) => child.assessments;
const episodes: Picker<EpisodeView> = (child) => child.episodes;

/** Working days in which an assessment is to be authorised. */
const assessmentLimit = 45;

function reportSecondOpen({ assessments: all }: EpisodeView, report: Report): void {
  if (all.length < 2) return;
  const open = all.filter((assessment) => assessment.open);
  for (const assessment of open.slice(1)) {
    const first = open[0] ?? assessment;
    report({
      code: 'ASM-09',
      path: assessment.path,
      at: 'opening',
      related: [related(first.path, 'This one is not authorised either.', 'opening')],
    });
  }
}

function reportRepeatedIds({ assessments: all }: EpisodeView, report: Report): void {
  const field = 'child_and_family_assessment_id';
  for (const [assessment, first] of findRepeats(all, (one) => textOf(one, field))) {
    report({
      code: 'ASM-13',
      path: at(assessment, field),
      values: { id: textOf(assessment, field) ?? '' },
      related: [related(at(first, field), 'The first one is here.')],
      fixes: [{ kind: 'remove', title: 'Remove this assessment', path: assessment.path, safe: false }],
    });
  }
}

/** Rules about child and family assessments (section 5). ASM-08 is a fact of the code list. */
export const assessmentRules: readonly Rule[] = [
  afterReferral('ASM-01', assessments, 'start_date'),
  inOrder('ASM-02', assessments, 'start_date', 'authorisation_date'),
  present('ASM-03', assessments, 'start_date'),
  each(
    'ASM-04',
    assessments,
    (assessment, report) => {
      if (!assessment.open || assessment.factors.length === 0) return;
      if (Object.hasOwn(assessment.value, 'authorisation_date')) return;
      report({ code: 'ASM-04', path: at(assessment, 'factors') });
    },
    true,
  ),
  each(
    'ASM-05',
    assessments,
    (assessment, report) => {
      const { factors } = assessment.value;
      if (assessment.authorised === undefined) return;
      if (factors === undefined) report({ code: 'ASM-05', path: assessment.path, at: 'opening' });
      else if (Array.isArray(factors) && factors.length === 0)
        report({ code: 'ASM-05', path: at(assessment, 'factors') });
    },
    true,
  ),
  each('ASM-06', assessments, (assessment, report) => {
    const index = assessment.factors.indexOf('21');
    if (index === -1 || assessment.factors.every((factor) => factor === '21')) return;
    const path = at(assessment, 'factors', index);
    report({ code: 'ASM-06', path, fixes: [{ kind: 'remove', title: 'Remove 21', path, safe: false }] });
  }),
  each('ASM-07', assessments, (assessment, report) => reportRepeats('ASM-07', assessment, 'factors', report)),
  each('ASM-09', episodes, reportSecondOpen, true),
  each(
    'ASM-10',
    episodes,
    ({ assessments: all }, report, { asOf }) => {
      if (all.length < 2) return;
      const stretches = all.map((assessment) => ({
        ...assessment,
        last: assessment.open ? asOf : assessment.authorised,
      }));
      reportOverlaps('ASM-10', stretches, report);
    },
    true,
  ),
  each(
    'ASM-11',
    assessments,
    (assessment, report) => {
      if (!assessment.open || !assessment.episode.closed) return;
      report({
        code: 'ASM-11',
        path: assessment.path,
        at: 'opening',
        related: [related(at(assessment.episode, 'closure_date'), 'The closure date is here.')],
      });
    },
    true,
  ),
  each(
    'ASM-12',
    assessments,
    (assessment, report, { asOf }) => {
      const { start, open, episode } = assessment;
      // In a closed episode ASM-11 says that it must be authorised.
      if (start === undefined || !open || episode.closed) return;
      if (workingDaysBetween(start, asOf, assessmentLimit) <= assessmentLimit) return;
      report({
        code: 'ASM-12',
        path: at(assessment, 'start_date'),
        values: { date: formatDay(start), limit: assessmentLimit },
      });
    },
    true,
  ),
  each('ASM-13', episodes, reportRepeatedIds),
];
