import { type CodeAction, CodeActionKind, type Diagnostic, type TextEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LocatedProblem, TextFix } from '../core/problems.ts';
import { diagnosticSource } from './diagnostics.ts';
import type { LanguageService } from './languages/languageService.ts';

/** Kind of the action that makes every safe fix in the file. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.ssd`;

/** Fixes of one problem: ready text edits, and value fixes that the language turns into text edits. */
function fixesOf(service: LanguageService, document: TextDocument, problem: LocatedProblem): readonly TextFix[] {
  const values =
    problem.fixes !== undefined && problem.fixes.length > 0 ? (service.fixes?.(document, problem) ?? []) : [];
  return [...(problem.edits ?? []), ...values];
}

function toEdits(document: TextDocument, fixes: readonly TextFix[]): TextEdit[] {
  return fixes
    .flatMap((fix) => fix.changes)
    .map((change) => ({
      range: { start: document.positionAt(change.start), end: document.positionAt(change.end) },
      newText: change.newText,
    }));
}

/** The fixes whose changes touch no text that an earlier one of the list changes. */
function withoutOverlaps(fixes: readonly TextFix[]): TextFix[] {
  const taken: { start: number; end: number }[] = [];
  const kept: TextFix[] = [];
  const sorted = [...fixes].sort((a, b) => (a.changes[0]?.start ?? 0) - (b.changes[0]?.start ?? 0));
  for (const fix of sorted) {
    const clear = fix.changes.every((change) =>
      // Sorted by start, so only the last few can overlap; two insertions at one place count as an overlap.
      taken.slice(-8).every((t) => change.start >= t.end && !(change.start === t.start && change.end === t.end)),
    );
    if (!clear) continue;
    kept.push(fix);
    taken.push(...fix.changes);
  }
  return kept;
}

function wants(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
}

/** What a request for code actions asked for. */
export interface CodeActionQuery {
  /** Offsets of the selection. */
  readonly start: number;
  readonly end: number;
  readonly only: readonly string[] | undefined;
  /** Diagnostics that the client shows there, so that an action can say which it resolves. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The actions that come from problems: each fix of each problem that touches the selection, for a fix that is
 * repeated in the file one that makes them all, and `source.fixAll.ssd` for every safe fix of the file.
 */
export function problemActions(
  service: LanguageService,
  document: TextDocument,
  problems: readonly LocatedProblem[],
  query: CodeActionQuery,
): CodeAction[] {
  const actions: CodeAction[] = [];
  const edit = (fixes: readonly TextFix[]) => ({ changes: { [document.uri]: toEdits(document, fixes) } });
  if (wants(query.only, CodeActionKind.QuickFix)) {
    const codes = new Map<string, string>();
    for (const problem of problems) {
      if (problem.end < query.start || problem.start > query.end) continue;
      const resolved = query.diagnostics.filter((d) => d.source === diagnosticSource && d.code === problem.code);
      const fixes = fixesOf(service, document, problem);
      for (const [index, fix] of fixes.entries()) {
        actions.push({
          title: fix.title,
          kind: CodeActionKind.QuickFix,
          diagnostics: resolved,
          isPreferred: index === 0 && fix.safe,
          edit: edit([fix]),
        });
      }
      if (fixes.some((fix) => fix.safe)) codes.set(problem.code, fixes[0]?.title ?? problem.code);
    }
    for (const code of codes.keys()) {
      const same = problems.filter((p) => p.code === code).flatMap((p) => safeFix(service, document, p));
      const kept = withoutOverlaps(same);
      if (kept.length > 1) {
        actions.push({
          title: `Fix all ${kept.length} problems of rule ${code} in this file`,
          kind: CodeActionKind.QuickFix,
          edit: edit(kept),
        });
      }
    }
  }
  if (wants(query.only, fixAllKind)) {
    const kept = withoutOverlaps(problems.flatMap((problem) => safeFix(service, document, problem)));
    if (kept.length > 0) {
      actions.push({ title: 'Fix everything that is safe to fix', kind: fixAllKind, edit: edit(kept) });
    }
  }
  return actions;
}

/** The first safe fix of a problem, as a list of none or one. */
function safeFix(service: LanguageService, document: TextDocument, problem: LocatedProblem): TextFix[] {
  const safe = problem.edits?.some((e) => e.safe) === true || problem.fixes?.some((f) => f.safe) === true;
  if (!safe) return [];
  const fix = fixesOf(service, document, problem).find((f) => f.safe);
  return fix === undefined ? [] : [fix];
}
