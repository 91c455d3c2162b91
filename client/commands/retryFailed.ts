import * as vscode from 'vscode';
import { argumentsOf, oneOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { planAndSubmit } from './submitPayload.ts';

/**
 * Sends the children that the DfE rejected, and only those. Arguments: `{ mode, send, table }`; without a mode the
 * children go where a test goes.
 */
export const retryFailed: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const table = oneOf(wanted.table, ['live', 'anon'] as const);
    const asked = oneOf(wanted.mode, ['dry-run', 'test', 'live'] as const);
    const from = { ...ctx.source(), ...(table === undefined ? {} : { table }) };
    const changes = await ctx.runJob('changes', from, vscode.l10n.t('Looking for rejected children'));
    const personIds = changes.children
      .filter((child) => child.status.toLowerCase() === 'error')
      .map((child) => child.personId);
    if (personIds.length === 0) {
      notify(vscode.l10n.t('There is nothing to try again: no child was rejected.'));
      return { retried: 0 };
    }
    return await planAndSubmit(ctx, { ...from, mode: asked ?? 'test', personIds }, asked !== undefined);
  },
};
