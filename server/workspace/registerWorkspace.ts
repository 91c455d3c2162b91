import type { CancellationToken, Connection, ResponseError } from 'vscode-languageserver';
import { isJsonObject } from '../../core/json.ts';
import type { LocatedProblem } from '../../core/problems.ts';
import type { Documents } from '../documents.ts';
import type { ProblemRuns } from '../problemRuns.ts';
import {
  type ChildProblemsResult,
  childProblemsRequest,
  type ValidateFilesResult,
  type ValidationReportResult,
  validateWorkspaceRequest,
  validationReportRequest,
} from '../protocol.ts';
import { type DocumentRequests, guarded, logFailure, signalOf } from '../requests.ts';
import type { CheckedFile, FileChecks } from './fileChecks.ts';
import { describeWithLinks, toReport, validationReport } from './validationReport.ts';
import type { WorkspaceDiagnostics } from './workspaceDiagnostics.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** What the requests about the workspace need. */
export interface WorkspaceParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly runs: ProblemRuns;
  readonly requests: DocumentRequests;
  readonly files: WorkspaceFiles;
  readonly checks: FileChecks;
  readonly diagnostics: WorkspaceDiagnostics;
  readonly docsBaseUri: () => string | undefined;
  /** The day that reports say dates were compared with. */
  readonly checkedOn: () => Promise<string>;
  readonly version: () => Promise<string>;
}

/** The URIs that a client named; undefined when it named none, which means the whole workspace. */
function namedUris(params: unknown): readonly string[] | undefined {
  const uris = isJsonObject(params) ? params.uris : undefined;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : undefined;
}

function workDoneToken(params: unknown): string | number | undefined {
  const token = isJsonObject(params) ? params.workDoneToken : undefined;
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}

function countOf(problems: readonly LocatedProblem[]): { errors: number; warnings: number; others: number } {
  const errors = problems.filter((p) => p.severity === 'error').length;
  const warnings = problems.filter((p) => p.severity === 'warning').length;
  return { errors, warnings, others: problems.length - errors - warnings };
}

/** Checks the named files, or all of the workspace, one after the other with progress, and gives each to `take`. */
async function checkFiles(
  parts: WorkspaceParts,
  params: unknown,
  signal: AbortSignal,
  take: (checked: CheckedFile) => Promise<void> | void,
): Promise<string[]> {
  const named = namedUris(params);
  const uris = named ?? (await parts.files.candidates(signal)).map((file) => file.uri);
  const token = workDoneToken(params);
  const progress = token === undefined ? undefined : parts.connection.window.attachWorkDoneProgress(token);
  const skipped: string[] = [];
  progress?.begin('Checking files', 0, undefined, true);
  try {
    for (const [index, uri] of uris.entries()) {
      if (signal.aborted) break;
      progress?.report((index / uris.length) * 100, `${index + 1} of ${uris.length}`);
      const checked = await parts.checks.check(uri, signal);
      if (checked !== null) await take(checked);
      else if (named !== undefined) skipped.push(uri);
    }
  } finally {
    progress?.done();
  }
  return skipped;
}

async function validateFiles(
  parts: WorkspaceParts,
  params: unknown,
  token: CancellationToken,
): Promise<ValidateFilesResult | ResponseError> {
  const signal = signalOf(token);
  return guarded(parts.connection, 'Checking files', signal, async () => {
    const files: { uri: string; errors: number; warnings: number; others: number }[] = [];
    const skipped = await checkFiles(parts, params, signal, async (checked) => {
      files.push({ uri: checked.document.uri, ...countOf(checked.problems) });
      if (parts.documents.get(checked.document.uri) === undefined) await parts.diagnostics.show(checked);
    });
    return { files, skipped };
  });
}

async function report(
  parts: WorkspaceParts,
  params: unknown,
  token: CancellationToken,
): Promise<ValidationReportResult | ResponseError> {
  const signal = signalOf(token);
  return guarded(parts.connection, 'The validation report', signal, async () => {
    const reports: { uri: string; report: ReturnType<typeof toReport> }[] = [];
    const skipped = await checkFiles(parts, params, signal, (checked) => {
      reports.push({ uri: checked.document.uri, report: toReport(checked, parts.files.folders) });
    });
    const describe = describeWithLinks(parts.docsBaseUri());
    return validationReport(reports, skipped, describe, await parts.checkedOn(), await parts.version());
  });
}

async function childProblems(
  parts: WorkspaceParts,
  params: unknown,
  token: CancellationToken,
): Promise<ChildProblemsResult | null | ResponseError> {
  const document = isJsonObject(params) && isJsonObject(params.textDocument) ? params.textDocument.uri : undefined;
  const childId = isJsonObject(params) ? params.childId : undefined;
  if (typeof document !== 'string' || typeof childId !== 'string') return null;
  const named = { textDocument: { uri: document } };
  return parts.requests.answer<ChildProblemsResult | null>(
    'Checking a child',
    named,
    token,
    null,
    async (service, open, context) => {
      const problems = await parts.runs.all(open);
      const place = (await service.findChild?.(open.document, childId, context)) ?? null;
      if (problems === null || place === null) return null;
      const inside = problems.filter((p) => p.start >= place.start && p.end <= place.end);
      const range = { start: open.document.positionAt(place.start), end: open.document.positionAt(place.end) };
      return { range, ...countOf(inside) };
    },
  );
}

/** Connects the requests about files that need not be open. Their parameters are checked, as any client can send them. */
export function registerWorkspace(parts: WorkspaceParts): void {
  const { connection, diagnostics } = parts;
  connection.onRequest<ValidateFilesResult, void>(
    validateWorkspaceRequest,
    (params: unknown, token: CancellationToken) => validateFiles(parts, params, token),
  );
  connection.onRequest<ValidationReportResult, void>(
    validationReportRequest,
    (params: unknown, token: CancellationToken) => report(parts, params, token),
  );
  connection.onRequest<ChildProblemsResult | null, void>(
    childProblemsRequest,
    (params: unknown, token: CancellationToken) => childProblems(parts, params, token),
  );
  connection.languages.diagnostics.onWorkspace((params, token) => {
    const signal = signalOf(token);
    return guarded(connection, 'Looking for problems in the workspace', signal, () => diagnostics.pull(params, signal));
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    diagnostics
      .changedOnDisk(changes.map((change) => change.uri))
      .catch((error: unknown) => logFailure(connection, 'Checking changed files', error));
  });
}
