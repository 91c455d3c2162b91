import {
  type Connection,
  type Diagnostic,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { bySeverity, toDiagnostics } from '../diagnostics.ts';
import type { Documents } from '../documents.ts';
import { logFailure } from '../requests.ts';
import { createBreather } from '../scheduler.ts';
import type { Settings } from '../settings.ts';
import type { CheckedFile, FileChecks } from './fileChecks.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** What the client is shown for a file that is not open. */
interface Shown {
  readonly resultId: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the class needs from the rest of the server. */
export interface WorkspaceDiagnosticsParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly files: WorkspaceFiles;
  readonly checks: FileChecks;
  readonly settings: () => Promise<Settings>;
  readonly docsBaseUri: () => string | undefined;
  /** Whether the client can be asked to tell of changes on disk. */
  readonly canWatch: () => boolean;
}

/** A promise that somebody else fulfils. */
function createSignal(): { readonly promise: Promise<void>; give(): void } {
  let give = () => {};
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { promise, give: () => give() };
}

/**
 * Problems of files that are not open: those of the last "validate workspace", and with `ssd.validation.workspace` all
 * payloads and extracts of the folders. A client that pulls workspace diagnostics is answered when there is news; any
 * other client gets them pushed.
 */
export class WorkspaceDiagnostics {
  readonly #parts: WorkspaceDiagnosticsParts;
  readonly #shown = new Map<string, Shown>();
  #pulls = false;
  #watching = false;
  #counter = 0;
  #ended = false;
  /** Whether the folders were read for `ssd.validation.workspace` since that was last called for. */
  #swept = false;
  #news = createSignal();

  constructor(parts: WorkspaceDiagnosticsParts) {
    this.#parts = parts;
  }

  /** Takes over what was found in a file, and shows it unless the file is open, which has its own way. */
  async show(checked: CheckedFile): Promise<void> {
    const { document, settings, problems } = checked;
    const limit = settings.validation.maxProblems;
    const top = { problems: bySeverity(problems).slice(0, limit), omitted: Math.max(0, problems.length - limit) };
    const diagnostics = toDiagnostics(top, document, settings, this.#parts.docsBaseUri());
    await this.#put(document.uri, diagnostics);
  }

  /** Whether a file's problems are shown although it is not open. */
  shows(uri: string): boolean {
    return this.#shown.has(uri);
  }

  /** The document was opened: from now on it is shown as an open one. */
  async opened(uri: string): Promise<void> {
    if (!this.#shown.has(uri)) return;
    // It stays known, so that it is shown again from disk when it closes.
    await this.#put(uri, []);
  }

  /** A file changed, appeared or went, or a document closed. */
  async changedOnDisk(uris: readonly string[]): Promise<void> {
    const everything = (await this.#parts.settings()).validation.workspace;
    for (const uri of uris) {
      if (this.#parts.documents.get(uri) !== undefined || !(everything || this.#shown.has(uri))) continue;
      const checked = await this.#parts.checks.check(uri, new AbortController().signal);
      if (checked !== null) await this.show(checked);
      else if (this.#shown.has(uri)) await this.#remove(uri);
    }
  }

  /** Settings changed: what is shown is found anew. */
  async refresh(): Promise<void> {
    this.#swept = false;
    await this.changedOnDisk([...this.#shown.keys()]);
    this.#tell();
  }

  /** Answers `workspace/diagnostic`: what is new against the results that the client has, as soon as there is any. */
  async pull(params: WorkspaceDiagnosticParams, signal: AbortSignal): Promise<WorkspaceDiagnosticReport> {
    this.#pulls = true;
    await this.#watch();
    const had = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
    while (!signal.aborted && !this.#ended) {
      const news = this.#news.promise;
      await this.#sweep(signal);
      const items: WorkspaceDocumentDiagnosticReport[] = [];
      for (const [uri, { resultId, diagnostics }] of this.#shown) {
        if (had.get(uri) === resultId) continue;
        items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, resultId, items: [...diagnostics] });
      }
      for (const uri of had.keys()) {
        if (this.#shown.has(uri) || this.#parts.documents.get(uri) !== undefined) continue;
        items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, items: [] });
      }
      if (items.length > 0) return { items };
      await Promise.race([news, aborted(signal)]);
    }
    return { items: [] };
  }

  /** Lets waiting pulls end. */
  dispose(): void {
    this.#ended = true;
    this.#tell();
  }

  /** Checks the whole workspace once, when the person wants that. */
  async #sweep(signal: AbortSignal): Promise<void> {
    if (this.#swept || !(await this.#parts.settings()).validation.workspace) return;
    const breathe = createBreather();
    for (const { uri } of await this.#parts.files.candidates(signal)) {
      await breathe();
      if (signal.aborted) return;
      if (this.#parts.documents.get(uri) !== undefined) continue;
      const checked = await this.#parts.checks.check(uri, signal);
      if (checked !== null) await this.show(checked);
    }
    this.#swept = !signal.aborted;
  }

  async #put(uri: string, diagnostics: readonly Diagnostic[]): Promise<void> {
    await this.#watch();
    this.#shown.set(uri, { resultId: `disk.${++this.#counter}`, diagnostics });
    await this.#send(uri, diagnostics);
  }

  async #remove(uri: string): Promise<void> {
    this.#shown.delete(uri);
    await this.#send(uri, []);
  }

  async #send(uri: string, diagnostics: readonly Diagnostic[]): Promise<void> {
    if (this.#pulls) this.#tell();
    else await this.#parts.connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] });
  }

  #tell(): void {
    const told = this.#news;
    this.#news = createSignal();
    told.give();
  }

  /** Asks the client, once, to be told of changes on disk. */
  async #watch(): Promise<void> {
    if (this.#watching || !this.#parts.canWatch()) return;
    this.#watching = true;
    const watchers = [{ globPattern: '**/*.{json,jsonc,sql}' }];
    try {
      await this.#parts.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    } catch (error) {
      logFailure(this.#parts.connection, 'Asking to be told of changed files', error);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
