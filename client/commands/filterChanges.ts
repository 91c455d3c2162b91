import * as vscode from 'vscode';
import { argumentsOf, oneOf, textOf } from '../platform/arguments.ts';
import { type ChangeState, type ChangesFilter, noFilter } from '../views/changesModel.ts';
import type { Command } from './command.ts';

const states: readonly ChangeState[] = ['new', 'updated', 'deleted'];

/** Asks for words and lists the children whose id or changes contain them. Argument: `{ search }`. */
export const searchChanges: Command = {
  needsTrust: false,
  run: async (ctx, ...given) => {
    const search =
      textOf(argumentsOf(given[0]).search) ??
      (await vscode.window.showInputBox({
        title: vscode.l10n.t('Search the changes'),
        prompt: vscode.l10n.t('Part of a child’s id, or words of a change such as “placement”.'),
        value: ctx.changes.filter.search,
      }));
    if (search === undefined) return undefined;
    ctx.changes.filter = { ...ctx.changes.filter, search };
    return { shown: ctx.changes.visible().length };
  },
};

interface FilterPick extends vscode.QuickPickItem {
  readonly filter: ChangesFilter;
}

/** Asks what to list: everything, one state, children with problems, or those held back. */
export const filterChanges: Command = {
  needsTrust: false,
  run: async (ctx) => {
    const { search } = ctx.changes.filter;
    const of = (label: string, filter: Partial<ChangesFilter>): FilterPick => ({
      label,
      filter: { ...noFilter, search, ...filter },
    });
    const picked = await vscode.window.showQuickPick(
      [
        of(vscode.l10n.t('All changes'), {}),
        of(vscode.l10n.t('New children'), { states: new Set(['new']) }),
        of(vscode.l10n.t('Updated children'), { states: new Set(['updated']) }),
        of(vscode.l10n.t('Deleted children'), { states: new Set(['deleted']) }),
        of(vscode.l10n.t('Children with problems'), { only: 'withProblems' }),
        of(vscode.l10n.t('Children held back'), { only: 'heldBack' }),
      ],
      { title: vscode.l10n.t('Filter the changes') },
    );
    if (picked !== undefined) ctx.changes.filter = picked.filter;
    return undefined;
  },
};

/** Sets a whole filter, for the counts of the Staging view. Argument: `{ states, search, only }`. */
export const applyChangesFilter: Command = {
  needsTrust: false,
  run: async (ctx, ...given) => {
    const wanted = argumentsOf(given[0]);
    const list = Array.isArray(wanted.states) ? wanted.states : [];
    ctx.changes.filter = {
      states: new Set(states.filter((state) => list.includes(state))),
      search: textOf(wanted.search) ?? '',
      only: oneOf(wanted.only, ['all', 'withProblems', 'heldBack'] as const) ?? 'all',
    };
    await vscode.commands.executeCommand('ssd.views.changes.focus');
    return { shown: ctx.changes.visible().length };
  },
};

/** Lists everything again. */
export const clearChangesFilter: Command = {
  needsTrust: false,
  run: async (ctx) => {
    ctx.changes.filter = noFilter;
    return { shown: ctx.changes.visible().length };
  },
};
