import path from 'node:path';
import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
import { openIfSmallEnough } from '../platform/files.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { payloadUri } from './payloadFile.ts';

/** Writes a copy of a payload with invented personal details, for sending to colleagues. Arguments: `{ file, out }`. */
export const scramblePayload: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const uri = payloadUri(given[0]);
    if (uri.scheme !== 'file') {
      throw new DataflowError('usage', vscode.l10n.t('Save the payload to a file first.'));
    }
    const { dir, name } = path.parse(uri.fsPath);
    const out = textOf(argumentsOf(given[0]).out) ?? path.join(dir, `${name}.scrambled.json`);
    const result = await ctx.runJob('scramble', { file: uri.fsPath, out }, vscode.l10n.t('Scrambling'));
    await openIfSmallEnough(vscode.Uri.file(result.out));
    notify(vscode.l10n.t('Wrote {0} with invented details to {1}.', counted(result.children, 'child'), result.out));
    return result;
  },
};
