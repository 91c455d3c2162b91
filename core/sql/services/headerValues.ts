import { sections } from '../../payload/sections.ts';
import type { TextRange } from '../../problems.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { commentAt } from './places.ts';

/** A value that a header line can take, and what it replaces. */
export interface HeaderValue extends TextRange {
  readonly name: string;
  readonly detail: string;
}

/** The sections or dialects for the line `-- @section ...` or `-- @dialect ...` at the offset; none elsewhere. */
export function headerValuesAt(model: SqlModel, offset: number): readonly HeaderValue[] {
  const comment = commentAt(model, offset);
  if (comment === undefined) return [];
  const match = /^--[ \t]*@(section|dialect)[ \t:]+([\w-]*)$/i.exec(model.text.slice(comment.start, offset));
  if (match === null) return [];
  const range = { start: offset - (match[2]?.length ?? 0), end: Math.max(offset, comment.end) };
  if (match[1]?.toLowerCase() === 'dialect') {
    return ['portable', 'tsql', 'postgres', 'sqlite'].map((name) => ({ ...range, name, detail: 'dialect' }));
  }
  return sections(model.options.spec).map(({ name, label }) => ({ ...range, name, detail: label }));
}
