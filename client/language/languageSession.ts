import * as vscode from 'vscode';
import { type Disposable, LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';

/** The running language server, as the rest of the client sees it. */
export interface LanguageSession {
  /** Sends a request of the server's own; the caller checks what comes back. */
  request(method: string, parameters: unknown, token?: vscode.CancellationToken): Promise<unknown>;
  /** Calls back for a notification of the server's own. */
  onNotification(method: string, handler: (parameters: unknown) => void): Disposable;
  stop(): Promise<void>;
}

export type StartLanguageSession = (extension: vscode.ExtensionContext) => Promise<LanguageSession>;

const documentSelector = [
  ...['json', 'jsonc', 'sql', 'mssql', 'postgres', 'tsql'].flatMap((language) => [
    { scheme: 'file', language },
    { scheme: 'untitled', language },
    { scheme: 'vscode-remote', language },
  ]),
  // What would be sent is checked too; the other sides of a comparison are not.
  { scheme: 'ssd-delta', language: 'json', pattern: '/delta/**' },
];

/** Starts the language server over IPC and waits until it answers. */
export const startLanguageSession: StartLanguageSession = async (extension) => {
  const module = extension.asAbsolutePath('dist/server.js');
  const watcher = vscode.workspace.createFileSystemWatcher('**/{*.sql,*.json}');
  const options: LanguageClientOptions = {
    documentSelector,
    initializationOptions: {
      docsBaseUri: vscode.Uri.joinPath(extension.extensionUri, 'docs', 'rules').toString(),
      settings: vscode.workspace.getConfiguration('ssd'),
    },
    synchronize: { configurationSection: 'ssd', fileEvents: watcher },
    diagnosticCollectionName: 'ssd',
    outputChannelName: 'SSD Language Server',
    diagnosticPullOptions: { onChange: true, onTabs: true },
  };
  const client = new LanguageClient(
    'ssd',
    vscode.l10n.t('SSD Language Server'),
    { module, transport: TransportKind.ipc },
    options,
  );
  try {
    await client.start();
  } catch (error) {
    watcher.dispose();
    throw error;
  }
  return {
    request: async (method, parameters, token) =>
      // A token that is not there must not be passed either: it would be taken for a second parameter.
      token === undefined
        ? await client.sendRequest<unknown>(method, parameters)
        : await client.sendRequest<unknown>(method, parameters, token),
    onNotification: (method, handler) => client.onNotification(method, handler),
    stop: async () => {
      watcher.dispose();
      await client.stop();
    },
  };
};
