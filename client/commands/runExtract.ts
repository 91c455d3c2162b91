import path from 'node:path';
import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import type { Command } from './command.ts';

/** Children that a trial run of an extract reads. */
const trialChildren = 20;

/**
 * Runs the extract pack with the SQL file of the active editor, or of the given URI, in place of the shipped one, for a
 * few children, and opens the payload.
 */
export const runExtract: Command = {
  needsTrust: true,
  run: async (_ctx, ...given) => {
    const uri = sqlUri(given[0]);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.isDirty) await document.save();
    return await vscode.commands.executeCommand('ssd.extractPayload', {
      pack: path.dirname(uri.fsPath),
      limit: trialChildren,
    });
  },
};

function sqlUri(argument: unknown): vscode.Uri {
  const uri =
    argument instanceof vscode.Uri
      ? argument
      : typeof argument === 'string'
        ? vscode.Uri.parse(argument, true)
        : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file' || !uri.fsPath.toLowerCase().endsWith('.sql')) {
    throw new DataflowError('usage', vscode.l10n.t('Open an extract (a saved SQL file) in the editor first.'));
  }
  return uri;
}
