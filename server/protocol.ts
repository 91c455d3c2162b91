/**
 * The messages between this server and its client that the Language Server Protocol does not have. The client imports
 * these types; the method names are plain constants, so that importing them loads nothing.
 */
import type { Severity } from '../core/problems.ts';

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

/** How often one rule was broken. */
export interface RuleCount {
  readonly code: string;
  readonly severity: Severity;
  readonly count: number;
}

/** How often one field was part of a problem; the path is without indexes, such as `social_care_episodes.closure_date`. */
export interface FieldCount {
  readonly field: string;
  readonly count: number;
}

export interface ValidationReportResult extends ValidateFilesResult {
  readonly byRule: readonly RuleCount[];
  readonly byField: readonly FieldCount[];
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
