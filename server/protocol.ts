/**
 * The messages between this server and its client that the Language Server Protocol does not have. The client imports
 * these types; the method names are plain constants, so that importing them loads nothing.
 */
import type { FieldCount, RuleCount } from '../core/report/reportSummary.ts';

/** What a client may pass as `initializationOptions`. All of it is optional. */
export interface InitializationOptions {
  /** Folder URI of the rules' pages, `docs/rules/` of the extension; without it diagnostics carry no link. */
  readonly docsBaseUri?: string;
  /** Folder URI of the shipped extract pack, where Go to Definition looks after the workspace's own extracts. */
  readonly packUri?: string;
  /** Value of the section `ssd`, for clients that cannot be asked for their configuration. */
  readonly settings?: unknown;
  /**
   * How diagnostics reach the client: `push` (publishDiagnostics) or `pull` (textDocument/diagnostic). Default: pull
   * where the client supports it, else push.
   */
  readonly diagnostics?: 'push' | 'pull';
}

/** Request: check files that need not be open, and show their problems. Returns counts. */
export const validateWorkspaceRequest = 'ssd/validateWorkspace';

/** Request: check files and return counts with a report in two forms. */
export const validationReportRequest = 'ssd/validationReport';

export interface ValidateFilesParams {
  /** Files to check; without it, all payloads and extracts of the workspace folders. */
  readonly uris?: readonly string[];
  readonly workDoneToken?: string | number;
}

/** Request: where a child stands in an open document and what was found in it. Null when it is not there. */
export const childProblemsRequest = 'ssd/childProblems';

export interface ChildProblemsParams {
  readonly textDocument: { readonly uri: string };
  readonly childId: string;
}

export interface ChildProblemsResult {
  /** Range of the child, 0-based, columns in UTF-16 code units. */
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
  readonly errors: number;
  readonly warnings: number;
  readonly others: number;
}

/** What was found in one file. Counts are of all problems, also those above `ssd.validation.maxProblems`. */
export interface FileCounts {
  readonly uri: string;
  readonly errors: number;
  readonly warnings: number;
  readonly others: number;
}

export interface ValidateFilesResult {
  /** Files that are payloads or extracts, in the order of their URIs. */
  readonly files: readonly FileCounts[];
  /** Files that were asked for by name and are not payloads or extracts, or could not be read. */
  readonly skipped: readonly string[];
}

export interface ValidationReportResult extends ValidateFilesResult {
  readonly byRule: readonly RuleCount[];
  readonly byField: readonly FieldCount[];
  /** Counts only: no value of any child. */
  readonly markdown: string;
  /** SARIF 2.1.0 as JSON text. */
  readonly sarif: string;
}

/** Ids of the commands that code lenses name; arguments are the document's URI and the child's `la_child_id`. */
export const lensCommands = {
  validate: 'ssd.validateChild',
  showChanges: 'ssd.showChildChanges',
  copyDelta: 'ssd.copyChildAsDelta',
} as const;
