import type { ProblemSummary } from '../core/problems.ts';
import type { SubmissionPlan, SubmissionReport } from '../jobs/contract.ts';
import type { StagingCounts } from '../pipeline/staging/stagingStore.ts';

/** "1 child", "2 children". */
export function countOf(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

export function children(count: number): string {
  return countOf(count, 'child', 'children');
}

/** The lines that say what validation found; empty when it found nothing. */
export function problemLines(problems: ProblemSummary): string[] {
  if (problems.errors === 0 && problems.warnings === 0) return ['No problems found.'];
  const head = `${countOf(problems.errors, 'error', 'errors')} in ${children(problems.childrenWithErrors)}, ${countOf(problems.warnings, 'warning', 'warnings')}.`;
  const rows = problems.byCode.slice(0, 10).map((row) => `  ${row.code}  ${row.severity}  ${row.count}`);
  const more =
    problems.byCode.length > 10 ? [`  and ${countOf(problems.byCode.length - 10, 'more rule', 'more rules')}`] : [];
  return [head, ...rows, ...more];
}

export function notAssembledLines(list: readonly { readonly personId: string; readonly reason: string }[]): string[] {
  if (list.length === 0) return [];
  const rows = list.slice(0, 20).map((one) => `  ${one.personId}: ${one.reason}`);
  const more = list.length > 20 ? [`  and ${children(list.length - 20)} more`] : [];
  return [`${children(list.length)} could not be assembled:`, ...rows, ...more];
}

export function countsLine(counts: StagingCounts): string {
  return `new ${counts.new}, updated ${counts.updated}, deleted ${counts.deleted}, unchanged ${counts.unchanged}; waiting to be sent ${counts.pending}`;
}

function personLines(title: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > 20 ? [`  and ${rows.length - 20} more`] : [];
  return [title, ...rows.slice(0, 20).map((row) => `  ${row}`), ...more];
}

/** What a submission would do. With `details`, every child that is left out and why; otherwise how many. */
export function planLines(plan: SubmissionPlan, details: boolean): string[] {
  const leftOut = (title: string, rows: readonly string[]): string[] =>
    details ? personLines(`${title}:`, rows) : rows.length === 0 ? [] : [`${title}.`];
  return [
    `Mode: ${plan.mode}. ${plan.send === 'full' ? 'Whole children' : 'Changes only'}, from ${plan.table}.`,
    `To: ${plan.laName} (${plan.laCode}), ${plan.endpoint}`,
    `${children(plan.children)} in ${countOf(plan.batches, 'batch', 'batches')}, of these ${countOf(plan.deletions, 'deletion', 'deletions')}.`,
    ...leftOut(
      `${children(plan.blocked.length)} blocked by errors and not sent`,
      plan.blocked.map((one) => `${one.personId}: ${one.firstMessage}`),
    ),
    ...leftOut(
      `${children(plan.heldBack.length)} held back`,
      plan.heldBack.map((one) => `${one.personId}: ${one.reason}`),
    ),
    ...plan.gates.map((gate) => `Not possible yet: ${gate}`),
  ];
}

export function reportLines(report: SubmissionReport): string[] {
  return [
    `Submission ${report.id}: ${report.outcome}${report.stopReason === null ? '' : `. ${report.stopReason}`}`,
    `Accepted ${report.accepted}, rejected ${report.rejected.length}, blocked ${report.blocked.length}, held back ${report.heldBack.length}, settled without sending ${report.settled}, not attempted ${report.notAttempted}, in doubt ${report.inDoubt}. ${countOf(report.batches, 'batch', 'batches')}.`,
    ...personLines(
      'Rejected by the DfE:',
      report.rejected.map(
        (one) => `${one.personId}${one.path.length > 0 ? ` at ${one.path.join('.')}` : ''}: ${one.message}`,
      ),
    ),
    ...personLines(
      'Blocked by errors and not sent:',
      report.blocked.map((one) => `${one.personId}: ${one.firstMessage}`),
    ),
    ...(report.inDoubt > 0 ? ['Run “ssd-dataflow resume” to settle what is in doubt before the next submission.'] : []),
  ];
}

/** The exit code of a submission: 0 when everything that should be accepted was; 1 otherwise. */
export function reportExitCode(report: SubmissionReport): number {
  if (report.outcome === 'cancelled') return 130;
  const clean = report.outcome === 'completed' && report.rejected.length + report.blocked.length + report.inDoubt === 0;
  return clean && report.notAttempted === 0 ? 0 : 1;
}
