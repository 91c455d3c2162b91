import * as vscode from 'vscode';
import type { SubmissionMode, SubmissionPlan, SubmitInput } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { argumentsOf, oneOf, textOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
import { notifyWarning } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { confirmLive, confirmPlan } from './confirmSubmission.ts';
import { showSubmissionReport } from './showSubmissionReport.ts';

const modes: readonly SubmissionMode[] = ['dry-run', 'test', 'live'];

/**
 * Sends what is staged, or a payload file. Asks for the mode (dry run first), shows the plan, and asks once more
 * before children's records leave the computer. Arguments: `{ mode, send, table, file, personIds }`; whoever gives
 * the mode is not asked about a dry run or a test, but a live submission is always confirmed by a person.
 */
export const submitPayload: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const mode = oneOf(wanted.mode, modes) ?? (await pickMode());
    if (mode === undefined) return undefined;
    const unattended = oneOf(wanted.mode, modes) !== undefined;
    const input = submitInput(ctx, mode, wanted);
    return await planAndSubmit(ctx, input, unattended);
  },
};

/** Plans, asks, sends and reports. `unattended` leaves out the question before a dry run or a test. */
export async function planAndSubmit(ctx: Ctx, input: SubmitInput, unattended: boolean): Promise<unknown> {
  const plan = await ctx.runJob('plan', input, vscode.l10n.t('Planning the submission'));
  if (plan.gates.length > 0) return refuse(plan);
  const confirmation = plan.mode === 'live' ? await confirmLive(plan) : await confirmPlan(plan, unattended);
  if (confirmation === null) return undefined;
  const report = await ctx.runJob('submit', { ...input, confirmation }, titleOf(plan));
  await showSubmissionReport(ctx, report, input.file);
  return report;
}

function submitInput(ctx: Ctx, mode: SubmissionMode, wanted: Readonly<Record<string, unknown>>): SubmitInput {
  const send = oneOf(wanted.send, ['full', 'delta'] as const);
  const table = oneOf(wanted.table, ['live', 'anon'] as const);
  const file = wanted.file instanceof vscode.Uri ? wanted.file.fsPath : textOf(wanted.file);
  const personIds = Array.isArray(wanted.personIds) ? wanted.personIds.filter((id) => typeof id === 'string') : [];
  return {
    ...ctx.source(),
    mode,
    ...(send === undefined ? {} : { send }),
    ...(table === undefined ? {} : { table }),
    ...(file === undefined ? {} : { file }),
    ...(personIds.length === 0 ? {} : { personIds }),
  };
}

interface ModePick extends vscode.QuickPickItem {
  readonly mode: SubmissionMode;
}

async function pickMode(): Promise<SubmissionMode | undefined> {
  const items: readonly ModePick[] = [
    {
      mode: 'dry-run',
      label: `$(debug-step-over) ${vscode.l10n.t('Dry run')}`,
      detail: vscode.l10n.t('Does everything but send. Shows what would go, and what would be left out and why.'),
    },
    {
      mode: 'test',
      label: `$(beaker) ${vscode.l10n.t('Test')}`,
      detail: vscode.l10n.t(
        'Sends to the test address: the sandbox’s receiver, or the DfE test API when it is set up.',
      ),
    },
    {
      mode: 'live',
      label: `$(cloud-upload) ${vscode.l10n.t('Live')}`,
      detail: vscode.l10n.t(
        'Sends real children’s records to the DfE. Needs a recorded sign-off, and asks you to confirm.',
      ),
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Submit Payload'),
    placeHolder: vscode.l10n.t('How should the payload be submitted?'),
  });
  return picked?.mode;
}

function refuse(plan: SubmissionPlan): { readonly refused: readonly string[] } {
  const signOff = { title: vscode.l10n.t('Sign Off Live...'), command: 'ssd.signOffLive' };
  const settings = {
    title: vscode.l10n.t('Open Settings'),
    command: 'workbench.action.openSettings',
    arguments: ['@ext:csc-dataflow.ssd-dataflow endpoint'],
  };
  notifyWarning(
    vscode.l10n.t('Nothing was sent. {0}', plan.gates.join(' ')),
    plan.mode === 'live' ? signOff : settings,
  );
  return { refused: plan.gates };
}

function titleOf(plan: SubmissionPlan): string {
  if (plan.mode === 'dry-run') return vscode.l10n.t('Dry run of {0}', counted(plan.children, 'child'));
  return vscode.l10n.t('Submitting {0}', counted(plan.children, 'child'));
}
