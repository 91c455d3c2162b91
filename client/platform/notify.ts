import * as vscode from 'vscode';

/** A button on a notification and the command behind it. */
export interface NotifyAction {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Shows a summary without waiting for the person, because the command that calls is over. */
export function notify(message: string, ...actions: readonly NotifyAction[]): void {
  void follow(vscode.window.showInformationMessage(message, ...actions.map((action) => action.title)), actions);
}

/** As {@link notify}, for a result that somebody has to look at. */
export function notifyWarning(message: string, ...actions: readonly NotifyAction[]): void {
  void follow(vscode.window.showWarningMessage(message, ...actions.map((action) => action.title)), actions);
}

async function follow(answer: Thenable<string | undefined>, actions: readonly NotifyAction[]): Promise<void> {
  const picked = await answer;
  const action = actions.find((candidate) => candidate.title === picked);
  if (action) await vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
}
