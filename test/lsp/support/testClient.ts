import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  CodeActionRequest,
  type CompletionItem,
  CompletionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Host } from '../../../server/host.ts';
import { languageServices } from '../../../server/languageServices.ts';
import type { LanguageService } from '../../../server/languages/languageService.ts';
import { nodeHost } from '../../../server/nodeHost.ts';
import type { InitializationOptions } from '../../../server/protocol.ts';
import { startServer } from '../../../server/startServer.ts';

/** The day that tests check against. */
export const testDay = '2026-11-22';

export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: InitializationOptions;
  /** Value of the section `ssd` that this client answers to `workspace/configuration`; absent: it cannot be asked. */
  readonly configuration?: Record<string, unknown>;
  /** Process that the server outlives by a few seconds at most. */
  readonly processId?: number;
  readonly workspaceFolders?: readonly string[];
  /** In-process only. */
  readonly services?: readonly LanguageService[];
  readonly host?: Partial<Host>;
}

interface Waiting {
  readonly accepts: (params: PublishDiagnosticsParams) => boolean;
  readonly resolve: (params: PublishDiagnosticsParams) => void;
}

/** Milliseconds after which a test gives up waiting for the server. */
const patience = 30_000;

/**
 * A client for tests that speaks the real protocol with the server, in one process or over the pipes of a spawned
 * `node dist/server.js --stdio`. It keeps its own copy of every text, as an editor does.
 */
export class TestClient {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess | undefined;
  readonly logs: string[] = [];
  readonly published: PublishDiagnosticsParams[] = [];
  initialised: InitializeResult | undefined;
  configuration: Record<string, unknown> | undefined;
  readonly #texts = new Map<string, TextDocument>();
  readonly #waiting = new Set<Waiting>();
  readonly #end: () => void;

