import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import type { Ctx } from '../ctx.ts';
import { argumentsOf, oneOf, textOf } from '../platform/arguments.ts';
import { auditReport } from '../reports/auditReport.ts';
import type { SubmissionsView } from '../views/submissionsView.ts';
import type { Command } from './command.ts';

/** Opens the Submissions view with the newest entries. Returns the entries. */
export function showAuditTrail(view: SubmissionsView): Command {
  return {
    needsTrust: true,
    run: async (ctx) => {
      view.refresh();
      await vscode.commands.executeCommand('ssd.views.submissions.focus');
      return await ctx.runQuietJob('auditList', {});
    },
  };
}

/** Reads the trail again. */
export function refreshSubmissions(view: SubmissionsView): Command {
  return {
    needsTrust: false,
    run: async () => view.refresh(),
  };
}

/** Opens the report of one submission. Argument: a submission of the view or `{ id }`. */
export const openSubmission: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const argument = argumentsOf(given[0]);
    const id = textOf(argument.id) ?? textOf(argumentsOf(argument.entry).id) ?? (await pickSubmission(ctx));
    if (id === undefined) return undefined;
    const detail = await ctx.runJob('auditShow', { id }, vscode.l10n.t('Reading the audit trail'));
    await ctx.reports.openMarkdown(vscode.l10n.t('Audit {0}', id), auditReport(detail, vscode.l10n.t));
    return detail;
  },
};

async function pickSubmission(ctx: Ctx): Promise<string | undefined> {
  const entries = await ctx.runQuietJob('auditList', {});
  const picked = await vscode.window.showQuickPick(
    [...entries]
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
      .map((entry) => ({
        label: `${entry.startedAt} ${entry.mode}`,
        description: entry.id,
        detail: vscode.l10n.t('{0} accepted, {1} rejected', entry.accepted, entry.rejected),
        id: entry.id,
      })),
    { title: vscode.l10n.t('Open a submission'), matchOnDescription: true },
  );
  return picked?.id;
}

/** Opens the body that was sent, or the answer, as kept beside the trail. */
export const openBody: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const argument = argumentsOf(given[0]);
    const body = { ...argument, ...argumentsOf(argument.body) };
    const id = textOf(argument.id);
    const kind = oneOf(body.kind, ['request', 'response'] as const);
    const { batch, attempt } = body;
    if (id === undefined || kind === undefined || typeof batch !== 'number' || typeof attempt !== 'number') {
      throw new DataflowError(
        'usage',
        vscode.l10n.t('Choose what was sent or answered in the Submissions view first.'),
      );
    }
    const { text } = await ctx.runJob('auditBody', { id, batch, attempt, kind }, vscode.l10n.t('Opening'));
    const uri = await ctx.reports.openJson(`${id} ${kind} ${batch}-${attempt}`, pretty(text));
    return { uri: uri.toString() };
  },
};

/** Indents JSON; an answer that is not JSON is shown as it came. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
