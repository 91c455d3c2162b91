import * as vscode from 'vscode';
import { counted } from '../platform/counted.ts';
import { notify, notifyWarning } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { requestValidation } from './validatePayload.ts';

/** Checks every payload and extract of the workspace, open or not, and shows the Problems panel. */
export const validateWorkspace: Command = {
  needsTrust: false,
  run: async (ctx) => {
    const result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Validating the workspace') },
      async () => await requestValidation(ctx),
    );
    const sum = (count: (file: (typeof result.files)[number]) => number) =>
      result.files.reduce((total, file) => total + count(file), 0);
    const errors = sum((file) => file.errors);
    const warnings = sum((file) => file.warnings);
    if (result.files.length === 0) notify(vscode.l10n.t('The workspace holds no payloads and no extracts.'));
    else if (errors + warnings === 0)
      notify(vscode.l10n.t('Checked {0}. No problems were found.', counted(result.files.length, 'file')));
    else {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      notifyWarning(
        vscode.l10n.t(
          'Checked {0}: {1}, {2}.',
          counted(result.files.length, 'file'),
          counted(errors, 'error'),
          counted(warnings, 'warning'),
        ),
        { title: vscode.l10n.t('Validation Report'), command: 'ssd.validationReport' },
      );
    }
    return result;
  },
};
