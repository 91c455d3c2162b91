import * as vscode from 'vscode';
import { argumentsOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/** Changes some invented children as a day's work would. Argument: `{ days }`. */
export const advanceSandbox: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { days } = argumentsOf(given[0]);
    const result = await ctx.runJob(
      'sandboxAdvance',
      { days: typeof days === 'number' ? days : 1 },
      vscode.l10n.t('A day passes in the sandbox'),
    );
    notify(vscode.l10n.t('A day has passed: {0} invented children changed.', result.changed), {
      title: vscode.l10n.t('Preview Delta'),
      command: 'ssd.previewDelta',
    });
    return result;
  },
};
