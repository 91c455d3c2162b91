import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import { notify, notifyWarning } from '../platform/notify.ts';
import { locateChild } from '../problems/locateInPayload.ts';
import type { Command } from './command.ts';
import { requestValidation } from './validatePayload.ts';

/** Code lens of a child: shows its problems and goes to the first. Arguments: the document's URI and the child's id. */
export const validateChild: Command = {
  needsTrust: false,
  run: async (ctx, ...given) => {
    const { uri, personId } = lensArguments(given);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    const place = locateChild(document.getText(), personId);
    if (place === null) throw new DataflowError('usage', vscode.l10n.t('This document no longer holds the child.'));
    const [counts] = (await requestValidation(ctx, [uri.toString()])).files;
    if (counts && counts.errors + counts.warnings + counts.others > 0) await problemsShown(uri);
    const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
    const problems = vscode.languages
      .getDiagnostics(uri)
      .filter((problem) => range.contains(problem.range.start))
      .sort((a, b) => a.range.start.compareTo(b.range.start));
    const [first] = problems;
    if (first === undefined) notify(vscode.l10n.t('Child {0} has no problems.', personId));
    else {
      editor.selection = new vscode.Selection(first.range.start, first.range.start);
      editor.revealRange(first.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      await vscode.commands.executeCommand('editor.action.marker.next');
      notifyWarning(vscode.l10n.t('Child {0} has {1} problems. The first is shown.', personId, problems.length));
    }
    return { problems: problems.length };
  },
};

/** Milliseconds to wait for the editor to show problems that the server has found. */
const showingTime = 5_000;

/** Waits until the editor shows problems of a document. */
async function problemsShown(uri: vscode.Uri): Promise<void> {
  if (vscode.languages.getDiagnostics(uri).length > 0) return;
  await new Promise<void>((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    };
    const timer = setTimeout(stop, showingTime);
    const listening = vscode.languages.onDidChangeDiagnostics(() => {
      if (vscode.languages.getDiagnostics(uri).length > 0) stop();
    });
  });
}

/** What a code lens passes: the document and the child. @throws DataflowError `usage` for anything else */
export function lensArguments(given: readonly unknown[]): { readonly uri: vscode.Uri; readonly personId: string } {
  const [uri, personId] = given;
  if (typeof uri !== 'string' || typeof personId !== 'string') {
    throw new DataflowError('usage', vscode.l10n.t('Use the links above a child in a payload.'));
  }
  return { uri: vscode.Uri.parse(uri, true), personId };
}
