import * as vscode from 'vscode';
import { argumentsOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/** Children that one multi-file diff editor shows; more would make it slow and unreadable. */
const mostChildren = 100;

/** Opens the listed changes side by side in one editor. Argument `{ state }` or a group of the view narrows them. */
export const openAllChanges: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { from } = ctx.changes;
    const { state } = argumentsOf(given[0]);
    const visible = ctx.changes.visible().filter((child) => typeof state !== 'string' || child.state === state);
    if (from === null || visible.length === 0) {
      notify(vscode.l10n.t('There are no changes to open.'));
      return { opened: 0, hidden: 0 };
    }
    const children = visible.slice(0, mostChildren);
    const resources = children.map(({ personId, state: is }) => {
      const previous = ctx.deltas.uri('previous', personId, from);
      const current = ctx.deltas.uri('current', personId, from);
      return [current, is === 'new' ? undefined : previous, is === 'deleted' ? undefined : current];
    });
    const hidden = visible.length - children.length;
    const title =
      hidden > 0
        ? vscode.l10n.t('First {0} of {1}', children.length, counted(visible.length, 'changed child'))
        : counted(children.length, 'changed child');
    await vscode.commands.executeCommand('vscode.changes', title, resources);
    return { opened: children.length, hidden };
  },
};
