import * as vscode from 'vscode';
import { purposeLabel, purposeOf } from '../config/connectionInUse.ts';
import { connectionProfiles, sandboxName } from '../config/settings.ts';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import type { Command } from './command.ts';

interface ConnectionPick extends vscode.QuickPickItem {
  /** Empty for the sandbox; undefined adds a new one. */
  readonly name: string | undefined;
}

/** Makes a connection, or the sandbox, the one in use. Argument: a connection of the view, or `{ connection }`. */
export const chooseConnection: Command = {
  needsTrust: false,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const named =
      textOf(wanted.connection) ??
      textOf(argumentsOf(wanted.profile).name) ??
      (wanted.kind === 'sandbox' || wanted.connection === '' ? '' : undefined);
    const name = named ?? (await pick(ctx.connection.name));
    if (name === undefined) return undefined;
    const folders = vscode.workspace.workspaceFolders ?? [];
    const target = folders.length > 0 ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await vscode.workspace.getConfiguration('ssd').update('connection', name === '' ? sandboxName : name, target);
    return { connection: name };
  },
};

async function pick(inUse: string | null): Promise<string | undefined> {
  const mark = (name: string | null) => (name === inUse ? vscode.l10n.t('in use') : '');
  const items: ConnectionPick[] = [
    { label: `$(beaker) ${vscode.l10n.t('Sandbox')}`, description: mark(null), name: '' },
    ...connectionProfiles().map((profile) => ({
      label: `$(database) ${profile.name}`,
      description: [mark(profile.name), purposeLabel(purposeOf(profile))].filter((part) => part !== '').join(' · '),
      name: profile.name,
    })),
    { label: `$(add) ${vscode.l10n.t('Add a connection...')}`, name: undefined },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Choose Connection') });
  if (picked && picked.name === undefined) await vscode.commands.executeCommand('ssd.addConnection');
  return picked?.name;
}
