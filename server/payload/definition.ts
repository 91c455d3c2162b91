import type { Location } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { placeAt } from '../../core/payload/locate.ts';
import { type Section, sections } from '../../core/payload/sections.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';
import type { JsonPath, TextRange } from '../../core/problems.ts';
import { lex } from '../../core/sql/lexer.ts';
import { keyOf } from '../../core/sql/token.ts';
import type { ExtractFile } from '../extractFiles.ts';

/** Looks up the extract file of a section; null when the workspace has none. */
export type FindExtract = (section: string) => Promise<ExtractFile | null>;

/** The section whose extract feeds a place of a child, and the output column for a field; undefined without one. */
function feedingSection(
  version: SpecVersion,
  path: JsonPath,
): { readonly section: Section; readonly column: string | undefined } | undefined {
  const names = path.filter((step) => typeof step === 'string');
  const all = sections(version);
  const [first] = names;
  // The two ids of the child are columns of the extract of its details.
  const onChild = names.length === 1 && (first === 'la_child_id' || first === 'mis_child_id');
  const section = onChild
    ? all.find((s) => s.fields.some((f) => f.name === 'mis_child_id'))
    : all
        .filter((s) => s.path.every((name, index) => names[index] === name))
        .sort((a, b) => b.path.length - a.path.length)[0];
  if (section === undefined) return undefined;
  const column = onChild ? first : (names[section.path.length] ?? section.fields[0]?.name);
  return { section, column: names.length > section.path.length || onChild ? column : undefined };
}

/** Where an extract names an output column: the last `AS column`, or the column itself; its start when it does not. */
function columnPlace(text: string, column: string | undefined): TextRange {
  if (column === undefined) return { start: 0, end: 0 };
  const { tokens } = lex(text, 'tsql');
  const wanted = column.toLowerCase();
  let plainPlace: TextRange | undefined;
  let aliasPlace: TextRange | undefined;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' && token.kind !== 'quotedName') continue;
    if (keyOf(token) !== wanted) continue;
    const before = tokens[index - 1];
    if (before !== undefined && before.kind === 'word' && keyOf(before) === 'as') aliasPlace = token;
    else plainPlace ??= token;
  }
  const place = aliasPlace ?? plainPlace;
  return place === undefined ? { start: 0, end: 0 } : { start: place.start, end: place.end };
}

/** The place in the extract that feeds the field under an offset of a child's text; null where none is known. */
export async function findFeedingExtract(
  childText: string,
  offset: number,
  version: SpecVersion,
  findExtract: FindExtract,
): Promise<Location | null> {
  const place = placeAt(childText, offset);
  const feeding = place === undefined ? undefined : feedingSection(version, place.path);
  if (feeding === undefined) return null;
  const file = await findExtract(feeding.section.name);
  if (file === null) return null;
  const target = TextDocument.create(file.uri, 'sql', 0, file.text);
  const { start, end } = columnPlace(file.text, feeding.column);
  return { uri: file.uri, range: { start: target.positionAt(start), end: target.positionAt(end) } };
}
