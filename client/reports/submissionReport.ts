import type { l10n } from 'vscode';
import type { SubmissionReport } from '../../jobs/contract.ts';
import { type Cell, plainText, sections, table } from './markdown.ts';
import { dateAndTime, modeLabel } from './words.ts';

/** The words of a report in the person's language; `vscode.l10n.t`. */
export type Translate = typeof l10n.t;

/** Rows that one table of a report lists at most; the rest is counted. */
const listedRows = 500;

/** The report that opens after a submission: what happened to every child, and what to do next. */
export function submissionReport(report: SubmissionReport, t: Translate): string {
  return sections(
    `# ${headline(report, t)}`,
    table([t('What'), t('Value')], facts(report, t)),
    report.stopReason === null ? '' : `**${t('Why it stopped')}:** ${plainText(report.stopReason)}`,
    `## ${t('Children')}`,
    table([t('Outcome'), t('Children')], outcomes(report, t)),
    listed(t('Rejected by the DfE'), [t('Child'), t('Where'), t('What the DfE said')], t, report.rejected, (child) => [
      { code: child.personId },
      { code: child.path.join('.') },
      child.message,
    ]),
    listed(
      t('Not sent, because of errors'),
      [t('Child'), t('Errors'), t('First error')],
      t,
      report.blocked,
      (child) => [{ code: child.personId }, child.errors, child.firstMessage],
    ),
    listed(t('Held back'), [t('Child'), t('Reason')], t, report.heldBack, (child) => [
      { code: child.personId },
      child.reason,
    ]),
    nextStep(report, t),
  );
}

function facts(report: SubmissionReport, t: Translate): readonly (readonly Cell[])[] {
  const dry = report.mode === 'dry-run';
  return [
    [t('Mode'), modeLabel(report.mode, t)],
    [t('Local authority'), report.laCode],
    [dry ? t('Would be sent to') : t('Sent to'), { code: report.endpoint }],
    [t('Started'), dateAndTime(report.startedAt)],
    [t('Ended'), dateAndTime(report.endedAt)],
    [t('Batches'), report.batches],
    ...(dry ? [] : [[t('Submission'), { code: report.id }]]),
  ];
}

function outcomes(report: SubmissionReport, t: Translate): readonly (readonly Cell[])[] {
  const attempted: readonly (readonly Cell[])[] =
    report.mode === 'dry-run'
      ? [[t('Would be sent'), report.notAttempted]]
      : [
          [t('Accepted'), report.accepted],
          [t('Not attempted'), report.notAttempted],
          [t('In doubt'), report.inDoubt],
        ];
  return [
    ...attempted,
    [t('Nothing to send'), report.settled],
    [t('Rejected by the DfE'), report.rejected.length],
    [t('Not sent, because of errors'), report.blocked.length],
    [t('Held back'), report.heldBack.length],
  ];
}

function headline(report: SubmissionReport, t: Translate): string {
  if (report.mode === 'dry-run') return t('Dry run: nothing was sent');
  if (report.outcome === 'cancelled') return t('Submission cancelled');
  return report.outcome === 'stopped' ? t('Submission stopped before the end') : t('Submission completed');
}

function listed<T>(
  title: string,
  head: readonly string[],
  t: Translate,
  items: readonly T[],
  row: (item: T) => readonly Cell[],
): string {
  if (items.length === 0) return '';
  const rest = items.length - listedRows;
  return sections(
    `## ${title}`,
    table(head, items.slice(0, listedRows).map(row)),
    rest > 0 ? t('{0} more are not listed here. Export the audit trail for the whole list.', rest) : '',
  ).trimEnd();
}

function nextStep(report: SubmissionReport, t: Translate): string {
  const steps: string[] = [];
  if (report.inDoubt > 0) {
    steps.push(t('Run “SSD: Resume Submission”. It settles the children in doubt before anything else is sent.'));
  }
  if (report.rejected.length > 0) {
    steps.push(t('Correct the rejected children at their source, then run “SSD: Retry Failed”.'));
  }
  if (report.blocked.length > 0) {
    steps.push(t('Correct the errors, extract again, and submit. The other children were not held up.'));
  }
  if (report.mode === 'dry-run') steps.push(t('When the numbers are right, submit in test mode.'));
  return steps.length === 0
    ? ''
    : sections(`## ${t('Next step')}`, steps.map((step) => `- ${step}`).join('\n')).trimEnd();
}
