import type { TextRange } from '../../problems.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { sectionOutput } from './outputFields.ts';

/** A token that the editor shows in a colour of its own. */
export interface SqlMark extends TextRange {
  readonly type: 'ssdTable' | 'ssdColumn' | 'dfeField';
}

/** Tables and columns of the SSD, and the output names that are fields of the DfE, in the order of the text. */
export function marksOf(model: SqlModel): readonly SqlMark[] {
  const marks = new Map<number, SqlMark>();
  for (const { kind, token, relation, column } of model.analysis.ctx.references) {
    const { start, end } = token;
    if (kind === 'table' && (relation?.ssd != null || relation?.kind === 'cohort'))
      marks.set(start, { start, end, type: 'ssdTable' });
    else if (kind === 'column' && relation?.ssd != null && column !== null)
      marks.set(start, { start, end, type: 'ssdColumn' });
  }
  const found = sectionOutput(model);
  for (const column of found?.output?.columns ?? []) {
    const token = column.token;
    if (token === null || column.item?.alias !== token) continue;
    const known =
      found?.section.parentIds.includes(column.name ?? '') ||
      found?.section.fields.some((field) => field.name === column.name);
    if (known) marks.set(token.start, { start: token.start, end: token.end, type: 'dfeField' });
  }
  return [...marks.values()].sort((a, b) => a.start - b.start);
}

/** A place that leads to a page of the documentation or to a command, with the section that it is about. */
export interface SectionPlace extends TextRange {
  readonly section: string;
}

/** The section's name in `-- @section`, which leads to its reference page; null when the file names no section. */
export function sectionLink(model: SqlModel): SectionPlace | null {
  const { header, options } = model;
  if (header.section === null || options.role.kind !== 'section') return null;
  return { start: header.section.valueStart, end: header.section.valueEnd, section: options.role.section.name };
}

/** Where "Run this extract" stands: the header line, or the query when there is none. Null for other files. */
export function runLens(model: SqlModel): SectionPlace | null {
  const { header, options, script } = model;
  if (options.role.kind !== 'section') return null;
  const query = script.statements.find((statement) => statement.kind === 'queryStatement');
  const place = header.section ?? (query === undefined ? null : { start: query.first.start, end: query.first.end });
  return place === null ? null : { start: place.start, end: place.end, section: options.role.section.name };
}
