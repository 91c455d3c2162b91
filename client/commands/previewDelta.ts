import * as vscode from 'vscode';
import type { StageResult } from '../../jobs/contract.ts';
import { argumentsOf, oneOf } from '../platform/arguments.ts';
import { notify } from '../platform/notify.ts';
import { changesInput } from '../views/changesModel.ts';
import type { Command } from './command.ts';

/**
 * Extracts, stages, and lists what changed since the last accepted payload in the Changes view. Arguments:
 * `{ stage: false }` lists what is staged already; `{ table: 'live' | 'anon' }`.
 */
export const previewDelta: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { stage, table } = argumentsOf(given[0]);
    const from = { source: ctx.source(), table: oneOf(table, ['live', 'anon'] as const) };
    let staged: StageResult | null = null;
    if (stage !== false) {
      staged = await ctx.runJob('stage', changesInput(from), vscode.l10n.t('Extracting and staging'));
    }
    const result = await ctx.runJob('changes', changesInput(from), vscode.l10n.t('Comparing'));
    ctx.changes.show(from, result);
    await vscode.commands.executeCommand('ssd.views.changes.focus');
    const { counts } = result;
    notify(
      vscode.l10n.t(
        '{0} new, {1} updated, {2} deleted, {3} unchanged.',
        counts.new,
        counts.updated,
        counts.deleted,
        counts.unchanged,
      ),
      { title: vscode.l10n.t('Open All Changes'), command: 'ssd.changes.openAll' },
      { title: vscode.l10n.t('Submit...'), command: 'ssd.submitPayload' },
    );
    return { staged, ...result };
  },
};
