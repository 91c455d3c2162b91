import * as vscode from 'vscode';
import { argumentsOf, oneOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { showSubmissionReport } from './showSubmissionReport.ts';

/** Settles the batches that an interrupted submission left in doubt. Argument: `{ table }`. */
export const resumeSubmission: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const table = oneOf(argumentsOf(given[0]).table, ['live', 'anon'] as const);
    const report = await ctx.runJob(
      'resume',
      { ...ctx.source(), ...(table === undefined ? {} : { table }) },
      vscode.l10n.t('Settling the interrupted submission'),
    );
    if (report === null) notify(vscode.l10n.t('There is nothing to resume: no submission was interrupted.'));
    else await showSubmissionReport(ctx, report, undefined);
    return report;
  },
};
