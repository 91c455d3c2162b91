import type { TextDocument } from 'vscode-languageserver-textdocument';

/**
 * One derived model per document and version, built when first asked for and forgotten with its document. For
 * languages that analyse a whole text at a time; a language with an incremental model keeps its own.
 */
export class DocumentModels<Model> {
  readonly #models = new WeakMap<TextDocument, { readonly version: number; readonly model: Model }>();
  readonly #build: (document: TextDocument) => Model;

  constructor(build: (document: TextDocument) => Model) {
    this.#build = build;
  }

  /** The model of this document as it is now. */
  of(document: TextDocument): Model {
    const known = this.#models.get(document);
    if (known !== undefined && known.version === document.version) return known.model;
    const model = this.#build(document);
    this.#models.set(document, { version: document.version, model });
    return model;
  }
}
