import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isJsonObject } from '../core/json.ts';
import type { LocatedProblem, TextFix, TextRange } from '../core/problems.ts';
import { diagnosticSource } from './diagnostics.ts';
import type { LanguageService, RequestContext } from './languages/languageService.ts';

/** Kind of the action that makes every safe fix in the file. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.ssd`;

/** What a request for code actions asked for. */
export interface CodeActionQuery {
  /** Offsets of the selection. */
  readonly start: number;
  readonly end: number;
  readonly only: readonly string[] | undefined;
  /** Diagnostics that the client shows there, so that an action can say which it resolves. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What an action that changes the whole file carries until it is chosen: which problems it is for. */
interface FixAllData {
  readonly uri: string;
  /** Code of the rule whose problems are fixed; null for all rules. */
  readonly rule: string | null;
}

/** Fixes of one problem: ready text edits, and value fixes that the language turns into text edits. */
function fixesOf(
  service: LanguageService,
  document: TextDocument,
  problem: LocatedProblem,
  context: RequestContext,
): readonly TextFix[] {
  const hasValues = problem.fixes !== undefined && problem.fixes.length > 0;
  return [...(problem.edits ?? []), ...(hasValues ? (service.fixes?.(document, problem, context) ?? []) : [])];
}

function hasSafeFix(problem: LocatedProblem): boolean {
  return problem.edits?.some((e) => e.safe) === true || problem.fixes?.some((f) => f.safe) === true;
}

function toEdit(document: TextDocument, fixes: readonly TextFix[]): WorkspaceEdit {
  const edits: TextEdit[] = fixes
    .flatMap((fix) => fix.changes)
    .map((change) => ({
      range: { start: document.positionAt(change.start), end: document.positionAt(change.end) },
      newText: change.newText,
    }));
  return { changes: { [document.uri]: edits } };
}

/** Whether an action of that kind was asked for; a kind that is asked for covers those below it. */
function wants(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
}

/**
 * The actions that come from problems: each fix of each problem that touches the selection; for a safe fix whose rule
 * is broken more than once one that makes them all; and `source.fixAll.ssd` for every safe fix of the file. The last
 * two come without their edits, which `fixAllEdit` works out when one of them is chosen.
 */
export function problemActions(
  service: LanguageService,
  document: TextDocument,
  problems: readonly LocatedProblem[],
  query: CodeActionQuery,
  context: RequestContext,
): CodeAction[] {
  const actions: CodeAction[] = [];
  const dataFor = (rule: string | null): FixAllData => ({ uri: document.uri, rule });
  if (wants(query.only, CodeActionKind.QuickFix)) {
    const rules = new Set<string>();
    for (const problem of problems) {
      if (problem.end < query.start || problem.start > query.end) continue;
      const resolved = query.diagnostics.filter(
        ({ source, code, range }) =>
          source === diagnosticSource && code === problem.code && document.offsetAt(range.start) === problem.start,
      );
      for (const [index, fix] of fixesOf(service, document, problem, context).entries()) {
        actions.push({
          title: fix.title,
          kind: CodeActionKind.QuickFix,
          diagnostics: resolved,
          isPreferred: index === 0 && fix.safe,
          edit: toEdit(document, [fix]),
        });
      }
      if (hasSafeFix(problem)) rules.add(problem.code);
    }
    for (const rule of rules) {
      if (problems.filter((p) => p.code === rule && hasSafeFix(p)).length < 2) continue;
      const title = `Fix all problems of rule ${rule} in this file`;
      actions.push({ title, kind: CodeActionKind.QuickFix, data: dataFor(rule) });
    }
  }
  if (wants(query.only, fixAllKind) && problems.some(hasSafeFix)) {
    actions.push({ title: 'Fix everything that is safe to fix', kind: fixAllKind, data: dataFor(null) });
  }
  return actions;
}

/** Reads back what an action carries; undefined for an action of another make. */
export function readFixAllData(data: unknown): FixAllData | undefined {
  if (!isJsonObject(data)) return undefined;
  const { uri, rule } = data;
  return typeof uri === 'string' && (typeof rule === 'string' || rule === null) ? { uri, rule } : undefined;
}

/** The edit that makes the first safe fix of each problem, without those that would touch text already changed. */
export async function fixAllEdit(
  service: LanguageService,
  document: TextDocument,
  problems: readonly LocatedProblem[],
  rule: string | null,
  context: RequestContext,
): Promise<WorkspaceEdit> {
  const fixes: TextFix[] = [];
  for (const problem of problems) {
    if ((rule !== null && problem.code !== rule) || !hasSafeFix(problem)) continue;
    const fix = fixesOf(service, document, problem, context).find((f) => f.safe);
    if (fix !== undefined) fixes.push(fix);
    const pause = context.breathe();
    if (pause !== undefined) await pause;
    if (context.signal.aborted) return {};
  }
  return toEdit(document, withoutOverlaps(fixes));
}

/** The fixes whose changes touch no text that another one, nearer the start of the file, changes. */
function withoutOverlaps(fixes: readonly TextFix[]): TextFix[] {
  const first = (fix: TextFix) => Math.min(...fix.changes.map((change) => change.start));
  const sorted = fixes.map((fix) => ({ fix, start: first(fix) })).sort((a, b) => a.start - b.start);
  const kept: TextFix[] = [];
  const taken: TextRange[] = [];
  let reach = -1;
  for (const { fix } of sorted) {
    if (!fix.changes.every((change) => change.start > reach || taken.every((other) => apart(change, other)))) continue;
    kept.push(fix);
    for (const { start, end } of fix.changes) {
      taken.push({ start, end });
      reach = Math.max(reach, end);
    }
  }
  return kept;
}

/** Whether two changes can both be made; two insertions at one place would come out in no certain order. */
function apart(a: TextRange, b: TextRange): boolean {
  if (a.start === b.start && a.end === a.start && b.end === b.start) return false;
  return a.start >= b.end || a.end <= b.start;
}
