import {
  type ClientCapabilities,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { isJsonObject } from '../core/json.ts';
import { DiagnosticsDelivery } from './diagnosticsDelivery.ts';
import { Documents } from './documents.ts';
import { ExtractFiles } from './extractFiles.ts';
import { FormattingRegistrations } from './formattingRegistrations.ts';
import type { Host } from './host.ts';
import { languageCapabilities, registerLanguageFeatures } from './languageFeatures.ts';
import type { ClientFacts, LanguageService } from './languages/languageService.ts';
import { ProblemRuns } from './problemRuns.ts';
import type { InitializationOptions } from './protocol.ts';
import { createContextFactory } from './requestContexts.ts';
import { DocumentRequests, logFailure } from './requests.ts';
import { SettingsStore } from './settingsStore.ts';
import { FileChecks } from './workspace/fileChecks.ts';
import { registerWorkspace } from './workspace/registerWorkspace.ts';
import { WorkspaceDiagnostics } from './workspace/workspaceDiagnostics.ts';
import { WorkspaceFiles } from './workspace/workspaceFiles.ts';

/** Reads `initializationOptions`: what is not understood counts as not given. */
function readOptions(raw: unknown): InitializationOptions {
  if (!isJsonObject(raw)) return {};
  const { docsBaseUri, packUri, settings, diagnostics } = raw;
  return {
    ...(typeof docsBaseUri === 'string' && URL.canParse(docsBaseUri) ? { docsBaseUri } : {}),
    ...(typeof packUri === 'string' && packUri !== '' ? { packUri } : {}),
    ...(settings !== undefined ? { settings } : {}),
    ...(diagnostics === 'push' || diagnostics === 'pull' ? { diagnostics } : {}),
  };
}

function deliveryMode(capabilities: ClientCapabilities, options: InitializationOptions): 'push' | 'pull' {
  const canPull = capabilities.textDocument?.diagnostic !== undefined;
  return canPull && options.diagnostics !== 'push' ? 'pull' : 'push';
}

function clientFacts({ textDocument }: ClientCapabilities): ClientFacts {
  return {
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    nestedSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    resolvesEdits: textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true,
  };
}

/**
 * Wires a language server onto a connection and starts to listen. All state lives in what this function creates, so
 * that several servers can run in one process.
 */
export function startServer(connection: Connection, services: readonly LanguageService[], host: Host): void {
  let capabilities: ClientCapabilities = {};
  const settings = new SettingsStore(connection);
  const extracts = new ExtractFiles(host);
  const contexts = createContextFactory(
    () => host.today(),
    extracts,
    () => clientFacts(capabilities),
    () => delivery.docsBaseUri,
  );
  const runs = new ProblemRuns(contexts);
  const formatting = new FormattingRegistrations(connection);
  const documents = new Documents(services, (uri) => settings.of(uri), {
    onReady: (open) => {
      formatting.update(open);
      delivery.opened(open);
    },
    onBeforeChange: (open) => runs.abort(open.document.uri),
    onChanged: (open) => {
      formatting.update(open);
      delivery.changed(open);
    },
    onClosed: (open) => {
      runs.forget(open.document.uri);
      settings.forget(open.document.uri);
      formatting.closed(open.document.uri);
      delivery.closed(open.document.uri);
    },
  });
  const delivery = new DiagnosticsDelivery(connection, documents, runs);
  const requests = new DocumentRequests(connection, documents, contexts);
  const files = new WorkspaceFiles(host, documents, (uri) => settings.of(uri));
  const checks = new FileChecks(documents, runs, files, contexts);
  const closedFiles = new WorkspaceDiagnostics({
    connection,
    documents,
    files,
    checks,
    settings: () => settings.of(null),
    docsBaseUri: () => delivery.docsBaseUri,
    canWatch: () => capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
  });

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    capabilities = params.capabilities;
    const options = readOptions(params.initializationOptions);
    settings.initialise(capabilities.workspace?.configuration === true, options.settings);
    const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : []);
    files.folders = folders;
    extracts.folders = options.packUri === undefined ? folders : [...folders, options.packUri];
    formatting.enabled = capabilities.textDocument?.formatting?.dynamicRegistration === true;
    const mode = deliveryMode(capabilities, options);
    delivery.initialise({
      mode,
      docsBaseUri: options.docsBaseUri,
      canRefresh: capabilities.workspace?.diagnostics?.refreshSupport === true,
    });
    return {
      serverInfo: { name: 'SSD Dataflow' },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        ...languageCapabilities(services),
        ...(formatting.enabled ? { documentFormattingProvider: false } : {}),
        ...(mode === 'pull'
          ? { diagnosticProvider: { identifier: 'ssd', interFileDependencies: false, workspaceDiagnostics: true } }
          : {}),
      },
    };
  });

  connection.onInitialized(() => {
    if (capabilities.workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map((folder) => folder.uri));
        const update = (list: readonly string[]) => [
          ...added.map((folder) => folder.uri),
          ...list.filter((uri) => !gone.has(uri)),
        ];
        files.folders = update(files.folders);
        extracts.folders = update(extracts.folders);
      });
    }
    if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'ssd' })
        .catch((error: unknown) => logFailure(connection, 'Asking to be told of changed settings', error));
    }
  });

  connection.onDidChangeConfiguration((params) => {
    settings.changed(params.settings);
    documents
      .refresh()
      .then(() => {
        delivery.refresh();
        return closedFiles.refresh();
      })
      .catch((error: unknown) => logFailure(connection, 'Reading changed settings', error));
  });

  const reported = (work: Promise<void>) => {
    work.catch((error: unknown) => logFailure(connection, 'Showing problems of a file', error));
  };
  connection.onDidOpenTextDocument((params) => {
    reported(closedFiles.opened(params.textDocument.uri));
    documents.opened(params);
  });
  connection.onDidChangeTextDocument((params) => documents.changed(params));
  connection.onDidCloseTextDocument((params) => {
    documents.closed(params);
    if (closedFiles.shows(params.textDocument.uri)) reported(closedFiles.changedOnDisk([params.textDocument.uri]));
  });
  connection.languages.diagnostics.on((params, token) => delivery.pull(params, token));
  registerLanguageFeatures(connection, requests, runs);
  registerWorkspace({
    connection,
    documents,
    runs,
    requests,
    files,
    checks,
    diagnostics: closedFiles,
    docsBaseUri: () => delivery.docsBaseUri,
    checkedOn: async () => (await settings.of(null)).validation.asOf ?? host.today(),
    version: () => host.version(),
  });
  connection.onShutdown(() => {
    delivery.dispose();
    closedFiles.dispose();
  });
  connection.listen();
}
