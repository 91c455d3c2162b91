import { sections } from '../../payload/sections.ts';
import type { LocatedProblem } from '../../problems.ts';
import type { AnalysisOptions } from '../analysis/context.ts';
import { flavourNamed } from '../dialect.ts';
import { nearest } from '../nearest.ts';
import type { Directive, SectionHeader } from '../sectionHeader.ts';
import { sqlCheck } from './sqlChecks.ts';

/** Checks the values of the header lines. */
export function checkHeader(header: SectionHeader, options: AnalysisOptions): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  const { section, dialect } = header;
  if (section !== null && options.role.kind === 'script') {
    const names = [...sections(options.spec).map((known) => known.name), 'cohort'];
    const guess = nearest(section.value, names);
    const said = guess === undefined ? `The sections are ${names.join(', ')}.` : `Did you mean ${guess}?`;
    const what =
      section.value === '' ? 'The name of the section is missing.' : `There is no section "${section.value}".`;
    problems.push(problemAt('SQL-301', section, `${what} ${said}`, guess));
  }
  if (dialect !== null && flavourNamed(dialect.value) === undefined) {
    const names = ['tsql', 'postgres', 'sqlite', 'portable'];
    problems.push(
      problemAt(
        'SQL-504',
        dialect,
        `"${dialect.value}" is no dialect. Use ${names.join(', ')}.`,
        nearest(dialect.value, names),
      ),
    );
  }
  return problems;
}

function problemAt(code: string, directive: Directive, message: string, guess: string | undefined): LocatedProblem {
  const empty = directive.value === '';
  const start = empty ? directive.start : directive.valueStart;
  const end = empty ? directive.end : directive.valueEnd;
  const edits =
    guess === undefined
      ? {}
      : { edits: [{ title: `Change to ${guess}`, safe: false, changes: [{ start, end, newText: guess }] }] };
  return { code, severity: sqlCheck(code).severity, message, path: [], start, end, ...edits };
}
