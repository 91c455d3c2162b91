import * as vscode from 'vscode';
import { connectionProfiles } from '../config/settings.ts';
import type { Ctx } from '../ctx.ts';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

interface SecretPick extends vscode.QuickPickItem {
  readonly save: (value: string) => Promise<void>;
}

/**
 * Puts a key or a password into the operating system's secret store. An empty value removes it. A connection of the
 * view goes straight to its password. Secrets are never taken from an argument.
 */
export const setCredentials: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const connection = textOf(wanted.connection) ?? textOf(argumentsOf(wanted.profile).name);
    const secret = connection === undefined ? await pick(ctx) : passwordOf(ctx, connection);
    if (secret === undefined) return undefined;
    const value = await vscode.window.showInputBox({
      title: secret.label,
      prompt: vscode.l10n.t('It is kept in this computer’s secret store. Leave it empty to remove it.'),
      password: true,
      ignoreFocusOut: true,
    });
    if (value === undefined) return undefined;
    await secret.save(value);
    notify(
      value === ''
        ? vscode.l10n.t('Removed: {0}.', secret.label)
        : vscode.l10n.t('Saved in the secret store: {0}.', secret.label),
      { title: vscode.l10n.t('Check Connection'), command: 'ssd.checkConnection' },
    );
    return { saved: value !== '' };
  },
};

function passwordOf(ctx: Ctx, connection: string): SecretPick {
  return {
    label: vscode.l10n.t('Password of {0}', connection),
    save: async (value) => await ctx.secrets.setPassword(connection, value),
  };
}

async function pick(ctx: Ctx): Promise<SecretPick | undefined> {
  const items: readonly SecretPick[] = [
    {
      label: vscode.l10n.t('Client secret of the DfE API'),
      detail: vscode.l10n.t('From the developer portal, native OAuth application flow.'),
      save: async (value) => await ctx.secrets.setEndpointSecret('clientSecret', value),
    },
    {
      label: vscode.l10n.t('Supplier key of the DfE API'),
      detail: vscode.l10n.t('From the developer portal, subscription key.'),
      save: async (value) => await ctx.secrets.setEndpointSecret('supplierKey', value),
    },
    ...connectionProfiles().map((profile) => passwordOf(ctx, profile.name)),
  ];
  return await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Set Credentials') });
}
