import type { LocatedProblem } from '../problems.ts';
import { SqlDocument } from './sqlDocument.ts';
import type { SqlOptions } from './sqlOptions.ts';

/** What the check of one SQL text found. */
export interface SqlValidation {
  readonly problems: readonly LocatedProblem[];
}

/** Checks an extract or a script as a whole. Never throws, whatever the text. Problems come in the order of the text. */
export function validateSqlText(text: string, options: SqlOptions = {}): SqlValidation {
  return { problems: new SqlDocument(text, options).problems() };
}
