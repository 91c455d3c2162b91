import type { LocatedProblem, TextFix } from '../../problems.ts';
import type { SectionHeader } from '../sectionHeader.ts';

/** Checks about what may well be meant, which a line at the top of the file can allow. */
const allowable = new Set([
  'SQL-105',
  'SQL-201',
  'SQL-202',
  'SQL-203',
  'SQL-307',
  'SQL-308',
  'SQL-309',
  'SQL-311',
  'SQL-312',
]);

/** Adds the fixes that write a line into the head of an extract: its dialect, or what it allows. */
export function withHeaderFixes(problem: LocatedProblem, header: SectionHeader): LocatedProblem {
  const line =
    problem.code === 'SQL-503' ? '-- @dialect tsql' : allowable.has(problem.code) ? `-- @allow ${problem.code} ` : null;
  if (line === null) return problem;
  const place = header.all[0]?.end ?? 0;
  const newText = place === 0 ? `${line}\n` : `\n${line}`;
  const title =
    problem.code === 'SQL-503' ? 'Say that this extract is for SQL Server' : `Allow ${problem.code} in this file`;
  const fix: TextFix = { title, safe: false, changes: [{ start: place, end: place, newText }] };
  return { ...problem, edits: [...(problem.edits ?? []), fix] };
}
