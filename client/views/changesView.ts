import * as vscode from 'vscode';
import type { ChangedChild } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { counted } from '../platform/counted.ts';
import type { ChangeState } from './changesModel.ts';

/** A group, a child in it, or the line that stands for the children beyond what is listed. */
export type ChangesNode =
  | { readonly kind: 'group'; readonly state: ChangeState; readonly children: readonly ChangedChild[] }
  | { readonly kind: 'child'; readonly child: ChangedChild }
  | { readonly kind: 'more'; readonly state: ChangeState; readonly hidden: number };

/** Children listed in a group before the "Show more" line, and how many each click adds. */
const pageSize = 1000;

const icons: Readonly<Record<ChangeState, string>> = {
  new: 'diff-added',
  updated: 'diff-modified',
  deleted: 'diff-removed',
};
const states: readonly ChangeState[] = ['new', 'updated', 'deleted'];

/** The list of changed children, by what happened to them. */
export class ChangesView implements vscode.TreeDataProvider<ChangesNode>, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<ChangesNode>;
  readonly #listening: vscode.Disposable;
  readonly #limits = new Map<ChangeState, number>();

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#view = vscode.window.createTreeView('ssd.views.changes', { treeDataProvider: this, showCollapseAll: true });
    this.#listening = ctx.changes.onDidChange(() => this.#refresh());
  }

  getChildren(node?: ChangesNode): ChangesNode[] {
    if (node === undefined) return this.#groups();
    if (node.kind !== 'group') return [];
    const limit = this.#limits.get(node.state) ?? pageSize;
    const listed: ChangesNode[] = node.children.slice(0, limit).map((child) => ({ kind: 'child', child }));
    const hidden = node.children.length - listed.length;
    if (hidden > 0) listed.push({ kind: 'more', state: node.state, hidden });
    return listed;
  }

  getTreeItem(node: ChangesNode): vscode.TreeItem {
    if (node.kind === 'group') return groupItem(node.state, node.children.length);
    if (node.kind === 'more') return moreItem(node);
    return childItem(node.child);
  }

  /** Lists one page more of a group. */
  showMore(state: ChangeState): void {
    this.#limits.set(state, (this.#limits.get(state) ?? pageSize) + pageSize);
    this.#changed.fire();
  }

  #groups(): ChangesNode[] {
    if (this.#ctx.changes.result === null) return [];
    const visible = this.#ctx.changes.visible();
    return states
      .map((state) => ({ kind: 'group' as const, state, children: visible.filter((child) => child.state === state) }))
      .filter((group) => group.children.length > 0);
  }

  #refresh(): void {
    const { result, filter } = this.#ctx.changes;
    const shown = this.#ctx.changes.visible().length;
    const total = result?.children.length ?? 0;
    this.#view.message = result === null ? '' : messageFor(shown, total, filter.search);
    this.#view.badge = total === 0 ? undefined : { value: total, tooltip: counted(total, 'changed child') };
    this.#changed.fire();
  }

  dispose(): void {
    this.#listening.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }
}

function messageFor(shown: number, total: number, search: string): string {
  if (total === 0) return vscode.l10n.t('Nothing has changed since the last accepted payload.');
  if (shown === total) return counted(total, 'changed child');
  return search === ''
    ? vscode.l10n.t('{0} of {1} shown.', shown, counted(total, 'changed child'))
    : vscode.l10n.t('{0} of {1} shown for the search “{2}”.', shown, counted(total, 'changed child'), search);
}

function groupLabel(state: ChangeState): string {
  if (state === 'new') return vscode.l10n.t('New');
  if (state === 'updated') return vscode.l10n.t('Updated');
  return vscode.l10n.t('Deleted');
}

function groupItem(state: ChangeState, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(groupLabel(state), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group:${state}`;
  item.description = String(count);
  item.iconPath = new vscode.ThemeIcon(icons[state]);
  item.contextValue = `ssd.changes.group.${state}`;
  item.accessibilityInformation = { label: vscode.l10n.t('{0}, {1}', groupLabel(state), counted(count, 'child')) };
  return item;
}

function moreItem(node: { readonly state: ChangeState; readonly hidden: number }): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Show more ({0} not listed)', node.hidden));
  item.id = `more:${node.state}`;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = {
    command: 'ssd.changes.showMore',
    title: vscode.l10n.t('Show More'),
    arguments: [{ state: node.state }],
  };
  return item;
}

function childItem(child: ChangedChild): vscode.TreeItem {
  const item = new vscode.TreeItem(child.personId);
  item.id = `child:${child.personId}`;
  item.description = descriptionOf(child);
  item.tooltip = tooltipOf(child);
  item.iconPath = iconOf(child);
  item.contextValue = child.heldBack === null ? 'ssd.changes.child' : 'ssd.changes.child.held';
  item.command = {
    command: 'ssd.changes.openChild',
    title: vscode.l10n.t('Open Changes'),
    arguments: [{ personId: child.personId }],
  };
  item.accessibilityInformation = {
    label: vscode.l10n.t('Child {0}, {1}. {2}', child.personId, groupLabel(child.state), descriptionOf(child)),
  };
  return item;
}

function descriptionOf(child: ChangedChild): string {
  const parts: string[] = [];
  if (child.heldBack !== null) parts.push(vscode.l10n.t('held back: {0}', child.heldBack));
  if (child.errors > 0) parts.push(vscode.l10n.t('{0}, will not be sent', counted(child.errors, 'error')));
  if (child.status.toLowerCase() === 'error') parts.push(vscode.l10n.t('rejected last time'));
  const [first] = child.summary;
  if (first !== undefined) parts.push(first);
  if (child.summary.length > 1) parts.push(vscode.l10n.t('+{0} more', child.summary.length - 1));
  return parts.join(' · ');
}

function tooltipOf(child: ChangedChild): string {
  const lines = [vscode.l10n.t('Child {0}: {1}', child.personId, groupLabel(child.state).toLowerCase())];
  if (child.heldBack !== null) lines.push(vscode.l10n.t('Held back: {0}', child.heldBack));
  if (child.errors + child.warnings > 0) {
    lines.push(vscode.l10n.t('{0}, {1}', counted(child.errors, 'error'), counted(child.warnings, 'warning')));
  }
  return [...lines, ...child.summary.map((line) => `• ${line}`)].join('\n');
}

function iconOf(child: ChangedChild): vscode.ThemeIcon {
  if (child.heldBack !== null) return new vscode.ThemeIcon('debug-pause');
  if (child.errors > 0) return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (child.warnings > 0) return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  return new vscode.ThemeIcon(icons[child.state]);
}
