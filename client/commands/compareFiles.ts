import * as vscode from 'vscode';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/**
 * Compares two payload files and opens the delta that leads from the first to the second. Arguments:
 * `{ previous, current, out }` as paths, or two files selected in the explorer.
 */
export const compareFiles: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const files = selectedFiles(given);
    const wanted = argumentsOf(given[0]);
    const previous =
      textOf(wanted.previous) ??
      files[0] ??
      (await askFile(vscode.l10n.t('Choose the payload that was accepted before')));
    if (previous === undefined) return undefined;
    const current =
      textOf(wanted.current) ?? files[1] ?? (await askFile(vscode.l10n.t('Choose the payload as it is now')));
    if (current === undefined) return undefined;
    const out = textOf(wanted.out);
    const result = await ctx.runJob(
      'deltaFiles',
      { previous, current, ...(out === undefined ? {} : { out }) },
      vscode.l10n.t('Comparing'),
    );
    if (result.text !== null) await ctx.reports.openJson(vscode.l10n.t('Delta'), result.text);
    notify(vscode.l10n.t('The payloads differ in {0}.', counted(result.children, 'child')));
    return result;
  },
};

/** VS Code passes the clicked file and then all selected ones. */
function selectedFiles(given: readonly unknown[]): readonly string[] {
  const selected = Array.isArray(given[1]) ? given[1] : [];
  return selected.filter((item): item is vscode.Uri => item instanceof vscode.Uri).map((uri) => uri.fsPath);
}

async function askFile(title: string): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({ title, canSelectMany: false, filters: { JSON: ['json'] } });
  return picked?.[0]?.fsPath;
}
