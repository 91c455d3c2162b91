import * as vscode from 'vscode';
import type { AuditDetail, AuditEntry } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { setContextKey } from '../platform/contextKeys.ts';
import { counted } from '../platform/counted.ts';
import { modeLabel } from '../reports/words.ts';

type Body = AuditDetail['bodies'][number];

/** A day, a submission of that day, or one request or answer of it. */
export type SubmissionsNode =
  | { readonly kind: 'day'; readonly day: string; readonly entries: readonly AuditEntry[] }
  | { readonly kind: 'submission'; readonly entry: AuditEntry }
  | { readonly kind: 'body'; readonly id: string; readonly body: Body };

/** Jobs after which the trail may hold more than is shown. */
const writingJobs: ReadonlySet<string> = new Set(['submit', 'resume', 'signOff', 'hold', 'auditVerify']);

/** The audit trail by day and submission, newest first. */
export class SubmissionsView implements vscode.TreeDataProvider<SubmissionsNode>, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #disposables: vscode.Disposable[];

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#disposables = [
      this.#changed,
      vscode.window.createTreeView('ssd.views.submissions', { treeDataProvider: this, showCollapseAll: true }),
      ctx.onJobEnded((name) => {
        if (writingJobs.has(name)) this.refresh();
      }),
    ];
  }

  refresh(): void {
    this.#changed.fire();
  }

  async getChildren(node?: SubmissionsNode): Promise<SubmissionsNode[]> {
    if (node === undefined) return await this.#days();
    if (node.kind === 'day') return node.entries.map((entry) => ({ kind: 'submission', entry }));
    if (node.kind === 'submission') {
      const { id } = node.entry;
      const detail = await this.#ctx.runQuietJob('auditShow', { id });
      return detail.bodies.map((body) => ({ kind: 'body', id, body }));
    }
    return [];
  }

  async #days(): Promise<SubmissionsNode[]> {
    if (!vscode.workspace.isTrusted) return [];
    const entries = await this.#ctx.runQuietJob('auditList', {});
    setContextKey('ssd:submissions:rejected', (newestFirst(entries)[0]?.rejected ?? 0) > 0);
    const days = new Map<string, AuditEntry[]>();
    for (const entry of newestFirst(entries)) {
      const day = localDay(entry.startedAt);
      const list = days.get(day);
      if (list) list.push(entry);
      else days.set(day, [entry]);
    }
    return [...days].map(([day, ofDay]) => ({ kind: 'day', day, entries: ofDay }));
  }

  getTreeItem(node: SubmissionsNode): vscode.TreeItem {
    if (node.kind === 'day') return dayItem(node.day, node.entries.length);
    if (node.kind === 'submission') return submissionItem(node.entry);
    return bodyItem(node.id, node.body);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function newestFirst(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  return [...entries].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** The day of a UTC time on this computer's calendar. */
function localDay(utc: string): string {
  return new Date(utc).toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

function localTime(utc: string): string {
  return new Date(utc).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

function dayItem(day: string, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(day, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `day:${day}`;
  item.description = String(count);
  item.iconPath = new vscode.ThemeIcon('calendar');
  item.contextValue = 'ssd.submissions.day';
  item.accessibilityInformation = { label: vscode.l10n.t('{0}, {1}', day, counted(count, 'submission')) };
  return item;
}

function submissionItem(entry: AuditEntry): vscode.TreeItem {
  const item = new vscode.TreeItem(
    `${localTime(entry.startedAt)} ${modeLabel(entry.mode, vscode.l10n.t)}`,
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = `submission:${entry.id}`;
  item.description = vscode.l10n.t('{0} accepted, {1} rejected · {2}', entry.accepted, entry.rejected, entry.outcome);
  item.tooltip = [
    entry.id,
    vscode.l10n.t('Local authority {0}', entry.laCode),
    entry.endpoint,
    vscode.l10n.t('{0} on {1}', entry.user, entry.host),
    counted(entry.children, 'child'),
  ].join('\n');
  item.iconPath = submissionIcon(entry);
  item.contextValue = 'ssd.submissions.submission';
  item.accessibilityInformation = {
    label: vscode.l10n.t(
      'Submission at {0}, {1}, {2}',
      localTime(entry.startedAt),
      modeLabel(entry.mode, vscode.l10n.t),
      item.description,
    ),
  };
  return item;
}

function submissionIcon(entry: AuditEntry): vscode.ThemeIcon {
  if (entry.mode === 'dry-run') return new vscode.ThemeIcon('debug-step-over');
  if (entry.outcome !== 'completed') return new vscode.ThemeIcon('circle-slash');
  return new vscode.ThemeIcon(entry.rejected > 0 ? 'warning' : 'pass');
}

function bodyItem(id: string, body: Body): vscode.TreeItem {
  const words = body.kind === 'request' ? vscode.l10n.t('Sent') : vscode.l10n.t('Answered');
  const label = vscode.l10n.t('{0}: batch {1}, attempt {2}', words, body.batch, body.attempt);
  const item = new vscode.TreeItem(label);
  item.id = `body:${id}:${body.kind}:${body.batch}:${body.attempt}`;
  item.iconPath = new vscode.ThemeIcon(body.kind === 'request' ? 'arrow-up' : 'arrow-down');
  item.contextValue = 'ssd.submissions.body';
  item.command = {
    command: 'ssd.submissions.openBody',
    title: vscode.l10n.t('Open'),
    arguments: [{ id, batch: body.batch, attempt: body.attempt, kind: body.kind }],
  };
  item.accessibilityInformation = { label };
  return item;
}
