import * as vscode from 'vscode';
import { counted } from '../platform/counted.ts';
import { notify, notifyWarning } from '../platform/notify.ts';
import type { Command } from './command.ts';

/** Checks that no line of the audit trail was changed, removed or added afterwards. */
export const verifyAuditTrail: Command = {
  needsTrust: true,
  run: async (ctx) => {
    const result = await ctx.runJob('auditVerify', {}, vscode.l10n.t('Verifying the audit trail'));
    const { firstBroken } = result;
    if (firstBroken === null) {
      notify(
        vscode.l10n.t(
          'The audit trail is whole: {0}, {1}, no line changed.',
          counted(result.submissions, 'submission'),
          counted(result.events, 'event'),
        ),
      );
    } else {
      notifyWarning(
        vscode.l10n.t(
          'The audit trail was changed: {0}, line {1}: {2} Keep a copy of the folder and tell your information governance team.',
          firstBroken.file,
          firstBroken.line,
          firstBroken.reason,
        ),
      );
    }
    return result;
  },
};
