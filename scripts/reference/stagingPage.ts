import { stagingSql as postgresStaging } from '../../pipeline/connections/postgres/stagingSql.ts';
import { stagingSql as sqlServerStaging } from '../../pipeline/connections/sqlServer/stagingSql.ts';
import { type StagingTable, stagingTableNames } from '../../pipeline/staging/stagingStore.ts';
import { createSubmissionLogSql } from '../../pipeline/submission/submissionLog.ts';
import { page } from './markdown.ts';

/** One column a line, as people read it; the statements themselves are those that the program runs. */
function readable(sql: string): string {
  const lines = sql.replace(
    /^(CREATE TABLE \S+ \()(.*)\)(;?)$/m,
    (_whole, head: string, columns: string, end: string) =>
      [head, `  ${columns.split(/, (?=\w+ [a-z])/).join(',\n  ')}`, `)${end}`].join('\n'),
  );
  return `${lines.replaceAll(/^ {2,}(?=CREATE)/gm, '')};`;
}

function block(sql: string): string {
  return ['```sql', sql, '```'].join('\n');
}

const tables: readonly StagingTable[] = ['live', 'anon'];

function postgres(table: StagingTable): string {
  const name = stagingTableNames[table];
  return postgresStaging(`"public"."${name}"`, `"ix_${name}_person_id"`, 'text').create;
}

/** docs/reference/staging.md: the statements that make the staging tables and the submission log. */
export function stagingPage(): string {
  return page('Tables for staging and for the submission log', [
    '`ssd-dataflow stage --create` makes a staging table that is missing. Where the login may not, give these statements to your database administrator, with your own schema in place of `dbo` or `public`. `live` holds real children, `anon` invented or scrambled ones. A table that is there already is used as it is.',
    '## SQL Server',
    ...tables.map((table) => block(readable(sqlServerStaging('dbo', table).create))),
    '## PostgreSQL',
    ...tables.map((table) => block(readable(postgres(table)))),
    '## Submission log',
    'Optional. Where the table is there, each submission adds one line with counts and no child.',
    block(`${createSubmissionLogSql()};`),
  ]);
}
