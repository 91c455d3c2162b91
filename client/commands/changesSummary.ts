import * as vscode from 'vscode';
import { notify } from '../platform/notify.ts';
import { changesReport } from '../reports/changesReport.ts';
import type { Command } from './command.ts';

/** Opens what changed by section and field over all children. */
export const changesSummary: Command = {
  needsTrust: false,
  run: async (ctx) => {
    const { result } = ctx.changes;
    if (result === null) {
      notify(vscode.l10n.t('Run “SSD: Preview Delta” first.'), {
        title: vscode.l10n.t('Preview Delta'),
        command: 'ssd.previewDelta',
      });
      return undefined;
    }
    const uri = await ctx.reports.openMarkdown(vscode.l10n.t('Changes'), changesReport(result, vscode.l10n.t));
    return { uri: uri.toString() };
  },
};
