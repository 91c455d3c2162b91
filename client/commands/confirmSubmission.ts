import * as vscode from 'vscode';
import type { SubmissionPlan } from '../../jobs/contract.ts';
import { hostOf, isThisComputer } from '../platform/address.ts';
import { counted } from '../platform/counted.ts';

/** The plan in one line: what goes, where to, and what stays behind. */
export function planSummary(plan: SubmissionPlan): string {
  const parts = [
    vscode.l10n.t(
      '{0} in {1} to {2}',
      counted(plan.children, 'child'),
      counted(plan.batches, 'batch'),
      hostOf(plan.endpoint),
    ),
    plan.send === 'full' ? vscode.l10n.t('whole records') : vscode.l10n.t('only what changed'),
  ];
  if (plan.deletions > 0) parts.push(counted(plan.deletions, 'deletion'));
  if (plan.blocked.length > 0) parts.push(vscode.l10n.t('{0} not sent because of errors', plan.blocked.length));
  if (plan.heldBack.length > 0) parts.push(vscode.l10n.t('{0} held back', plan.heldBack.length));
  return parts.join(' · ');
}

/**
 * Shows the plan of a dry run or a test and waits for a yes, which is not the first choice. `unattended` leaves the
 * question out only when nothing leaves this computer: a dry run, or the sandbox's receiver.
 * @returns the words to repeat to the job; null when the person stopped
 */
export async function confirmPlan(plan: SubmissionPlan, unattended: boolean): Promise<string | null> {
  // A dry run sends nothing, so there is nothing to confirm.
  if (plan.mode === 'dry-run' || (unattended && isThisComputer(plan.endpoint))) return plan.confirmationText;
  const stop = vscode.l10n.t('Do not send');
  const send = vscode.l10n.t('Send {0}', counted(plan.children, 'child'));
  const picked = await vscode.window.showQuickPick(
    [
      { label: `$(close) ${stop}`, sends: false },
      { label: `$(cloud-upload) ${send}`, detail: planSummary(plan), sends: true },
    ],
    { title: vscode.l10n.t('Submit in test mode'), placeHolder: planSummary(plan), ignoreFocusOut: true },
  );
  return picked?.sends === true ? plan.confirmationText : null;
}

/**
 * The one modal of the extension. It names the authority, the count and the address; the safe answer comes first,
 * and closing it is the same as the safe answer.
 */
export async function confirmLive(plan: SubmissionPlan): Promise<string | null> {
  const review = vscode.l10n.t('Review Changes First');
  const send = vscode.l10n.t('Send Real Records');
  const picked = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Send the records of {0} of {1} ({2}) to the DfE?',
      counted(plan.children, 'child'),
      plan.laName,
      plan.laCode,
    ),
    {
      modal: true,
      detail: [
        `${plan.confirmationText}.`,
        planSummary(plan),
        vscode.l10n.t('These are real records. What the DfE has accepted cannot be called back.'),
      ].join('\n\n'),
    },
    review,
    send,
  );
  if (picked === review) await vscode.commands.executeCommand('ssd.views.changes.focus');
  return picked === send ? plan.confirmationText : null;
}
