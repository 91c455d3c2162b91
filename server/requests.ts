import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import type { Documents, OpenDocument } from './documents.ts';
import type { LanguageService, RequestContext } from './languages/languageService.ts';
import type { ContextFactory } from './requestContexts.ts';

/** A protocol token as the signal that core understands. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** The answer to a request that the client cancelled. */
export function cancelled<Data = void>(): ResponseError<Data> {
  return new ResponseError<Data>(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
}

/**
 * Writes an unexpected failure to the client's log. Only the kind of the error and where it came from: its message
 * can hold text of the document, which must not reach a log.
 */
export function logFailure(connection: Connection, what: string, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error && error.stack ? error.stack.split('\n').filter((l) => /^\s+at /.test(l)) : [];
  connection.console.error(`${what} failed inside the language server (${name}).\n${frames.slice(0, 12).join('\n')}`);
}

const stopped = Symbol('stopped');

/** Resolves with `stopped` when the signal aborts. */
function whenAborted(signal: AbortSignal): Promise<typeof stopped> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(stopped);
    else signal.addEventListener('abort', () => resolve(stopped), { once: true });
  });
}

/** Runs the answer to a request. A client that cancels is answered at once; a failure is logged without values and answered as an internal error. */
export async function guarded<T, Data = void>(
  connection: Connection,
  what: string,
  signal: AbortSignal,
  answer: () => Promise<T>,
): Promise<T | ResponseError<Data>> {
  try {
    const result = await Promise.race([answer(), whenAborted(signal)]);
    return result === stopped ? cancelled() : result;
  } catch (error) {
    if (signal.aborted) return cancelled();
    logFailure(connection, what, error);
    return new ResponseError<Data>(ErrorCodes.InternalError, `${what} failed. The server's log says where.`);
  }
}

/** Answers requests about one open document through the service that speaks for it. */
export class DocumentRequests {
  readonly #connection: Connection;
  readonly #documents: Documents;
  readonly #contexts: ContextFactory;

  constructor(connection: Connection, documents: Documents, contexts: ContextFactory) {
    this.#connection = connection;
    this.#documents = documents;
    this.#contexts = contexts;
  }

  /**
   * Calls `answer` with the document, its service and a context; gives `none` for a document that is not open or that
   * no service speaks for. A change of the document while the answer is worked out counts as cancelled.
   */
  async answer<T>(
    what: string,
    params: { readonly textDocument: { readonly uri: string } },
    token: CancellationToken,
    none: T,
    answer: (service: LanguageService, open: OpenDocument, context: RequestContext) => T | Promise<T>,
  ): Promise<T | ResponseError> {
    const signal = signalOf(token);
    return guarded(this.#connection, what, signal, async () => {
      const open = this.#documents.get(params.textDocument.uri);
      if (open === undefined) return none;
      await open.ready;
      const { service, settings } = open;
      if (signal.aborted || service === undefined || settings === undefined) return none;
      return answer(service, open, this.#contexts(settings, signal));
    });
  }
}
