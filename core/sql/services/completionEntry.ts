import type { TextRange } from '../../problems.ts';

export type CompletionKind =
  | 'table'
  | 'column'
  | 'alias'
  | 'field'
  | 'code'
  | 'parameter'
  | 'function'
  | 'keyword'
  | 'snippet'
  | 'value';

/** One proposal. `insert` goes into the given range; a snippet has `$1` placeholders. */
export interface CompletionEntry extends TextRange {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  /** Markdown. */
  readonly documentation: string;
  readonly insert: string;
  readonly isSnippet: boolean;
  /** Lower comes first. */
  readonly rank: number;
}
