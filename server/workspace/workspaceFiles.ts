import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Documents } from '../documents.ts';
import type { FoundFile, Host } from '../host.ts';
import type { LanguageService } from '../languages/languageService.ts';
import type { Settings } from '../settings.ts';

/** File name endings that a payload or an extract can have. */
const checkedExtensions = ['.json', '.jsonc', '.sql'];

/** How much of a file is read to see whether it is one of ours, in bytes. */
const headBytes = 65_536;

/** Files larger than this are not read by the server, in bytes: editors do not open them either. */
const maxFileBytes = 200_000_000;

/** A file on disk as a document. */
export interface DiskDocument {
  readonly document: TextDocument;
  readonly service: LanguageService;
  readonly settings: Settings;
}

function languageOf(uri: string): string {
  return /\.sql$/i.test(uri) ? 'sql' : 'json';
}

/** Finds and reads files that are not open. */
export class WorkspaceFiles {
  readonly #host: Host;
  readonly #documents: Documents;
  readonly #settingsOf: (uri: string) => Promise<Settings>;
  /** Folder URIs of the workspace. */
  folders: readonly string[] = [];

  constructor(host: Host, documents: Documents, settingsOf: (uri: string) => Promise<Settings>) {
    this.#host = host;
    this.#documents = documents;
    this.#settingsOf = settingsOf;
  }

  /** Files of the workspace folders that could be payloads or extracts by their name, each once, in order. */
  async candidates(signal: AbortSignal): Promise<readonly FoundFile[]> {
    const found = new Map<string, FoundFile>();
    for (const folder of this.folders) {
      for (const file of await this.#host.findFiles(folder, checkedExtensions, signal)) found.set(file.uri, file);
    }
    return [...found.values()].sort((a, b) => (a.uri < b.uri ? -1 : 1));
  }

  stat(uri: string): Promise<FoundFile | null> {
    return this.#host.stat(uri);
  }

  /** Reads a file that is a payload or an extract; null for any other file, one too large, and one that cannot be read. */
  async read(file: FoundFile): Promise<DiskDocument | null> {
    if (file.size > maxFileBytes) return null;
    const settings = await this.#settingsOf(file.uri);
    if (file.size > headBytes) {
      const head = await this.#host.readTextFile(file.uri, headBytes);
      if (head === null) return null;
      const glance = TextDocument.create(file.uri, languageOf(file.uri), 0, head);
      if (this.#documents.serviceFor(glance, settings) === undefined) return null;
    }
    const text = await this.#host.readTextFile(file.uri);
    if (text === null) return null;
    const document = TextDocument.create(file.uri, languageOf(file.uri), 0, text);
    const service = this.#documents.serviceFor(document, settings);
    return service === undefined ? null : { document, service, settings };
  }
}
