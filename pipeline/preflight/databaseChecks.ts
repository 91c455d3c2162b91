import type { DatabaseFacts } from '../connections/connection.ts';
import { flavourNote } from './flavours.ts';
import { type FileUsage, mergeUsage, touched } from './packUsage.ts';
import { item, type PreflightItem } from './preflightItem.ts';

/** The oldest SQL Server that the product's statements run on: 2012. */
const oldestSqlServer = { major: 11, compatibility: 110 };

/** Version and compatibility level. */
export function checkServer(facts: DatabaseFacts): PreflightItem {
  const name = 'Database server';
  if (facts.compatibilityLevel === null) return item('server', name, 'pass', `${facts.product}.`);
  if ((facts.majorVersion ?? 0) < oldestSqlServer.major) {
    return item(
      'server',
      name,
      'fail',
      `${facts.product}. SQL Server 2012 or later is needed. Ask for the SSD on a newer server.`,
    );
  }
  if (facts.compatibilityLevel < oldestSqlServer.compatibility) {
    return item(
      'server',
      name,
      'warn',
      `${facts.product}. The database runs in the mode of a release before 2012, in which some queries can fail. Ask your database administrator to raise the compatibility level to ${oldestSqlServer.compatibility} or more.`,
    );
  }
  return item('server', name, 'pass', `${facts.product}.`);
}

/** Reading the SSD, writing staging, creating the staging table. */
export function checkPermissions(facts: DatabaseFacts, stagesLocally: boolean): readonly PreflightItem[] {
  const reads = facts.canReadSsd
    ? item('permission-read', 'Permission to read', 'pass', 'The login may read the tables of the SSD.')
    : item(
        'permission-read',
        'Permission to read',
        'fail',
        'The login may not read all tables of the SSD. Ask your database administrator for SELECT on the ssd_ tables.',
      );
  const writes = stagesLocally
    ? item(
        'permission-write',
        'Permission to stage',
        'skip',
        'Staging is kept in a local file, so that no permission in the database is needed.',
      )
    : facts.canWriteStaging
      ? item('permission-write', 'Permission to stage', 'pass', 'The login may read and write the staging tables.')
      : item(
          'permission-write',
          'Permission to stage',
          'fail',
          'The login may not write the staging tables. Ask your database administrator for SELECT, INSERT and UPDATE on them, or set “staging” to “local”.',
        );
  const creates = facts.canCreateTable
    ? item('permission-create', 'Permission to create the staging table', 'pass', 'The login may create tables.')
    : item(
        'permission-create',
        'Permission to create the staging table',
        'skip',
        'The login may not create tables. That matters only while the staging table does not exist; your database administrator can create it.',
      );
  return [reads, writes, creates];
}

/** Tables and columns that the pack reads and the database lacks, and the sections that this touches. */
export function checkTables(facts: DatabaseFacts, usage: readonly FileUsage[]): PreflightItem {
  const details: string[] = [];
  const broken = new Set<string>();
  for (const [table, columns] of mergeUsage(usage)) {
    const existing = facts.tables.get(table);
    const present = new Set(existing?.map((column) => column.name.toLowerCase()));
    const sections = usage.filter((file) => file.tables.has(table)).map((file) => file.section);
    if (existing === undefined) {
      details.push(`Table ${table} is missing${flavourNote('missing', table, null)}: touches ${touched(sections)}.`);
      for (const section of sections) broken.add(section);
      continue;
    }
    for (const [column, readers] of columns) {
      if (present.has(column)) continue;
      details.push(
        `Column ${table}.${column} is missing${flavourNote('missing', table, column)}: touches ${touched(readers)}.`,
      );
      for (const section of readers) broken.add(section);
    }
  }
  const name = 'SSD tables and columns';
  const tables = mergeUsage(usage).size;
  if (details.length === 0)
    return item('tables', name, 'pass', `All ${tables} tables that the extract reads are there, with their columns.`);
  return item(
    'tables',
    name,
    'fail',
    `${details.length} of the tables and columns that the extract reads are missing, so that it cannot run: ${touched(broken)}. ` +
      'Bring the SSD to the current version, or put a file of the same name into your own extract pack that does without them.',
    details,
  );
}
