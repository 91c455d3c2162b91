import type * as vscode from 'vscode';
import { registerCommands } from './commands/command.ts';
import { commandTable } from './commands/table.ts';
import { Ctx } from './ctx.ts';
import { ChangesView } from './views/changesView.ts';
import { ConnectionStatus } from './views/connectionStatus.ts';
import { ConnectionsView } from './views/connectionsView.ts';
import { StagingView } from './views/stagingView.ts';
import { SubmissionsView } from './views/submissionsView.ts';

/** Called by VS Code. Registers everything and loads nothing heavy: server and worker start when first needed. */
export function activate(extension: vscode.ExtensionContext): void {
  const started = performance.now();
  const ctx = new Ctx(extension);
  ctx.own(new ConnectionsView(ctx));
  ctx.own(new StagingView(ctx));
  const changes = ctx.own(new ChangesView(ctx));
  const submissions = ctx.own(new SubmissionsView(ctx));
  ctx.own(new ConnectionStatus(ctx.connection));
  registerCommands(ctx, commandTable({ changes, submissions }));
  ctx.language.watch();
  ctx.log.info(`Activated in ${Math.round(performance.now() - started)} ms`);
}
