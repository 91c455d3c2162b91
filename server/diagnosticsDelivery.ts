import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  type DiagnosticServerCancellationData,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import { toDiagnostics, toDiagnosticsSoFar } from './diagnostics.ts';
import type { Documents, OpenDocument } from './documents.ts';
import type { ProblemRuns } from './problemRuns.ts';
import { guarded, logFailure, signalOf } from './requests.ts';
import { Scheduler, systemTimers } from './scheduler.ts';

/** Shortest and longest wait after a keystroke before problems are looked for, in milliseconds. */
const shortestDelay = 8;
const longestDelay = 250;

/**
 * How long to wait after a keystroke: in proportion to what looking for problems cost the last time, so that a quick
 * answer comes at once and a slow one is not asked for with every letter.
 */
function typingDelay(lastRun: number | undefined): number {
  return Math.min(longestDelay, Math.max(shortestDelay, (lastRun ?? longestDelay) * 2));
}

/** A file of at least this many UTF-16 code units is shown in two steps: what was found soon, and everything. */
const bigFileLength = 1_000_000;

/** How soon the first problems of a big file are shown, in milliseconds. */
const firstLook = 100;

/** How diagnostics reach the client, decided at `initialize`. */
export interface DeliveryOptions {
  readonly mode: 'push' | 'pull';
  readonly docsBaseUri: string | undefined;
  /** Whether the client can be asked to pull again. */
  readonly canRefresh: boolean;
}

/**
 * Brings the problems of open documents to the client: pushed after each change, or given when the client pulls.
 * A result is given only when its document is still open at its version.
 */
export class DiagnosticsDelivery {
  readonly #connection: Connection;
  readonly #documents: Documents;
  readonly #runs: ProblemRuns;
  readonly #scheduler = new Scheduler();
  #options: DeliveryOptions = { mode: 'push', docsBaseUri: undefined, canRefresh: false };
  /** Grows with every change of settings, so that an unchanged text is not taken for an unchanged result. */
  #generation = 0;
  /** Documents with something published, so that an ordinary file is never sent an empty list. */
  readonly #published = new Set<string>();
  /** What the last look for problems took, in milliseconds, by document. */
  readonly #lastRuns = new Map<string, number>();

  constructor(connection: Connection, documents: Documents, runs: ProblemRuns) {
    this.#connection = connection;
    this.#documents = documents;
    this.#runs = runs;
  }

  initialise(options: DeliveryOptions): void {
    this.#options = options;
  }

  get mode(): 'push' | 'pull' {
    return this.#options.mode;
  }

  get docsBaseUri(): string | undefined {
    return this.#options.docsBaseUri;
  }

  /** The document was opened, or is looked at anew. */
  opened(open: OpenDocument): void {
    this.#schedule(open, 0);
  }

  /** Somebody types in the document. */
  changed(open: OpenDocument): void {
    this.#schedule(open, typingDelay(this.#lastRuns.get(open.document.uri)));
  }

  #schedule(open: OpenDocument, delay: number): void {
    if (this.#options.mode === 'push') {
      this.#scheduler.schedule(open.document.uri, delay, () => this.#push(open));
    }
  }

  closed(uri: string): void {
    this.#scheduler.cancel(uri);
    this.#lastRuns.delete(uri);
    if (this.#published.delete(uri)) void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  /** Settings changed: everything is looked at again. */
  refresh(): void {
    this.#generation++;
    if (this.#options.mode === 'push') for (const open of this.#documents.all()) this.opened(open);
    else if (this.#options.canRefresh) this.#askToPull();
  }

  #askToPull(): void {
    this.#connection.languages.diagnostics
      .refresh()
      .catch((error: unknown) => logFailure(this.#connection, 'Asking the editor to refresh problems', error));
  }

  /** Answers `textDocument/diagnostic`. */
  async pull(
    params: DocumentDiagnosticParams,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport | ResponseError<DiagnosticServerCancellationData>> {
    const empty: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
    const open = this.#documents.get(params.textDocument.uri);
    if (open === undefined) return empty;
    return guarded<
      DocumentDiagnosticReport | ResponseError<DiagnosticServerCancellationData>,
      DiagnosticServerCancellationData
    >(this.#connection, 'Looking for problems', signalOf(token), async () => {
      await open.ready;
      if (open.service === undefined) return empty;
      const resultId = `${open.document.version}.${this.#generation}`;
      if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
      const all = this.#diagnosticsOf(open);
      const early = this.#options.canRefresh ? await this.#firstLook(open, all) : null;
      if (early !== null) {
        // The editor pulls again when everything is known; this result has no id, so that it is not taken for that.
        all.then(() => this.#askToPull()).catch(() => undefined);
        return { kind: DocumentDiagnosticReportKind.Full, items: early };
      }
      const items = await all;
      return items === null ? changedMeanwhile() : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
    });
  }

  dispose(): void {
    this.#scheduler.dispose();
  }

  /** The diagnostics at the current version; null when it changed or closed meanwhile. */
  async #diagnosticsOf(open: OpenDocument): Promise<Diagnostic[] | null> {
    const { version } = open.document;
    const started = performance.now();
    const top = await this.#runs.of(open);
    this.#lastRuns.set(open.document.uri, performance.now() - started);
    const settings = open.settings;
    if (top === null || settings === undefined) return null;
    if (open.document.version !== version || this.#documents.get(open.document.uri) !== open) return null;
    return toDiagnostics(top, open.document, settings, this.#options.docsBaseUri);
  }

  /** What was found of a big file by the time of the first look; null when everything is known by then. */
  async #firstLook(open: OpenDocument, all: Promise<unknown>): Promise<Diagnostic[] | null> {
    const { document, settings } = open;
    if (document.length < bigFileLength || settings === undefined) return null;
    const { version } = document;
    const late = await takesLonger(all, firstLook);
    const found = late && document.version === version ? this.#runs.soFar(open) : null;
    return found === null ? null : toDiagnosticsSoFar(found, document, settings, this.#options.docsBaseUri);
  }

  async #push(open: OpenDocument): Promise<void> {
    try {
      const all = this.#diagnosticsOf(open);
      const early = await this.#firstLook(open, all);
      if (early !== null) await this.#publish(open, early);
      const diagnostics = await all;
      if (diagnostics !== null) await this.#publish(open, diagnostics);
    } catch (error) {
      logFailure(this.#connection, 'Looking for problems', error);
    }
  }

  async #publish(open: OpenDocument, diagnostics: Diagnostic[]): Promise<void> {
    const { uri, version } = open.document;
    if (open.service === undefined && !this.#published.has(uri)) return;
    this.#published.add(uri);
    await this.#connection.sendDiagnostics({ uri, version, diagnostics });
  }
}

/** Whether some work, however it ends, is not done after that many milliseconds. */
function takesLonger(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = systemTimers.after(milliseconds, () => resolve(true));
    const done = () => {
      timer.cancel();
      resolve(false);
    };
    work.then(done, done);
  });
}

/** The answer to a pull whose document changed before its problems were known. */
function changedMeanwhile(): ResponseError<DiagnosticServerCancellationData> {
  return new ResponseError(LSPErrorCodes.ServerCancelled, 'The document changed meanwhile.', {
    retriggerRequest: true,
  });
}
