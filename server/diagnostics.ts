import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LocatedProblem, Severity } from '../core/problems.ts';
import type { ProblemsSoFar, TopProblems } from './languages/languageService.ts';
import type { Settings } from './settings.ts';

/** `source` of every diagnostic of this server. */
export const diagnosticSource = 'ssd';

/** Code of the line that says that a file is still being checked. */
export const stillCheckingCode = 'ssd.stillChecking';

/** Code of the closing line that says how many problems were left out. */
const leftOutCode = 'ssd.validation.maxProblems';

const lspSeverity: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** The problems with the severities that the person chose, without the rules that are switched off. */
export function applyRuleSettings(problems: readonly LocatedProblem[], settings: Settings): readonly LocatedProblem[] {
  const { rules } = settings.validation;
  if (Object.keys(rules).length === 0) return problems;
  const kept: LocatedProblem[] = [];
  for (const problem of problems) {
    const severity = rules[problem.code] ?? problem.severity;
    if (severity === 'off') continue;
    kept.push(severity === problem.severity ? problem : { ...problem, severity });
  }
  return kept;
}

/** The address of a rule's page, where the client said in which folder the pages are. */
export function rulePage(code: string, docsBaseUri: string | undefined): string | undefined {
  if (docsBaseUri === undefined) return undefined;
  // Checks of SQL have a folder of their own beside the rules of payloads.
  const place = code.startsWith('SQL-') ? '../checks/' : './';
  return new URL(`${place}${encodeURIComponent(code)}.md`, docsBaseUri.replace(/\/*$/, '/')).href;
}

/** Editors fade what can only be removed, and strike through a name that was replaced by another. */
function tagOf({ fixes = [] }: LocatedProblem): DiagnosticTag | undefined {
  if (fixes.length === 0) return undefined;
  if (fixes.every((fix) => fix.kind === 'remove')) return DiagnosticTag.Unnecessary;
  return fixes.some((fix) => fix.kind === 'rename') ? DiagnosticTag.Deprecated : undefined;
}

function toDiagnostic(problem: LocatedProblem, document: TextDocument, docsBaseUri: string | undefined): Diagnostic {
  const range = (place: { start: number; end: number }) => ({
    start: document.positionAt(place.start),
    end: document.positionAt(place.end),
  });
  const diagnostic: Diagnostic = {
    range: range(problem),
    severity: lspSeverity[problem.severity],
    code: problem.code,
    source: diagnosticSource,
    message: problem.message,
  };
  const page = rulePage(problem.code, docsBaseUri);
  if (page !== undefined) diagnostic.codeDescription = { href: page };
  if (problem.related !== undefined && problem.related.length > 0) {
    diagnostic.relatedInformation = problem.related.map((place) => ({
      location: { uri: document.uri, range: range(place) },
      message: place.message,
    }));
  }
  const tag = tagOf(problem);
  if (tag !== undefined) diagnostic.tags = [tag];
  return diagnostic;
}

/** Problems with the most severe first and otherwise in the order of the text. */
export function bySeverity(problems: readonly LocatedProblem[]): LocatedProblem[] {
  return [...problems].sort((a, b) => rank[a.severity] - rank[b.severity] || a.start - b.start);
}

/** Problems as diagnostics, in their order, and when some were left out one more line that says how many. */
export function toDiagnostics(
  { problems, omitted }: TopProblems,
  document: TextDocument,
  settings: Settings,
  docsBaseUri: string | undefined,
): Diagnostic[] {
  const shown = bySeverity(problems).map((problem) => toDiagnostic(problem, document, docsBaseUri));
  if (omitted > 0) shown.push(closingLine(omitted, document, settings.validation.maxProblems));
  return shown;
}

/** The problems that were found so far, with a line that says how far that is. */
export function toDiagnosticsSoFar(
  found: ProblemsSoFar,
  document: TextDocument,
  settings: Settings,
  docsBaseUri: string | undefined,
): Diagnostic[] {
  const end = document.positionAt(Number.POSITIVE_INFINITY);
  const message = `This file is still being checked. Shown are problems of the first ${found.checked}.`;
  const shown = toDiagnostics(found, document, settings, docsBaseUri);
  shown.push({
    range: { start: end, end },
    severity: DiagnosticSeverity.Information,
    code: stillCheckingCode,
    source: diagnosticSource,
    message,
  });
  return shown;
}

function closingLine(omitted: number, document: TextDocument, limit: number): Diagnostic {
  const end = document.positionAt(Number.POSITIVE_INFINITY);
  const count = omitted.toLocaleString('en-GB');
  return {
    range: { start: end, end },
    severity: DiagnosticSeverity.Information,
    code: leftOutCode,
    source: diagnosticSource,
    message:
      omitted === 1
        ? `1 more problem in this file is not shown. Raise ssd.validation.maxProblems (now ${limit}) to see it.`
        : `${count} more problems in this file are not shown. Raise ssd.validation.maxProblems (now ${limit}) to see them.`,
  };
}
