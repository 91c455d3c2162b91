import type { TextDocument } from 'vscode-languageserver-textdocument';

/**
 * One derived model per document and version, built when first asked for. For languages that analyse a whole text at
 * a time; a language with an incremental model keeps its own.
 */
export class DocumentModels<Model> {
  readonly #models = new Map<string, { readonly version: number; readonly text: string; readonly model: Model }>();
  readonly #build: (document: TextDocument) => Model;

  constructor(build: (document: TextDocument) => Model) {
    this.#build = build;
  }

  /** The model of this document as it is now. */
  of(document: TextDocument): Model {
    const known = this.#models.get(document.uri);
    // A file read from disk and the same file open in the editor can share a version, so the text decides as well.
    const text = document.getText();
    if (known !== undefined && known.version === document.version && known.text === text) return known.model;
    const model = this.#build(document);
    this.#models.set(document.uri, { version: document.version, text, model });
    return model;
  }

  drop(document: TextDocument): void {
    this.#models.delete(document.uri);
  }
}
