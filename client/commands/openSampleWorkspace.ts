import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { argumentsOf, textOf } from '../platform/arguments.ts';
import type { Command } from './command.ts';

/**
 * Copies the sample workspace (payloads with mistakes, an extract pack to edit) into a folder and opens it. Files
 * that are there already stay as they are. Arguments: `{ folder, open }`; `open: false` only copies.
 */
export const openSampleWorkspace: Command = {
  needsTrust: false,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const folder = textOf(wanted.folder) ?? path.join(ctx.dataFolder, 'sample-workspace');
    await mkdir(folder, { recursive: true });
    await cp(ctx.extension.asAbsolutePath('sample'), folder, { recursive: true, force: false });
    if (wanted.open !== false) {
      await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow: false });
    }
    return { folder };
  },
};
