import * as vscode from 'vscode';
import type { Command } from './command.ts';

/** Opens the settings of this extension. */
export const openSettings: Command = {
  needsTrust: false,
  run: async (ctx) => {
    await vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${ctx.extension.extension.id}`);
  },
};
