import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import type { ChildChangeResult } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { locateChild } from '../problems/locateInPayload.ts';
import { changesInput } from '../views/changesModel.ts';
import type { Command } from './command.ts';
import { lensArguments } from './validateChild.ts';

/**
 * Code lens of a child: what the DfE last accepted beside the child as it stands in this document, both in canonical
 * order, so that order is no difference. Arguments: the document's URI and the child's id.
 */
export const showChildChanges: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { personId } = lensArguments(given);
    const change = await changeOfDocument(ctx, given);
    const left = ctx.reports.keepJson(`${personId} accepted`, change.previous);
    const right = ctx.reports.keepJson(`${personId} in this payload`, change.current);
    const title = vscode.l10n.t('{0}: accepted by the DfE ↔ this payload', personId);
    await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
    return change;
  },
};

/** Compares the child of a document with what the DfE last accepted. */
export async function changeOfDocument(ctx: Ctx, given: readonly unknown[]): Promise<ChildChangeResult> {
  const { uri, personId } = lensArguments(given);
  const text = (await vscode.workspace.openTextDocument(uri)).getText();
  const place = locateChild(text, personId);
  if (place === null) throw new DataflowError('usage', vscode.l10n.t('This document no longer holds the child.'));
  const from = ctx.changes.from ?? { source: ctx.source(), table: undefined };
  const payload = text.slice(place.start, place.end);
  return await ctx.runQuietJob('childChange', { ...changesInput(from), personId, payload });
}
