import type { Section } from '../../core/payload/sections.ts';
import type { SqlDialect } from '../../core/sql/dialect.ts';
import { validateSqlText } from '../../core/sql/validateSql.ts';
import { DataflowError } from '../errors.ts';
import type { ExtractPack, PackFile } from './pack.ts';

/**
 * Checks of the SQL front end that decide what an extract would hold, and that a database would not object to: output
 * columns that the section does not have, that it lacks, that are there twice or have no name; parameters that nobody
 * binds; a cohort of several columns; a query that writes.
 */
const refused = new Set(['SQL-302', 'SQL-303', 'SQL-304', 'SQL-305', 'SQL-306', 'SQL-111', 'SQL-313', 'SQL-501']);

/**
 * Refuses a pack whose queries would give something else than its sections, before any of them runs.
 * @throws DataflowError `configuration` naming file and line of the first fault, and how many more there are
 */
export function checkPack(pack: ExtractPack, dialect: SqlDialect): void {
  const faults = [
    ...faultsOf(pack.cohort, null, pack, dialect),
    ...pack.sections.flatMap(({ section, file }) => faultsOf(file, section, pack, dialect)),
  ];
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length - 1;
  const others = more === 0 ? '' : ` There ${more === 1 ? 'is one fault' : `are ${more} faults`} more.`;
  throw new DataflowError('configuration', `${first}${others} Nothing was extracted. Correct the file and try again.`);
}

function faultsOf(file: PackFile, section: Section | null, pack: ExtractPack, dialect: SqlDialect): string[] {
  const options = { spec: pack.spec, fileName: file.name.toLowerCase(), flavour: dialect };
  return validateSqlText(file.text, options)
    .problems.filter((problem) => refused.has(problem.code))
    .filter((problem) => problem.code !== 'SQL-302' || !isField(file.text.slice(problem.start, problem.end), section))
    .map((problem) => {
      const line = file.text.slice(0, problem.start).split('\n').length;
      return `${file.file}, line ${line}: ${problem.message}`;
    });
}

/** Whether a column is a field in another letter case, which the editor marks and the extract reads all the same. */
function isField(column: string, section: Section | null): boolean {
  const name = column.replace(/^["[`]|["\]`]$/g, '').toLowerCase();
  return section?.parentIds.includes(name) === true || section?.fields.some((field) => field.name === name) === true;
}
