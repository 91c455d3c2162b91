import * as vscode from 'vscode';
import { argumentsOf, oneOf, textOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/** Writes the whole trail to a CSV or JSON file for a review. Arguments: `{ out, format }`. */
export const exportAuditTrail: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const out = textOf(wanted.out) ?? (await askFile());
    if (out === undefined) return undefined;
    const format =
      oneOf(wanted.format, ['csv', 'json'] as const) ?? (out.toLowerCase().endsWith('.csv') ? 'csv' : 'json');
    const result = await ctx.runJob('auditExport', { out, format }, vscode.l10n.t('Exporting the audit trail'));
    notify(vscode.l10n.t('Exported {0} to {1}.', counted(result.submissions, 'submission'), result.out), {
      title: vscode.l10n.t('Open'),
      command: 'vscode.open',
      arguments: [vscode.Uri.file(result.out)],
    });
    return result;
  },
};

async function askFile(): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Audit Trail'),
    filters: { [vscode.l10n.t('Table (CSV)')]: ['csv'], [vscode.l10n.t('All details (JSON)')]: ['json'] },
    saveLabel: vscode.l10n.t('Export'),
  });
  return uri?.fsPath;
}
