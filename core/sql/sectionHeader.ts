import type { TextRange } from '../problems.ts';
import { flavourNamed, type SqlFlavour } from './dialect.ts';
import { lex } from './lexer.ts';
import type { Comment } from './token.ts';

/** One `-- @key value` line of an extract. */
export interface Directive extends TextRange {
  readonly key: 'section' | 'dialect' | 'cohort' | 'allow';
  readonly value: string;
  /** Range of the value alone. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** What the comment lines of an extract say about it. Where a line occurs twice, the first one counts. */
export interface SectionHeader {
  readonly section: Directive | null;
  readonly dialect: Directive | null;
  /** The flavour that `@dialect` names; null when there is no such line or the name is not known. */
  readonly flavour: SqlFlavour | null;
  /** Whether it says `-- @cohort`. */
  readonly isCohort: boolean;
  /** Codes that `-- @allow CODE, CODE reason` takes from the checks of this file. */
  readonly allowed: ReadonlySet<string>;
  readonly all: readonly Directive[];
}

const directiveText = /^--[ \t]*@(section|dialect|cohort|allow)\b[ \t:]*([^\r\n]*?)[ \t]*$/i;

const keys = ['section', 'dialect', 'cohort', 'allow'] as const;

function directiveOf(comment: Comment): Directive | null {
  const match = directiveText.exec(comment.text);
  if (match === null) return null;
  const value = match[2] ?? '';
  const valueStart = comment.start + (value === '' ? comment.text.length : comment.text.lastIndexOf(value));
  const key = keys.find((known) => known === match[1]?.toLowerCase()) ?? 'section';
  return { key, value, start: comment.start, end: comment.end, valueStart, valueEnd: valueStart + value.length };
}

/** Reads the header from comments that are already lexed. */
export function headerOf(comments: readonly Comment[]): SectionHeader {
  const all = comments.map(directiveOf).filter((d) => d !== null);
  const dialect = all.find((d) => d.key === 'dialect') ?? null;
  return {
    section: all.find((d) => d.key === 'section') ?? null,
    dialect,
    flavour: dialect === null ? null : (flavourNamed(dialect.value) ?? null),
    isCohort: all.some((d) => d.key === 'cohort'),
    allowed: new Set(
      all.filter((d) => d.key === 'allow').flatMap((d) => d.value.toUpperCase().match(/\bSQL-\d+\b/g) ?? []),
    ),
    all,
  };
}

/** Reads the `-- @section NAME` and `-- @dialect NAME` lines of an extract. */
export function readSectionHeader(text: string): SectionHeader {
  return headerOf(lex(text, 'tsql').comments);
}
