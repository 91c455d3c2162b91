import * as vscode from 'vscode';
import { purposeLabel, purposeOf } from '../config/connectionInUse.ts';
import { type ConnectionProfile, connectionProfiles, machineSettings } from '../config/settings.ts';
import type { Ctx } from '../ctx.ts';
import { hostOf } from '../platform/address.ts';
import { setContextKey } from '../platform/contextKeys.ts';

/** The sandbox, a connection, or one of the DfE's two APIs. */
export type ConnectionsNode =
  | { readonly kind: 'sandbox' }
  | { readonly kind: 'connection'; readonly profile: ConnectionProfile }
  | { readonly kind: 'endpoint'; readonly which: 'test' | 'live'; readonly address: string | null };

/** Databases that hold an SSD and the addresses that payloads go to, with what is in use. */
export class ConnectionsView implements vscode.TreeDataProvider<ConnectionsNode>, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #disposables: vscode.Disposable[];

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#disposables = [
      this.#changed,
      vscode.window.createTreeView('ssd.views.connections', { treeDataProvider: this }),
      ctx.connection.onDidChange(() => this.refresh()),
      ctx.sandbox.onDidChange(() => this.#changed.fire()),
    ];
    setContextKey('ssd:connections:any', connectionProfiles().length > 0);
  }

  refresh(): void {
    setContextKey('ssd:connections:any', connectionProfiles().length > 0);
    this.#changed.fire();
  }

  getChildren(node?: ConnectionsNode): ConnectionsNode[] {
    if (node !== undefined) return [];
    const endpoints = endpointAddresses();
    return [
      { kind: 'sandbox' },
      ...connectionProfiles().map((profile) => ({ kind: 'connection' as const, profile })),
      { kind: 'endpoint', which: 'test', address: endpoints.test },
      { kind: 'endpoint', which: 'live', address: endpoints.live },
    ];
  }

  getTreeItem(node: ConnectionsNode): vscode.TreeItem {
    if (node.kind === 'sandbox') return this.#sandboxItem();
    if (node.kind === 'connection')
      return connectionItem(node.profile, this.#ctx.connection.name === node.profile.name);
    return endpointItem(node.which, node.address);
  }

  #sandboxItem(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Sandbox'));
    const inUse = this.#ctx.connection.name === null;
    const { address } = this.#ctx.sandbox;
    const words = inUse ? [vscode.l10n.t('in use')] : [];
    if (address === null) words.push(vscode.l10n.t('invented children'));
    else words.push(vscode.l10n.t('receiver at {0}', hostOf(address)));
    item.id = 'sandbox';
    item.description = words.join(' · ');
    item.iconPath = new vscode.ThemeIcon(inUse ? 'pass' : 'beaker');
    item.contextValue = `ssd.connections.sandbox.${address === null ? 'stopped' : 'running'}${inUse ? '.used' : ''}`;
    item.tooltip = vscode.l10n.t(
      'An SSD database with invented children and a receiver on this computer. Nothing leaves the computer.',
    );
    item.accessibilityInformation = { label: `${vscode.l10n.t('Sandbox')}, ${item.description}` };
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function endpointAddresses(): { readonly test: string | null; readonly live: string | null } {
  const { endpoints } = machineSettings();
  return endpoints;
}

function connectionItem(profile: ConnectionProfile, inUse: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(profile.name);
  const place = [profile.server, profile.database].filter((part) => typeof part === 'string').join('/');
  item.id = `connection:${profile.name}`;
  item.description = [inUse ? vscode.l10n.t('in use') : '', purposeLabel(purposeOf(profile)), place]
    .filter((part) => part !== '')
    .join(' · ');
  item.iconPath = new vscode.ThemeIcon(inUse ? 'pass' : 'database');
  item.contextValue = `ssd.connections.connection${inUse ? '.used' : ''}`;
  item.accessibilityInformation = {
    label: vscode.l10n.t('Connection {0}, {1}', profile.name, item.description),
  };
  return item;
}

function endpointItem(which: 'test' | 'live', address: string | null): vscode.TreeItem {
  const label = which === 'test' ? vscode.l10n.t('DfE test API') : vscode.l10n.t('DfE live API');
  const item = new vscode.TreeItem(label);
  item.id = `endpoint:${which}`;
  item.description = address === null ? vscode.l10n.t('not set up') : hostOf(address);
  item.tooltip = address ?? vscode.l10n.t('Add the address from the DfE developer portal in the settings.');
  item.iconPath = new vscode.ThemeIcon(address === null ? 'debug-disconnect' : 'cloud');
  item.contextValue = 'ssd.connections.endpoint';
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}
