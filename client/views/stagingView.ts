import * as vscode from 'vscode';
import type { ChangedChild } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { counted } from '../platform/counted.ts';
import type { ChangeState, ChangesFilter } from './changesModel.ts';
import { noFilter } from './changesModel.ts';

/** One count of the staging table; clicking it narrows the Changes view. */
export interface StagingNode {
  readonly id: string;
  readonly label: string;
  readonly count: number;
  readonly icon: string;
  readonly filter: Partial<Omit<ChangesFilter, 'states'>> & { readonly states?: readonly ChangeState[] };
}

/** The staging table in numbers: rows by state, and what the next submission would meet. */
export class StagingView implements vscode.TreeDataProvider<StagingNode>, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #disposables: vscode.Disposable[];

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#disposables = [
      this.#changed,
      vscode.window.createTreeView('ssd.views.staging', { treeDataProvider: this }),
      ctx.changes.onDidChange(() => this.#changed.fire()),
    ];
  }

  getChildren(node?: StagingNode): StagingNode[] {
    const { result } = this.#ctx.changes;
    if (node !== undefined || result === null) return [];
    const { counts, children } = result;
    const count = (matches: (child: ChangedChild) => boolean) => children.filter(matches).length;
    const nodes: StagingNode[] = [
      { id: 'new', label: vscode.l10n.t('New'), count: counts.new, icon: 'diff-added', filter: { states: ['new'] } },
      {
        id: 'updated',
        label: vscode.l10n.t('Updated'),
        count: counts.updated,
        icon: 'diff-modified',
        filter: { states: ['updated'] },
      },
      {
        id: 'deleted',
        label: vscode.l10n.t('Deleted'),
        count: counts.deleted,
        icon: 'diff-removed',
        filter: { states: ['deleted'] },
      },
      { id: 'unchanged', label: vscode.l10n.t('Unchanged'), count: counts.unchanged, icon: 'pass', filter: {} },
      {
        id: 'pending',
        label: vscode.l10n.t('Waiting to be sent'),
        count: counts.pending,
        icon: 'cloud-upload',
        filter: {},
      },
      {
        id: 'problems',
        label: vscode.l10n.t('With problems'),
        count: count((child) => child.errors + child.warnings > 0),
        icon: 'warning',
        filter: { only: 'withProblems' },
      },
      {
        id: 'held',
        label: vscode.l10n.t('Held back'),
        count: count((child) => child.heldBack !== null),
        icon: 'debug-pause',
        filter: { only: 'heldBack' },
      },
    ];
    return nodes;
  }

  getTreeItem(node: StagingNode): vscode.TreeItem {
    const item = new vscode.TreeItem(node.label);
    item.id = `staging:${node.id}`;
    item.description = String(node.count);
    item.iconPath = new vscode.ThemeIcon(node.icon);
    item.contextValue = 'ssd.staging.count';
    item.accessibilityInformation = { label: vscode.l10n.t('{0}: {1}', node.label, counted(node.count, 'child')) };
    item.command = {
      command: 'ssd.changes.applyFilter',
      title: vscode.l10n.t('Show in Changes'),
      arguments: [{ ...noFilter, states: [], ...node.filter }],
    };
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
