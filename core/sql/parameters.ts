import type { TextRange } from '../problems.ts';
import type { SqlDialect } from './dialect.ts';
import { lex } from './lexer.ts';

/** Parameters that the runner binds for every extract, with what they mean. Dates are `YYYY-MM-DD`. */
export const extractParameters: Readonly<Record<string, string>> = {
  cohort_start: 'First day of the cohort window.',
  cohort_end: 'Last day of the cohort window.',
  run_date: 'The day of the run; also the day at which ages are taken.',
  latest_birth_date_out_of_scope: 'Nobody who was born on or before this day is in scope.',
};

/** One `@name` in a query. The range includes the `@`. */
export interface ParameterUse extends TextRange {
  /** As written, without the `@`. */
  readonly name: string;
}

/** Finds every `@name` outside strings, comments and quoted names. System variables (`@@ROWCOUNT`) are none. */
export function findParameters(sql: string, dialect: SqlDialect): ParameterUse[] {
  return lex(sql, dialect)
    .tokens.filter((token) => token.kind === 'variable' && !token.text.startsWith('@@'))
    .map((token) => ({ name: token.text.slice(1), start: token.start, end: token.end }));
}

/** A query whose parameters were renamed for a driver that takes them by position. */
export interface PositionalQuery {
  readonly sql: string;
  /** Name of the parameter at each position, from the first; a name occurs once. */
  readonly names: readonly string[];
}

/** Rewrites `@name` to `$1`, `$2`, ... as PostgreSQL's protocol has them. Names are compared without regard to case. */
export function toPositionalParameters(sql: string, dialect: SqlDialect = 'postgres'): PositionalQuery {
  const names: string[] = [];
  let out = '';
  let copied = 0;
  for (const use of findParameters(sql, dialect)) {
    const key = use.name.toLowerCase();
    let index = names.findIndex((name) => name.toLowerCase() === key);
    if (index < 0) index = names.push(use.name) - 1;
    out += `${sql.slice(copied, use.start)}$${index + 1}`;
    copied = use.end;
  }
  return { sql: out + sql.slice(copied), names };
}
