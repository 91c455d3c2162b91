import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import { type ConnectionProfile, connectionProfiles, sandboxName } from '../config/settings.ts';
import type { Ctx } from '../ctx.ts';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import { askConnection } from './askConnection.ts';
import type { Command } from './command.ts';

/**
 * Asks for a connection step by step, keeps the profile in the user settings and the password in the secret store,
 * makes it the one in use, and offers to check it. Argument: `{ profile }` without a password, to add it unasked.
 */
export const addConnection: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { profile } = argumentsOf(given[0]);
    const name = textOf(argumentsOf(profile).name);
    if (profile !== undefined && (name === undefined || name === sandboxName)) {
      throw new DataflowError('usage', vscode.l10n.t('A connection needs a name of its own.'));
    }
    const asked =
      name === undefined
        ? await askConnection([sandboxName, ...connectionProfiles().map((existing) => existing.name)])
        : { profile: { ...argumentsOf(profile), name }, password: undefined };
    if (asked === undefined) return undefined;
    await save(ctx, asked.profile, asked.password);
    notify(vscode.l10n.t('The connection {0} is set up and in use.', asked.profile.name), {
      title: vscode.l10n.t('Check Connection'),
      command: 'ssd.checkConnection',
    });
    return { connection: asked.profile.name };
  },
};

async function save(ctx: Ctx, profile: ConnectionProfile, password: string | undefined): Promise<void> {
  const others = connectionProfiles().filter((existing) => existing.name !== profile.name);
  await vscode.workspace
    .getConfiguration('ssd')
    .update('connections', [...others, profile], vscode.ConfigurationTarget.Global);
  if (password !== undefined) await ctx.secrets.setPassword(profile.name, password);
  await vscode.commands.executeCommand('ssd.chooseConnection', { connection: profile.name });
}
