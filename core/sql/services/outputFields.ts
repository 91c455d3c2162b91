import type { Section, SectionField } from '../../payload/sections.ts';
import type { Output } from '../analysis/queries.ts';
import type { SqlModel } from '../sqlDocument.ts';
import type { Token } from '../token.ts';

/** What a section's query gives, with the section; null for other files and texts without a query. */
export function sectionOutput(model: SqlModel): { readonly section: Section; readonly output: Output | null } | null {
  const { role } = model.options;
  if (role.kind !== 'section') return null;
  const statement = model.script.statements.find((candidate) => candidate.kind === 'queryStatement');
  const output = statement === undefined ? undefined : model.analysis.outputs.get(statement);
  return { section: role.section, output: output ?? null };
}

/** The field of the section that an alias, or a column that is selected as it is, fills; null when it is none. */
export function outputFieldAt(
  model: SqlModel,
  token: Token,
): { readonly section: Section; readonly field: SectionField } | null {
  const found = sectionOutput(model);
  const column = found?.output?.columns.find((candidate) => candidate.token === token);
  const field = found?.section.fields.find((candidate) => candidate.name === column?.name);
  return found === null || field === undefined ? null : { section: found.section, field };
}

/** The fields and parent ids that the section's query does not give yet. */
export function lackingFields(
  model: SqlModel,
): readonly { readonly name: string; readonly field: SectionField | null }[] {
  const found = sectionOutput(model);
  if (found === null) return [];
  const given = new Set(found.output?.columns.map((column) => column.name));
  const wanted = [
    ...found.section.parentIds.map((name) => ({ name, field: null })),
    ...found.section.fields.map((field) => ({ name: field.name, field })),
  ];
  return wanted.filter(({ name }) => !given.has(name));
}
