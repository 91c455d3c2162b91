import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { type ValidationReportResult, validationReportRequest } from '../../server/protocol.ts';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/**
 * Opens a summary of all problems by rule and field, without values of children. Arguments: `{ uris }` narrows it;
 * `{ sarif }` is a file to write SARIF to.
 */
export const validationReport: Command = {
  needsTrust: false,
  run: async (ctx, ...given) => {
    const { uris, sarif } = argumentsOf(given[0]);
    const session = await ctx.language.session();
    const answer = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Writing the validation report') },
      async () => await session.request(validationReportRequest, Array.isArray(uris) ? { uris } : {}),
    );
    // Server and client are built together from one protocol file.
    const report = answer as ValidationReportResult;
    await ctx.reports.openMarkdown(vscode.l10n.t('Validation report'), withoutFileLinks(report.markdown));
    const file = textOf(sarif);
    if (file !== undefined) await writeFile(file, report.sarif);
    else offerSarif(report.sarif);
    return report;
  },
};

/** VS Code's Markdown preview shows links to files as raw text, so their words alone are kept. */
function withoutFileLinks(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\(file:[^)]*\)/g, '$1');
}

function offerSarif(sarif: string): void {
  const save = vscode.l10n.t('Save as SARIF...');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('The validation report is open.'), save)
    .then(async (picked) => {
      if (picked !== save) return;
      const uri = await vscode.window.showSaveDialog({
        filters: { SARIF: ['sarif'] },
        saveLabel: vscode.l10n.t('Save'),
      });
      if (!uri) return;
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(sarif));
      notify(vscode.l10n.t('Saved {0}.', uri.fsPath));
    });
}
