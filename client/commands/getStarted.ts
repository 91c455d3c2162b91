import * as vscode from 'vscode';
import type { Command } from './command.ts';

/** Opens the walkthrough "Send your first payload". */
export const getStarted: Command = {
  needsTrust: false,
  run: async (ctx) => {
    await vscode.commands.executeCommand(
      'workbench.action.openWalkthrough',
      `${ctx.extension.extension.id}#firstPayload`,
      false,
    );
  },
};
