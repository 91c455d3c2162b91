import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import type { ValidateFilesResult } from '../../server/protocol.ts';
import { validateWorkspaceRequest } from '../../server/protocol.ts';
import type { Ctx } from '../ctx.ts';
import { counted } from '../platform/counted.ts';
import { notify, notifyWarning } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { payloadUri } from './payloadFile.ts';

/** Checks one payload or extract and opens the Problems panel. Argument: a file of a menu, or `{ uri }` or `{ file }`. */
export const validatePayload: Command = {
  needsTrust: false,
  run: async (ctx, ...given) => {
    const uri = payloadUri(given[0]);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true });
    const result = await requestValidation(ctx, [uri.toString()]);
    const [counts] = result.files;
    if (counts === undefined) {
      throw new DataflowError(
        'input',
        vscode.l10n.t(
          'This file does not look like a payload: it is not an array of children. Open a payload, or add the file to the setting “ssd.payload.files”.',
        ),
      );
    }
    if (counts.errors + counts.warnings + counts.others === 0) notify(vscode.l10n.t('No problems were found.'));
    else {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      notifyWarning(
        vscode.l10n.t('Found {0} and {1}.', counted(counts.errors, 'error'), counted(counts.warnings, 'warning')),
      );
    }
    return counts;
  },
};

/** Asks the language server to check files and show their problems; without `uris` all of the workspace. */
export async function requestValidation(ctx: Ctx, uris?: readonly string[]): Promise<ValidateFilesResult> {
  const session = await ctx.language.session();
  const answer = await session.request(validateWorkspaceRequest, uris === undefined ? {} : { uris });
  // Server and client are built together from one protocol file.
  return answer as ValidateFilesResult;
}
