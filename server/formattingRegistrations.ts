import { type Connection, type Disposable, DocumentFormattingRequest } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { OpenDocument } from './documents.ts';
import { logFailure } from './requests.ts';

/** A glob pattern that matches one path and no other. */
function patternOf(uri: string): string {
  const { path } = URI.parse(uri);
  // On Windows editors match the path as the system writes it: from the drive on, without the slash of the address.
  const own = /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
  return own.replace(/[*?{}[\]]/g, (c) => `[${c}]`);
}

/**
 * Offers formatting for each recognised document by itself. An editor asks people to choose when two formatters claim a
 * language, so this one must not claim every JSON file.
 */
export class FormattingRegistrations {
  readonly #connection: Connection;
  readonly #byUri = new Map<string, Promise<Disposable>>();
  /** Whether the client takes such registrations; where it does not, formatting is offered for everything. */
  enabled = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The document was opened, or its language may have become known. */
  update({ document: { uri }, service }: OpenDocument): void {
    if (!this.enabled || service?.formatting === undefined || this.#byUri.has(uri)) return;
    const documentSelector = [{ scheme: URI.parse(uri).scheme, pattern: patternOf(uri) }];
    const registered = this.#connection.client.register(DocumentFormattingRequest.type, { documentSelector });
    this.#byUri.set(uri, registered);
    registered.catch((error: unknown) => logFailure(this.#connection, 'Offering to format a document', error));
  }

  closed(uri: string): void {
    const registered = this.#byUri.get(uri);
    if (registered === undefined) return;
    this.#byUri.delete(uri);
    registered
      .then((registration) => registration.dispose())
      // A registration that failed was reported, and there is nothing to take back.
      .catch(() => undefined);
  }
}
