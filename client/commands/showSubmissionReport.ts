import * as vscode from 'vscode';
import type { SubmissionReport } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { hostOf } from '../platform/address.ts';
import { setContextKey } from '../platform/contextKeys.ts';
import { counted } from '../platform/counted.ts';
import { extractFile } from '../platform/extractFile.ts';
import { notify, notifyWarning } from '../platform/notify.ts';
import { submissionReport } from '../reports/submissionReport.ts';

/** Opens the report, marks rejected children in the payload file, and says the result in one line. */
export async function showSubmissionReport(
  ctx: Ctx,
  report: SubmissionReport,
  file: string | undefined,
): Promise<void> {
  setContextKey('ssd:submissions:rejected', report.rejected.length > 0);
  await ctx.dfeProblems.show(vscode.Uri.file(file ?? extractFile(ctx)), report.rejected);
  await ctx.changes.reload();
  await ctx.reports.openMarkdown(
    report.mode === 'dry-run' ? vscode.l10n.t('Dry run') : vscode.l10n.t('Submission {0}', report.id),
    submissionReport(report, vscode.l10n.t),
  );
  const audit = { title: vscode.l10n.t('Show Audit Trail'), command: 'ssd.showAuditTrail' };
  const line = summaryLine(report);
  if (report.inDoubt > 0) {
    notifyWarning(line, { title: vscode.l10n.t('Resume Submission'), command: 'ssd.resumeSubmission' }, audit);
  } else if (report.outcome !== 'completed' || report.rejected.length > 0 || report.blocked.length > 0) {
    notifyWarning(line, audit);
  } else notify(line, audit);
}

function summaryLine(report: SubmissionReport): string {
  const parts = [
    report.mode === 'dry-run'
      ? vscode.l10n.t('Dry run: nothing was sent. {0} would be sent.', counted(report.notAttempted, 'child'))
      : vscode.l10n.t('{0} accepted by {1}.', counted(report.accepted, 'child'), hostOf(report.endpoint)),
  ];
  if (report.rejected.length > 0) parts.push(vscode.l10n.t('{0} rejected.', report.rejected.length));
  if (report.blocked.length > 0) parts.push(vscode.l10n.t('{0} not sent because of errors.', report.blocked.length));
  if (report.heldBack.length > 0) parts.push(vscode.l10n.t('{0} held back.', report.heldBack.length));
  if (report.notAttempted > 0 && report.mode !== 'dry-run')
    parts.push(vscode.l10n.t('{0} not attempted.', report.notAttempted));
  if (report.inDoubt > 0) parts.push(vscode.l10n.t('{0} in doubt.', report.inDoubt));
  if (report.stopReason !== null) parts.push(report.stopReason);
  return parts.join(' ');
}
