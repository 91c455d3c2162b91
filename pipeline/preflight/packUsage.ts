import type { SqlDialect } from '../../core/sql/dialect.ts';
import { lex } from '../../core/sql/lexer.ts';
import { keyOf } from '../../core/sql/token.ts';
import model from '../../schemas/ssd-model.json' with { type: 'json' };
import type { ExtractPack, PackFile } from '../extract/pack.ts';

/** The tables of the SSD model that one file of a pack reads, with the columns that it names. */
export interface FileUsage {
  /** `cohort` or the section's name. */
  readonly section: string;
  readonly tables: ReadonlyMap<string, ReadonlySet<string>>;
}

const modelTables: Readonly<Record<string, { readonly columns: Readonly<Record<string, unknown>> }>> = model.tables;

function usageOf(section: string, file: PackFile, dialect: SqlDialect): FileUsage {
  const names = new Set(
    lex(file.text, dialect)
      .tokens.filter((token) => token.kind === 'word' || token.kind === 'quotedName')
      .map(keyOf),
  );
  const tables = new Map<string, ReadonlySet<string>>();
  for (const [table, { columns }] of Object.entries(modelTables)) {
    if (!names.has(table)) continue;
    // Columns carry their table's prefix, so that a name tells which table it is of.
    tables.set(table, new Set(Object.keys(columns).filter((column) => names.has(column))));
  }
  return { section, tables };
}

/** What a pack reads, file by file; the cohort first. Told from the names in the text, outside strings and comments. */
export function packUsage(pack: ExtractPack, dialect: SqlDialect): readonly FileUsage[] {
  return [
    usageOf('cohort', pack.cohort, dialect),
    ...pack.sections.map(({ section, file }) => usageOf(section.name, file, dialect)),
  ];
}

/** All tables and columns that a pack reads, with the sections that read them. */
export function mergeUsage(usage: readonly FileUsage[]): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const merged = new Map<string, Map<string, string[]>>();
  for (const file of usage) {
    for (const [table, columns] of file.tables) {
      const known = merged.get(table) ?? new Map<string, string[]>();
      merged.set(table, known);
      for (const column of columns) known.set(column, [...(known.get(column) ?? []), file.section]);
    }
  }
  return merged;
}

/** "adoption, care_leavers"; the cohort touches everything. */
export function touched(sections: Iterable<string>): string {
  const names = [...new Set(sections)];
  return names.includes('cohort') ? 'every section, because the cohort reads it' : names.join(', ');
}
