import type {
  DidChangeTextDocumentParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LanguageService, OffsetEdit } from './languages/languageService.ts';
import type { Settings } from './settings.ts';
import { SourceDocument } from './sourceDocument.ts';

/** A document that is open in the client. */
export interface OpenDocument {
  readonly document: SourceDocument;
  /** The service that speaks for it; undefined for a file that is neither payload nor extract, or not yet known. */
  service: LanguageService | undefined;
  settings: Settings | undefined;
  /** Resolves when `settings` and `service` are known for the first time. */
  ready: Promise<void>;
}

/** What the owner of the documents is told. */
export interface DocumentEvents {
  /** A document was opened, or its language became known or other. */
  onReady(open: OpenDocument): void;
  /** The text is about to change: whatever is computed from the old one is void. */
  onBeforeChange(open: OpenDocument): void;
  onChanged(open: OpenDocument): void;
  onClosed(open: OpenDocument): void;
}

/** Open documents with incremental text, each bound to the language service that recognises it. */
export class Documents {
  readonly #open = new Map<string, OpenDocument>();
  readonly #services: readonly LanguageService[];
  readonly #settingsOf: (uri: string) => Promise<Settings>;
  readonly #events: DocumentEvents;

  constructor(
    services: readonly LanguageService[],
    settingsOf: (uri: string) => Promise<Settings>,
    events: DocumentEvents,
  ) {
    this.#services = services;
    this.#settingsOf = settingsOf;
    this.#events = events;
  }

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  /** The service that speaks for a document, open or read from disk. */
  serviceFor(document: TextDocument, settings: Settings): LanguageService | undefined {
    return this.#services.find((service) => service.recognises(document, settings));
  }

  opened(params: DidOpenTextDocumentParams): void {
    const { uri, languageId, version, text } = params.textDocument;
    // A client that opens a document twice has lost track: the newer text counts.
    if (this.#open.has(uri)) this.closed({ textDocument: { uri } });
    const open: OpenDocument = {
      document: new SourceDocument(uri, languageId, version, text),
      service: undefined,
      settings: undefined,
      ready: Promise.resolve(),
    };
    this.#open.set(uri, open);
    open.ready = this.#settle(open);
  }

  changed(params: DidChangeTextDocumentParams): void {
    const open = this.#open.get(params.textDocument.uri);
    if (open === undefined) return;
    const { document } = open;
    this.#events.onBeforeChange(open);
    let edits: OffsetEdit[] | null = [];
    for (const change of params.contentChanges) {
      if ('range' in change) {
        const one = document.offsetAt(change.range.start);
        const other = document.offsetAt(change.range.end);
        const [start, end] = one <= other ? [one, other] : [other, one];
        edits?.push({ start, end, newText: change.text });
        document.edit(start, end, change.text);
      } else {
        edits = null;
        document.replace(change.text);
      }
    }
    document.setVersion(params.textDocument.version);
    open.service?.changed?.(document, edits);
    if (open.service === undefined && open.settings !== undefined) {
      open.service = this.serviceFor(document, open.settings);
    }
    this.#events.onChanged(open);
  }

  closed(params: DidCloseTextDocumentParams): void {
    const open = this.#open.get(params.textDocument.uri);
    if (open === undefined) return;
    this.#open.delete(params.textDocument.uri);
    this.#events.onClosed(open);
    open.service?.closed?.(open.document);
  }

  /** Settings changed: every document gets its own again, and with them perhaps another service. */
  async refresh(): Promise<void> {
    await Promise.all(
      this.all().map((open) => {
        open.ready = this.#settle(open);
        return open.ready;
      }),
    );
  }

  async #settle(open: OpenDocument): Promise<void> {
    const settings = await this.#settingsOf(open.document.uri);
    if (this.#open.get(open.document.uri) !== open) return;
    const service = this.serviceFor(open.document, settings);
    if (open.service !== service) open.service?.closed?.(open.document);
    open.settings = settings;
    open.service = service;
    this.#events.onReady(open);
  }
}
