import * as vscode from 'vscode';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/** Records who allows live submissions. It goes into the audit trail. Arguments: `{ name, note }`. */
export const signOffLive: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const name =
      textOf(wanted.name) ??
      (await ask(
        vscode.l10n.t('Who signs off live submissions?'),
        vscode.l10n.t('Name and role of the person who allows real records to be sent to the DfE.'),
      ));
    if (name === undefined) return undefined;
    const note =
      textOf(wanted.note) ??
      (await ask(
        vscode.l10n.t('What was agreed?'),
        vscode.l10n.t('Such as: test submissions reviewed on 3 March, DPIA approved. Leave out details of children.'),
      ));
    if (note === undefined) return undefined;
    const result = await ctx.runJob('signOff', { name, note }, vscode.l10n.t('Recording the sign-off'));
    notify(vscode.l10n.t('The sign-off is recorded in the audit trail.'));
    return result;
  },
};

async function ask(title: string, prompt: string): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('Enter a text.') : undefined),
  });
}
