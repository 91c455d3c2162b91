import type { TextRange } from '../../problems.ts';
import type { Reference } from '../analysis/context.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { nameOf, type Token } from '../token.ts';
import { referenceAt } from './places.ts';

const rangeOf = ({ start, end }: Token): TextRange => ({ start, end });

/** Where the name at the offset is introduced in this text; null for names from outside it. */
export function definitionAt(model: SqlModel, offset: number): TextRange | null {
  const reference = referenceAt(model, offset);
  const definition = reference?.definition ?? null;
  return definition === null ? null : rangeOf(definition);
}

/** Every place that names the same thing as the place at the offset, in the order of the text. */
export function referencesAt(model: SqlModel, offset: number): readonly TextRange[] {
  const reference = referenceAt(model, offset);
  return reference === undefined ? [] : tokensOf(model, reference).map(rangeOf);
}

function tokensOf(model: SqlModel, reference: Reference): Token[] {
  const source = reference.column?.value.source ?? null;
  const same = (other: Reference): boolean => {
    if (reference.definition !== null)
      return other.definition === reference.definition || other.token === reference.definition;
    if (reference.kind === 'parameter')
      return other.kind === 'parameter' && other.token.text.toLowerCase() === reference.token.text.toLowerCase();
    if (reference.kind === 'column')
      return (
        source !== null && other.kind === 'column' && other.column?.value.source === source && other.definition === null
      );
    return (
      reference.relation !== null &&
      other.relation === reference.relation &&
      other.kind === reference.kind &&
      other.definition === null
    );
  };
  const tokens = new Set(model.analysis.ctx.references.filter(same).map((other) => other.token));
  if (reference.definition !== null) tokens.add(reference.definition);
  return [...tokens].sort((a, b) => a.start - b.start);
}

/** Kinds of names that can be given another name without changing what the query means to others. */
const renamable = new Set<Reference['kind']>(['alias', 'cte', 'variable', 'table', 'output', 'column']);

/** The range of the name at the offset when it can be renamed: it is introduced in this text. Null otherwise. */
export function renameRangeAt(model: SqlModel, offset: number): TextRange | null {
  const reference = referenceAt(model, offset);
  if (reference?.definition == null || !renamable.has(reference.kind)) return null;
  if (isOutputField(model, reference)) return null;
  return rangeOf(reference.token);
}

/** An output name of a section is the DfE's, and no other will do. */
function isOutputField(model: SqlModel, reference: Reference): boolean {
  if (model.options.role.kind !== 'section') return false;
  const statement = model.script.statements.find((candidate) => candidate.kind === 'queryStatement');
  const output = statement === undefined ? undefined : model.analysis.outputs.get(statement);
  return (
    output?.columns.some((column) => column.token === reference.definition && column.item?.alias === column.token) ??
    false
  );
}

/** The edits that give the thing at the offset a new name everywhere; null when it has a name of the outside. */
export function renameAt(
  model: SqlModel,
  offset: number,
  newName: string,
): readonly (TextRange & { readonly newText: string })[] | null {
  if (renameRangeAt(model, offset) === null) return null;
  const reference = referenceAt(model, offset);
  if (reference === undefined) return null;
  return tokensOf(model, reference).map((token) => ({ ...rangeOf(token), newText: written(token, newName) }));
}

/** The new name as this place needs it: with the quotes of the old one, or in brackets where it is no plain name. */
function written(token: Token, newName: string): string {
  if (token.kind === 'variable') return newName.startsWith('@') ? newName : `@${newName}`;
  const plain = /^[#A-Za-z_\u0080-\uffff][\w@$#\u0080-\uffff]*$/.test(newName);
  if (token.kind === 'quotedName') {
    const open = token.text.charAt(0);
    return nameOf(token) === token.text ? newName : `${open}${newName}${open === '[' ? ']' : open}`;
  }
  return plain ? newName : `[${newName}]`;
}
