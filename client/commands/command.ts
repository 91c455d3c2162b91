import * as vscode from 'vscode';
import { DataflowError, type DataflowReason } from '../../core/errors.ts';
import type { Ctx } from '../ctx.ts';
import { remedyFor } from './remedies.ts';

/**
 * A command. What it returns goes to whoever ran it by `executeCommand`; the palette ignores it. Arguments come
 * from menus, code lenses and other extensions, so each command checks what it uses.
 */
export interface Command {
  readonly run: (ctx: Ctx, ...args: readonly unknown[]) => Promise<unknown>;
  /** Opens a connection, runs a query or sends something: not in an untrusted workspace. */
  readonly needsTrust: boolean;
}

/** What a failed command returns, after the person has been told. */
export interface CommandFailure {
  readonly failed: DataflowReason | 'unexpected' | 'untrusted';
  readonly message: string;
}

/** Registers every command of the table. This is the one place that catches what commands throw. */
export function registerCommands(ctx: Ctx, table: Readonly<Record<string, Command>>): void {
  for (const [id, command] of Object.entries(table)) {
    ctx.own(vscode.commands.registerCommand(id, (...args: unknown[]) => runCommand(ctx, id, command, args)));
  }
}

async function runCommand(ctx: Ctx, id: string, command: Command, args: readonly unknown[]): Promise<unknown> {
  if (command.needsTrust && !vscode.workspace.isTrusted) return refuseUntrusted();
  try {
    return await command.run(ctx, ...args);
  } catch (error) {
    if (DataflowError.is(error, 'cancelled') || error instanceof vscode.CancellationError) return undefined;
    ctx.log.error(id, error);
    return DataflowError.is(error) ? tellExpected(error) : tellFault(ctx);
  }
}

/** Messages are not awaited: the command is over, and whoever ran it must not wait for a click. */
function tellExpected(error: DataflowError): CommandFailure {
  const remedy = remedyFor(error);
  void vscode.window.showErrorMessage(error.message, ...(remedy ? [remedy.title] : [])).then((picked) => {
    if (picked !== undefined && remedy) void vscode.commands.executeCommand(remedy.command, ...remedy.arguments);
  });
  return { failed: error.reason, message: error.message };
}

function tellFault(ctx: Ctx): CommandFailure {
  const message = vscode.l10n.t(
    'Something went wrong that SSD Dataflow did not expect. Nothing more was done after that. The log has the details; it holds no personal values.',
  );
  const showLog = vscode.l10n.t('Show Log');
  void vscode.window.showErrorMessage(message, showLog).then((picked) => {
    if (picked !== undefined) ctx.log.show();
  });
  return { failed: 'unexpected', message };
}

function refuseUntrusted(): CommandFailure {
  const message = vscode.l10n.t(
    'This folder is not trusted, so SSD Dataflow only checks its files. It opens no connection, runs no query and sends nothing until you trust the folder.',
  );
  const manage = vscode.l10n.t('Manage Workspace Trust');
  void vscode.window.showWarningMessage(message, manage).then((picked) => {
    if (picked !== undefined) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return { failed: 'untrusted', message };
}
