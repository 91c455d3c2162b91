import * as vscode from 'vscode';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { changesInput } from '../views/changesModel.ts';
import type { Command } from './command.ts';
import { namedChild } from './openChild.ts';

/** Longest reason that is kept, in characters. */
const longestReason = 200;

/** Keeps a child out of submissions until it is included again, with a reason for the audit trail. */
export const holdBack: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { personId, from } = namedChild(ctx, given[0]);
    const reason = textOf(argumentsOf(given[0]).reason) ?? (await askReason(personId));
    if (reason === undefined) return undefined;
    const result = await ctx.runJob(
      'hold',
      { ...changesInput(from), personId, reason },
      vscode.l10n.t('Holding back child {0}', personId),
    );
    await ctx.changes.reload();
    return result;
  },
};

/** Lets a child that was held back be sent again. */
export const includeAgain: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { personId, from } = namedChild(ctx, given[0]);
    const result = await ctx.runJob(
      'hold',
      { ...changesInput(from), personId, reason: null },
      vscode.l10n.t('Including child {0} again', personId),
    );
    await ctx.changes.reload();
    return result;
  },
};

async function askReason(personId: string): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: vscode.l10n.t('Hold back child {0}', personId),
    prompt: vscode.l10n.t('Why? The reason goes into the audit trail, so leave out names and other personal details.'),
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value.trim() === '') return vscode.l10n.t('Enter a reason.');
      return value.length > longestReason ? vscode.l10n.t('Use at most {0} characters.', longestReason) : undefined;
    },
  });
}
