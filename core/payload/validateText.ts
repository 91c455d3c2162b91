import { PayloadDocument, type TextValidation, type ValidateTextOptions } from './payloadDocument.ts';

export type { TextValidation, ValidateTextOptions } from './payloadDocument.ts';

/** Validates payload text from scratch: syntax, schema, rules within each child and across children. Never throws on any text. */
export function validatePayloadText(text: string, options: ValidateTextOptions): TextValidation {
  return new PayloadDocument(text, options).finish().report();
}
