import * as vscode from 'vscode';
import { argumentsOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
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
    notify(vscode.l10n.t('A day has passed, and {0} changed.', counted(result.changed, 'invented child')), {
      title: vscode.l10n.t('Preview Delta'),
      command: 'ssd.previewDelta',
    });
    return result;
  },
};
