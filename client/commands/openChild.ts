import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import type { Ctx } from '../ctx.ts';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import type { ChangesSource } from '../views/changesModel.ts';
import type { Command } from './command.ts';

/** The child that a tree item or `{ personId }` names, with the list that it is in. */
export function namedChild(ctx: Ctx, argument: unknown): { readonly personId: string; readonly from: ChangesSource } {
  const given = argumentsOf(argument);
  const personId = textOf(given.personId) ?? textOf(argumentsOf(given.child).personId);
  const { from } = ctx.changes;
  if (personId === undefined || from === null) {
    throw new DataflowError('usage', vscode.l10n.t('Choose a child in the Changes view first.'));
  }
  return { personId, from };
}

/** Opens one child: previous beside current, or as it will be sent. Argument: a child of the view or `{ personId }`. */
export const openChild: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { personId, from } = namedChild(ctx, given[0]);
    const asSent = argumentsOf(given[0]).asSent ?? ctx.changes.asSent;
    if (asSent === true) return await openAsSent(ctx, personId, from);
    const left = ctx.deltas.uri('previous', personId, from);
    const right = ctx.deltas.uri('current', personId, from);
    const state = ctx.changes.child(personId)?.state;
    await vscode.commands.executeCommand('vscode.diff', left, right, diffTitle(personId, state), { preview: true });
    return { left: left.toString(), right: right.toString() };
  },
};

async function openAsSent(ctx: Ctx, personId: string, from: ChangesSource): Promise<unknown> {
  await ctx.language.session();
  const uri = ctx.deltas.uri('delta', personId, from);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
  return { uri: uri.toString() };
}

/** Names both sides, and says why one of them is empty. */
function diffTitle(personId: string, state: string | undefined): string {
  if (state === 'new') return vscode.l10n.t('{0}: new (the DfE holds nothing)', personId);
  if (state === 'deleted') return vscode.l10n.t('{0}: accepted by the DfE ↔ deleted', personId);
  return vscode.l10n.t('{0}: accepted by the DfE ↔ staged now', personId);
}
