import type { TextRange } from '../../problems.ts';
import { sqlFunction } from '../functions.ts';
import { extractParameters } from '../parameters.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { describeColumn, describeField, describeFunction, describeRelation, describeTable } from './describe.ts';
import { outputFieldAt } from './outputFields.ts';
import { referenceAt, tokenAt } from './places.ts';

/** Markdown about the thing at a place, and the range that it is about. */
export interface SqlHover extends TextRange {
  readonly markdown: string;
}

/** What is known of the table, column, output field, parameter or function at the offset; null when nothing is. */
export function hoverAt(model: SqlModel, offset: number): SqlHover | null {
  const token = tokenAt(model.tokens, offset);
  if (token === undefined) return null;
  const at = (markdown: string): SqlHover => ({ start: token.start, end: token.end, markdown });
  const output = outputFieldAt(model, token);
  const reference = referenceAt(model, offset);
  const source = reference?.column?.value.source ?? null;
  if (output !== null) {
    const field = describeField(output.section, output.field);
    return at(source === null ? field : `${field}\n\n---\n\n${describeColumn(source)}`);
  }
  if (reference?.kind === 'column') {
    if (source !== null) return at(describeColumn(source));
    const type = reference.column?.value.type.text ?? '';
    if (reference.column !== null)
      return at(`**${reference.column.name}**${type === '' ? '' : ` \`${type}\``}${ownerOf(reference.relation?.name)}`);
  }
  if (reference?.kind === 'parameter' || reference?.kind === 'variable') {
    const meaning = extractParameters[token.text.slice(1).toLowerCase()];
    if (meaning !== undefined && reference.kind === 'parameter')
      return at(`**${token.text}** (parameter of the runner)\n\n${meaning}`);
    return reference.kind === 'variable' ? at(`**${token.text}** (variable)`) : null;
  }
  if (reference?.relation != null && reference.kind !== 'column') {
    const { relation } = reference;
    if (relation.kind === 'unknown' && relation.columns.size === 0) return null;
    return at(relation.ssd === null ? describeRelation(relation) : describeTable(relation.ssd));
  }
  const called = token.kind === 'word' ? sqlFunction(token.text) : undefined;
  return called === undefined || reference !== undefined ? null : at(describeFunction(called));
}

function ownerOf(name: string | undefined): string {
  return name === undefined || name === '' ? '' : ` of ${name}`;
}
