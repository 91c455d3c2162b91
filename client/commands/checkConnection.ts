import * as vscode from 'vscode';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { notify, notifyWarning } from '../platform/notify.ts';
import { checkReport, checkSummary } from '../reports/checkReport.ts';
import type { Command } from './command.ts';

/**
 * Checks the database, the staging table, the token and the address, and opens a report. Arguments: a connection of
 * the view, or `{ connection, values }`; `values: false` leaves out the checks of the values in the SSD.
 */
export const checkConnection: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const connection = textOf(wanted.connection) ?? textOf(argumentsOf(wanted.profile).name);
    const source = connection === undefined ? ctx.source() : { connection };
    const name = connection ?? ctx.connection.name ?? vscode.l10n.t('the sandbox');
    const result = await ctx.runJob(
      'check',
      { ...source, values: wanted.values !== false },
      vscode.l10n.t('Checking {0}', name),
    );
    await ctx.reports.openMarkdown(vscode.l10n.t('Check of {0}', name), checkReport(result, name, vscode.l10n.t));
    const summary = checkSummary(result, vscode.l10n.t);
    if (result.items.some((item) => item.outcome === 'fail')) notifyWarning(summary);
    else notify(summary);
    return result;
  },
};