  constructor(connection: ProtocolConnection, end: () => void, process?: ChildProcess) {
    this.connection = connection;
    this.process = process;
    this.#end = end;
    connection.onNotification(LogMessageNotification.type, (params) => {
      this.logs.push(params.message);
    });
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
      for (const waiting of this.#waiting) {
        if (!waiting.accepts(params)) continue;
        this.#waiting.delete(waiting);
        waiting.resolve(params);
      }
    });
    connection.onRequest(ConfigurationRequest.type, (params) => params.items.map(() => this.configuration ?? null));
    connection.listen();
  }

  async initialise(options: ClientOptions): Promise<void> {
    this.configuration = options.configuration;
    const workspace = options.configuration === undefined ? {} : { configuration: true };
    const capabilities = { ...options.capabilities, workspace: { ...options.capabilities?.workspace, ...workspace } };
    this.initialised = await this.connection.sendRequest(InitializeRequest.type, {
      processId: options.processId ?? null,
      rootUri: null,
      workspaceFolders: options.workspaceFolders?.map((uri) => ({ uri, name: 'folder' })) ?? null,
      capabilities,
      ...(options.initializationOptions ? { initializationOptions: options.initializationOptions } : {}),
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
  }

  #document(uri: string): TextDocument {
    const document = this.#texts.get(uri);
    if (document === undefined) throw new Error(`The test never opened ${uri}`);
    return document;
  }

  text(uri: string): string {
    return this.#document(uri).getText();
  }

  version(uri: string): number {
    return this.#document(uri).version;
  }

  async open(uri: string, text: string, languageId = 'json'): Promise<void> {
    this.#texts.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Replaces a range of the text, as typing does. */
  async type(uri: string, range: Range, text: string): Promise<void> {
    await this.changes(uri, [{ range, text }]);
  }

  async changes(uri: string, contentChanges: { range: Range; text: string }[]): Promise<void> {
    const document = this.#document(uri);
    const version = document.version + 1;
    TextDocument.update(document, contentChanges, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  /** Replaces the only place where `from` stands. */
  async replace(uri: string, from: string, to: string): Promise<void> {
    await this.type(uri, this.rangeOf(uri, from), to);
  }

  /** Replaces the whole text without a range. */
  async rewrite(uri: string, text: string): Promise<void> {
    const document = this.#document(uri);
    TextDocument.update(document, [{ text }], document.version + 1);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: document.version },
      contentChanges: [{ text }],
    });
  }

  async close(uri: string): Promise<void> {
    this.#texts.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** The range of the only occurrence of `text`. */
  rangeOf(uri: string, text: string): Range {
    const document = this.#document(uri);
    const start = document.getText().indexOf(text);
    if (start < 0) throw new Error(`The text is not in ${uri}`);
    if (document.getText().indexOf(text, start + 1) >= 0) throw new Error(`The text stands twice in ${uri}`);
    return { start: document.positionAt(start), end: document.positionAt(start + text.length) };
  }

  /** The text that a range covers. */
  covered(uri: string, range: Range): string {
    return this.#document(uri).getText(range);
  }

  /** All diagnostics pushed for the document as it is now, also if they came already. */
  diagnostics(uri: string, version = this.version(uri)): Promise<Diagnostic[]> {
    const accepts = (params: PublishDiagnosticsParams) =>
      params.uri === uri &&
      params.version === version &&
      params.diagnostics.every((d) => d.code !== 'ssd.stillChecking');
    const earlier = this.published.findLast(accepts);
    if (earlier !== undefined) return Promise.resolve(earlier.diagnostics);
    return this.nextPublished(accepts).then((params) => params.diagnostics);
  }

  /** The next publication that `accepts` takes. */
  nextPublished(accepts: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The server did not publish what the test waits for')), patience);
      this.#waiting.add({
        accepts,
        resolve: (params) => {
          clearTimeout(timer);
          resolve(params);
        },
      });
    });
  }

  pull(uri: string, previousResultId?: string) {
    return this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  hover(uri: string, position: Position): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
  }

  async completion(uri: string, position: Position): Promise<CompletionItem[]> {
    const result = await this.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
    return Array.isArray(result) ? result : (result?.items ?? []);
  }

  async codeActions(uri: string, range: Range, context: Partial<CodeActionContext> = {}): Promise<CodeAction[]> {
    const result = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...context },
    });
    return (result ?? []).filter((action): action is CodeAction => 'kind' in action);
  }

  /** Applies an action's edits to the client's text and tells the server, as an editor does. */
  async apply(uri: string, action: CodeAction): Promise<void> {
    const edits = action.edit?.changes?.[uri] ?? [];
    const document = this.#document(uri);
    const last = (a: { range: Range }, b: { range: Range }) =>
      document.offsetAt(b.range.start) - document.offsetAt(a.range.start);
    // From the end to the start, so that each range still holds when its turn comes.
    await this.changes(
      uri,
      [...edits].sort(last).map((edit) => ({ range: edit.range, text: edit.newText })),
    );
  }

  async configure(section: Record<string, unknown>): Promise<void> {
    if (this.configuration !== undefined) this.configuration = section;
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: { ssd: section } });
  }

  /** Ends the server; gives the exit code of a spawned one. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type);
    if (this.process === undefined) {
      this.connection.dispose();
      this.#end();
      return null;
    }
    const exited = once(this.process, 'exit');
    await this.connection.sendNotification(ExitNotification.type);
    const [code] = await exited;
    this.connection.dispose();
    return typeof code === 'number' ? code : null;
  }
}

/** A server in this process, joined by two streams. */
export async function startInProcess(options: ClientOptions = {}): Promise<TestClient> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(toServer),
    new StreamMessageWriter(toClient),
  );
  const host: Host = { ...nodeHost, today: () => testDay, ...options.host };
  startServer(server, options.services ?? languageServices(), host);
  const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const client = new TestClient(connection, () => {
    server.dispose();
    toServer.destroy();
    toClient.destroy();
  });
  await client.initialise(options);
  return client;
}

/** The built server as a process of its own. `bundle` is the path of `server.js`. */
export async function startSpawned(bundle: string, options: ClientOptions = {}): Promise<TestClient> {
  const child = spawn(process.execPath, [bundle, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const client = new TestClient(connection, () => {}, child);
  await client.initialise(options);
  return client;
}
