import * as vscode from 'vscode';

/** Keys that `when` clauses of the manifest read, with the type of each. */
export interface ContextKeys {
  /** Whether the list of changes has been computed. */
  'ssd:changes:loaded': boolean;
  /** Whether a filter or a search hides some changes. */
  'ssd:changes:filtered': boolean;
  /** Whether changes open as they will be sent instead of side by side. */
  'ssd:changes:asSent': boolean;
  /** Whether at least one connection is set up. */
  'ssd:connections:any': boolean;
  /** Whether the sandbox's receiver runs. */
  'ssd:sandbox:running': boolean;
  /** Whether the last submission left children that were not accepted. */
  'ssd:submissions:rejected': boolean;
}

/** Sets one context key; a misspelt key does not compile. */
export function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
