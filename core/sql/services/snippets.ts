import { type Section, sections } from '../../payload/sections.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { fieldDetail } from './describe.ts';

/** A text with placeholders for the editor. */
export interface SqlSnippet {
  readonly label: string;
  readonly detail: string;
  readonly documentation: string;
  readonly insert: string;
}

/** Texts to start a file with: the section that it is for, or any section when it says none. */
export function snippetsFor(model: SqlModel): readonly SqlSnippet[] {
  const { role, spec } = model.options;
  if (model.script.statements.some((statement) => statement.kind === 'queryStatement')) return [];
  if (role.kind === 'section') return [sectionSnippet(role.section, false)];
  if (role.kind === 'cohort') return [];
  return sections(spec).map((section) => sectionSnippet(section, true));
}

function sectionSnippet(section: Section, withHeader: boolean): SqlSnippet {
  const table = sourceTable(section);
  const columns: string[] = section.parentIds.map(
    (id, index) => `\${${index + 1}:${id === 'la_child_id' ? 'c.person_id' : 't.id'}} AS ${id}`,
  );
  for (const field of section.fields) {
    const source = sourceColumn(field.schema['x-source'], table);
    columns.push(`\${${columns.length + 1}:${source === null ? 'NULL' : `t.${source}`}} AS ${field.name}`);
  }
  const head = withHeader ? `-- @section ${section.name}\n` : '';
  const place = columns.length + 1;
  const insert = `${head}SELECT ${columns.join(',\n       ')}\nFROM ${table ?? 'ssd_table'} t\nJOIN cohort c ON c.person_id = t.\${${place}:person_id}\nWHERE $0`;
  const fields = section.fields.map((field) => `- ${field.name}: ${fieldDetail(field)}`).join('\n');
  return { label: `section ${section.name}`, detail: `SELECT for ${section.label}`, documentation: fields, insert };
}

function sourceTable(section: Section): string | null {
  for (const field of section.fields) {
    const sources = field.schema['x-source'];
    const first = Array.isArray(sources) ? sources[0] : undefined;
    if (typeof first === 'string') return first.split('.')[0] ?? null;
  }
  return null;
}

function sourceColumn(sources: unknown, table: string | null): string | null {
  if (!Array.isArray(sources)) return null;
  const first: unknown = sources[0];
  if (typeof first !== 'string') return null;
  const [owner, column] = first.split('.');
  return owner === table && column !== undefined ? column : null;
}
