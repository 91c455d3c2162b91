import type { LocatedProblem, TextFix } from '../problems.ts';
import type { Finding, TokenFix } from './analysis/context.ts';
import { sqlCheck } from './checks/sqlChecks.ts';

/** Findings with offsets in place of tokens, and each with the severity of its check. */
export function locateFindings(findings: readonly Finding[]): LocatedProblem[] {
  return findings.map((finding) => {
    const { code, first, last, message, fixes, related } = finding;
    const problem: LocatedProblem = {
      code,
      severity: sqlCheck(code).severity,
      message,
      path: [],
      start: first.start,
      end: Math.max(first.end, last.end),
      ...(fixes.length > 0 ? { edits: fixes.map(textFix) } : {}),
      ...(related.length > 0
        ? {
            related: related.map(({ token, message: text }) => ({ start: token.start, end: token.end, message: text })),
          }
        : {}),
    };
    return problem;
  });
}

function textFix(fix: TokenFix): TextFix {
  const changes = fix.changes.map(({ first, last, how, newText }) => {
    if (how === 'before') return { start: first.start, end: first.start, newText };
    if (how === 'after') return { start: last.end, end: last.end, newText };
    return { start: first.start, end: last.end, newText };
  });
  return { title: fix.title, safe: fix.safe, changes };
}
