import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import type { Ctx } from '../ctx.ts';
import type { LanguageSession, StartLanguageSession } from './languageSession.ts';
import { guessLength, looksLikeExtract, looksLikePayload } from './payloadGuess.ts';

const jsonLanguages: ReadonlySet<string> = new Set(['json', 'jsonc']);
const sqlLanguages: ReadonlySet<string> = new Set(['sql', 'mssql', 'postgres', 'tsql']);

/**
 * Starts the language server with the first payload or extract that is opened, or when a command needs it. The
 * language client is a bundle of its own, loaded at that moment, so that activation stays cheap.
 */
export class LanguageStarter implements vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #listening: vscode.Disposable[] = [];
  #session: Promise<LanguageSession> | null = null;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
  }

  /** Looks at the open documents and waits for the first one that the server is for. */
  watch(): void {
    const look = (document: vscode.TextDocument) => {
      if (this.#session === null && this.#isForServer(document)) this.#startInBackground();
    };
    this.#listening.push(
      vscode.workspace.onDidOpenTextDocument(look),
      vscode.workspace.onDidChangeTextDocument((event) => look(event.document)),
    );
    for (const document of vscode.workspace.textDocuments) look(document);
  }

  /** The running session; starts it when nothing has yet. */
  async session(): Promise<LanguageSession> {
    this.#session ??= this.#start();
    try {
      return await this.#session;
    } catch (error) {
      // The next command tries again.
      this.#session = null;
      throw error;
    }
  }

  #isForServer(document: vscode.TextDocument): boolean {
    const json = jsonLanguages.has(document.languageId);
    if (!json && !sqlLanguages.has(document.languageId)) return false;
    if (document.uri.scheme === 'output') return false;
    const patterns = vscode.workspace
      .getConfiguration('ssd', document)
      .get<unknown>(json ? 'payload.files' : 'extract.files');
    if (Array.isArray(patterns)) {
      const matching = patterns.filter((pattern) => typeof pattern === 'string').map((pattern) => ({ pattern }));
      if (matching.length > 0 && vscode.languages.match(matching, document) > 0) return true;
    }
    const start = document.getText(new vscode.Range(new vscode.Position(0, 0), document.positionAt(guessLength)));
    return json ? looksLikePayload(start) : looksLikeExtract(start);
  }

  #startInBackground(): void {
    this.session().catch((error: unknown) => {
      this.#ctx.log.error('The language server could not start', error);
      void vscode.window.showErrorMessage(
        vscode.l10n.t('Payloads and extracts are not being checked, because the language server could not start.'),
      );
    });
  }

  async #start(): Promise<LanguageSession> {
    for (const listening of this.#listening.splice(0)) listening.dispose();
    const load = createRequire(this.#ctx.extension.asAbsolutePath('dist/client.js'));
    // The bundle exports this one function; see languageSession.ts.
    const bundle = load('./language.js') as { readonly startLanguageSession: StartLanguageSession };
    const started = Date.now();
    const session = await bundle.startLanguageSession(this.#ctx.extension);
    this.#ctx.log.info(`Language server started in ${Date.now() - started} ms`);
    return session;
  }

  dispose(): void {
    for (const listening of this.#listening.splice(0)) listening.dispose();
    void this.#session?.then((session) => session.stop()).catch(() => undefined);
  }
}
