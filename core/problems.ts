/** Where in a JSON value something is: object keys and array indexes from the root of the file or of the child. */
export type JsonPath = readonly (string | number)[];

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/**
 * Which text of a JSON node a problem marks: the `value`, the `key` (a property that should not be there), or the
 * `opening` bracket (something that is missing from the object or array).
 */
export type ProblemAnchor = 'value' | 'key' | 'opening';

/** A second place that belongs to a problem, such as the other date of a pair or the first of two duplicates. */
export interface RelatedPlace {
  readonly path: JsonPath;
  readonly at: ProblemAnchor;
  readonly message: string;
}

/**
 * A mechanical repair that an editor can offer. `replace` and `insert` carry JSON values, not text.
 * `path` is relative to the child, also in a located problem; for `insert` it ends with the property that is new.
 * `safe` fixes never change what the data says (trim, quote, upper-case) and may be applied to a whole file.
 */
export interface ProblemFix {
  readonly kind: 'replace' | 'remove' | 'rename' | 'insert';
  readonly title: string;
  readonly path: JsonPath;
  readonly value?: unknown;
  readonly newKey?: string;
  readonly safe: boolean;
}

/**
 * One finding in a payload value. `path` is relative to what was validated (a child, or the file's root).
 * Messages say what is wrong, what is allowed and what to do; they never contain a child's personal values
 * (names, dates of birth, postcodes, UPNs) - codes, field names, ids and limits only.
 */
export interface Problem {
  /** Stable code of the rule, such as `EPI-05`; also the name of its page in docs/rules. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: JsonPath;
  readonly at: ProblemAnchor;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly ProblemFix[];
}

/** Problems of many children as counted for a report: no personal values. */
export interface ProblemSummary {
  readonly errors: number;
  readonly warnings: number;
  readonly childrenWithErrors: number;
  /** Most frequent first. */
  readonly byCode: readonly { readonly code: string; readonly severity: Severity; readonly count: number }[];
}

/** A text range in UTF-16 code units; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A problem with its place in a text. Also used for SQL, where `path` is empty. */
export interface LocatedProblem extends TextRange {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: JsonPath;
  readonly related?: readonly (TextRange & { readonly message: string })[];
  readonly fixes?: readonly ProblemFix[];
  /** Ready-made text edits, for problems whose repair is text (SQL, JSON syntax). */
  readonly edits?: readonly TextFix[];
}

export interface TextFix {
  readonly title: string;
  readonly safe: boolean;
  readonly changes: readonly (TextRange & { readonly newText: string })[];
}
