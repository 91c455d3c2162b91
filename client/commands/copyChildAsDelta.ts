import * as vscode from 'vscode';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { changeOfDocument } from './showChildChanges.ts';
import { lensArguments } from './validateChild.ts';

/**
 * Code lens of a child: copies what would be sent for it as a delta. Arguments: the document's URI and the child's id.
 */
export const copyChildAsDelta: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { personId } = lensArguments(given);
    const { delta } = await changeOfDocument(ctx, given);
    if (delta === null) {
      notify(vscode.l10n.t('There is nothing to copy: child {0} is as the DfE last accepted it.', personId));
    } else {
      await vscode.env.clipboard.writeText(delta);
      notify(vscode.l10n.t('The delta of child {0} is on the clipboard. It holds personal details.', personId));
    }
    return { delta };
  },
};
