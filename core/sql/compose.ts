import type { LocatedProblem } from '../problems.ts';
import type { SqlDialect } from './dialect.ts';
import { readSingleSelect, type SingleSelect } from './singleSelect.ts';

/** One text that becomes part of a composed query. `name` is what messages call it, such as `cohort.sql`. */
export interface ExtractText {
  readonly name: string;
  readonly text: string;
}

export interface ComposeInput {
  /** The SELECT that gives the people in scope, one id per row. */
  readonly cohort: ExtractText;
  /** The section's own SELECT; it may read the relation `cohort(person_id)`. */
  readonly section: ExtractText;
  /** The database that will run it. */
  readonly dialect: SqlDialect;
  /** Output columns to order by, outermost id first, such as `la_child_id`, `social_care_episode_id`. */
  readonly orderBy: readonly string[];
}

/** A stretch of the composed query that came from one of the texts unchanged: for the place of a database's error. */
export interface ComposedSpan {
  readonly from: 'cohort' | 'section';
  /** Offset in the composed query. */
  readonly start: number;
  readonly end: number;
  /** Offset in the text that it came from. */
  readonly sourceStart: number;
}

/** A query ready to run, or why there is none: problems of one text, with ranges in that text. */
export type ComposeResult =
  | { readonly ok: true; readonly sql: string; readonly spans: readonly ComposedSpan[] }
  | { readonly ok: false; readonly from: 'cohort' | 'section'; readonly problems: readonly LocatedProblem[] };

/** How an id sorts by its characters' codes, whatever the database's collation and the column's type are. */
const orderKey: Readonly<Record<SqlDialect, (column: string) => string>> = {
  tsql: (column) => `CAST(${column} AS nvarchar(200)) COLLATE Latin1_General_BIN2`,
  postgres: (column) => `CAST(${column} AS text) COLLATE "C"`,
  sqlite: (column) => `CAST(${column} AS text) COLLATE BINARY`,
};

/**
 * Puts the cohort in front of a section's SELECT as the common table expression `cohort(person_id)` and orders the
 * rows by their ids, so that several sections can be read side by side. Both texts' own WITH clauses are merged into
 * one, since SQL Server takes none inside another; the section's own ORDER BY gives way, unless it decides which rows
 * there are (TOP, LIMIT, OFFSET). Ids sort by character code: the order of JavaScript's `<` on the same text.
 */
export function composeExtract(input: ComposeInput): ComposeResult {
  const cohort = readSingleSelect(input.cohort.text, input.dialect, input.cohort.name);
  if (!cohort.ok) return { ok: false, from: 'cohort', problems: cohort.problems };
  const section = readSingleSelect(input.section.text, input.dialect, input.section.name);
  if (!section.ok) return { ok: false, from: 'section', problems: section.problems };
  const clash = clashingName(cohort.select, section.select, input);
  if (clash !== null) return { ok: false, from: 'section', problems: [clash] };

  const out = new SpanWriter();
  const recursive = cohort.select.recursive || section.select.recursive;
  out.add(recursive && input.dialect !== 'tsql' ? 'WITH RECURSIVE ' : 'WITH ');
  for (const cte of cohort.select.ctes) {
    out.copy('cohort', input.cohort.text, cte.start, cte.end);
    out.add(',\n');
  }
  out.add('cohort(person_id) AS (\n');
  out.copy('cohort', input.cohort.text, cohort.select.body.start, cohort.select.body.end);
  out.add('\n)');
  for (const cte of section.select.ctes) {
    out.add(',\n');
    out.copy('section', input.section.text, cte.start, cte.end);
  }
  out.add('\nSELECT section_rows.* FROM (\n');
  out.copy('section', input.section.text, section.select.body.start, section.select.body.end);
  out.add('\n) section_rows');
  const keys = input.orderBy.map((column) => orderKey[input.dialect](`section_rows.${column}`));
  if (keys.length > 0) out.add(`\nORDER BY ${keys.join(', ')}`);
  if (section.select.option !== null) {
    out.add('\n');
    out.copy('section', input.section.text, section.select.option.start, section.select.option.end);
  }
  return { ok: true, sql: out.text, spans: out.spans };
}

/** The text and offset that a place in a composed query came from; null for what the composition added. */
export function sourceOf(
  spans: readonly ComposedSpan[],
  offset: number,
): { from: 'cohort' | 'section'; offset: number } | null {
  const span = spans.find((s) => offset >= s.start && offset < s.end);
  return span === undefined ? null : { from: span.from, offset: span.sourceStart + offset - span.start };
}

function clashingName(cohort: SingleSelect, section: SingleSelect, input: ComposeInput): LocatedProblem | null {
  const taken = new Set(['cohort', ...cohort.ctes.map((cte) => cte.key)]);
  const clash = section.ctes.find((cte) => taken.has(cte.key));
  if (clash === undefined) return null;
  const owner = clash.key === 'cohort' ? 'the runner puts in front of every section' : `${input.cohort.name} defines`;
  return {
    code: 'SQL-411',
    severity: 'error',
    message: `${input.section.name} defines the common table expression "${clash.key}", a name that ${owner}. Give it another name.`,
    path: [],
    start: clash.start,
    end: clash.start + clash.key.length,
  };
}

class SpanWriter {
  text = '';
  readonly spans: ComposedSpan[] = [];

  add(text: string): void {
    this.text += text;
  }

  copy(from: 'cohort' | 'section', source: string, start: number, end: number): void {
    this.spans.push({ from, start: this.text.length, end: this.text.length + end - start, sourceStart: start });
    this.text += source.slice(start, end);
  }
}
