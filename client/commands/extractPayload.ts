import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
import { extractFile } from '../platform/extractFile.ts';
import { openIfSmallEnough } from '../platform/files.ts';
import { notify, notifyWarning } from '../platform/notify.ts';
import type { Command } from './command.ts';

/**
 * Extracts payloads from the connection in use, or the sandbox, and opens them. Arguments: `{ out, pack, limit, quiet }`.
 * Without `out` the file lies in the extension's own folder, outside every repository, and each extract replaces the one before.
 */
export const extractPayload: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { out, pack, limit } = argumentsOf(given[0]);
    const file = textOf(out) ?? extractFile(ctx);
    await mkdir(path.dirname(file), { recursive: true });
    const ownPack = textOf(pack);
    const result = await ctx.runJob(
      'extract',
      {
        ...ctx.source(),
        out: file,
        ...(ownPack === undefined ? {} : { pack: ownPack }),
        ...(typeof limit === 'number' ? { limit } : {}),
      },
      vscode.l10n.t('Extracting payload'),
    );
    for (const child of result.notAssembled) ctx.log.info(`Child ${child.personId} was not extracted: ${child.reason}`);
    const uri = vscode.Uri.file(file);
    const opened = await openIfSmallEnough(uri);
    tell(result.children, result.problems, result.notAssembled.length, opened, uri);
    return { ...result, uri: uri.toString() };
  },
};

function tell(
  children: number,
  problems: { readonly errors: number; readonly warnings: number; readonly childrenWithErrors: number },
  notAssembled: number,
  opened: boolean,
  uri: vscode.Uri,
): void {
  const parts = [vscode.l10n.t('Extracted {0}.', counted(children, 'child'))];
  if (problems.errors > 0) {
    parts.push(
      vscode.l10n.t('{0} in {1}.', counted(problems.errors, 'error'), counted(problems.childrenWithErrors, 'child')),
    );
  }
  if (problems.warnings > 0) parts.push(vscode.l10n.t('{0}.', counted(problems.warnings, 'warning')));
  if (notAssembled > 0)
    parts.push(vscode.l10n.t('{0} could not be put together; the log says why.', counted(notAssembled, 'child')));
  if (!opened) parts.push(vscode.l10n.t('The file is large, so it was not opened: {0}', uri.fsPath));
  const open = { title: vscode.l10n.t('Open'), command: 'vscode.open', arguments: [uri] };
  const preview = { title: vscode.l10n.t('Preview Delta'), command: 'ssd.previewDelta' };
  if (problems.errors > 0 || notAssembled > 0) {
    notifyWarning(
      parts.join(' '),
      opened ? { title: vscode.l10n.t('Show Problems'), command: 'workbench.actions.view.problems' } : open,
      preview,
    );
  } else notify(parts.join(' '), ...(opened ? [] : [open]), preview);
}
