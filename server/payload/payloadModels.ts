import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type ChildExtent, PayloadDocument, type TextValidation } from '../../core/payload/payloadDocument.ts';
import type { OffsetEdit, RequestContext } from '../languages/languageService.ts';
import { type ChildText, nearbyChild } from './nearbyChild.ts';

/** What a model was made for: other settings need another model. */
interface Model {
  readonly payload: PayloadDocument;
  readonly key: string;
  version: number;
}

/** The incremental model of each payload document: its children and their problems, kept up to date with each edit. */
export class PayloadModels {
  readonly #models = new WeakMap<TextDocument, Model>();

  /** Takes over edits of the text, so that only the children that they touch are read again. */
  changed(document: TextDocument, edits: readonly OffsetEdit[] | null): void {
    const model = this.#models.get(document);
    if (model === undefined) return;
    if (edits === null) model.payload.update(document.getText());
    else for (const edit of edits) model.payload.applyEdit(edit);
    model.version = document.version;
  }

  closed(document: TextDocument): void {
    this.#models.delete(document);
  }

  /** The most severe problems, at most `limit`; validates what is not validated yet. */
  async report(document: TextDocument, context: RequestContext, limit?: number): Promise<TextValidation> {
    const payload = this.#of(document, context);
    await validateRest(payload, context);
    return payload.report(limit);
  }

  /** The most severe problems of the children that were validated by now; null before the first one. */
  reportSoFar(document: TextDocument, context: RequestContext, limit: number): TextValidation | null {
    const report = this.#of(document, context).report(limit);
    return report.children === 0 ? null : report;
  }

  /** All children; validates what is not validated yet. */
  async children(document: TextDocument, context: RequestContext): Promise<readonly ChildExtent[]> {
    const payload = this.#of(document, context);
    await validateRest(payload, context);
    return [...payload.children()];
  }

  /**
   * The child that an offset is in or touches; undefined between children. Never waits for a validation: in text that
   * was not read yet the child is looked for around the offset.
   */
  childAt(document: TextDocument, offset: number, context: RequestContext): ChildText | undefined {
    const payload = this.#of(document, context);
    const known = payload.childAt(offset);
    return known !== undefined || payload.done ? known : nearbyChild(document.getText(), offset);
  }

  #of(document: TextDocument, { settings, asOf }: RequestContext): PayloadDocument {
    const options = { spec: settings.payload.spec, asOf, severities: settings.validation.rules };
    const key = JSON.stringify(options);
    const known = this.#models.get(document);
    if (known !== undefined && known.version === document.version && known.key === key) return known.payload;
    const payload = new PayloadDocument(document.getText(), options);
    this.#models.set(document, { payload, key, version: document.version });
    return payload;
  }
}

/** Validates child by child and lets others in between. */
async function validateRest(payload: PayloadDocument, { signal, breathe }: RequestContext): Promise<void> {
  while (!signal.aborted && !payload.advance(1)) {
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
}
