import { composeExtract } from '../../core/sql/compose.ts';
import type { DatabaseFacts, ReadSession, SqlRow, SsdConnection } from '../connections/connection.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import { cohortWindow } from '../extract/cohortWindow.ts';
import type { ExtractPack } from '../extract/pack.ts';
import type { JobContext } from '../progress.ts';
import type { StagingStore } from '../staging/stagingStore.ts';
import { checkColumnTypes } from './columnTypes.ts';
import { checkPermissions, checkServer, checkTables } from './databaseChecks.ts';
import { type FileUsage, mergeUsage, packUsage } from './packUsage.ts';
import { checkFactsOfPostgres } from './postgresChecks.ts';
import { counted, item, type PreflightItem } from './preflightItem.ts';
import { attempt, checkStaging, checkStagingWidths } from './stagingChecks.ts';
import { SectionValues } from './valueChecks.ts';

export interface PreflightInput {
  readonly connection: SsdConnection;
  readonly pack: ExtractPack;
  /** The staging store that would be used; null leaves its checks out. */
  readonly staging: StagingStore | null;
  /** Staging is a local file, so that permissions in the database do not matter for it. */
  readonly stagesLocally: boolean;
  /** `YYYY-MM-DD` */
  readonly runDate: string;
  /** Whether to read every section and check its values as well; takes as long as an extract. */
  readonly values: boolean;
}

/**
 * Checks a database before the first extract: server, permissions, tables and columns against what the pack reads,
 * rows, staging and, when asked, values. Every check gives a line, whatever the others find. Changes nothing.
 * @throws DataflowError only when it is cancelled
 */
export async function preflight(input: PreflightInput, context: JobContext): Promise<readonly PreflightItem[]> {
  const { connection, pack, staging } = input;
  const { signal } = context;
  const usage = packUsage(pack, connection.dialect);
  const items: PreflightItem[] = [];
  let facts: DatabaseFacts | undefined;
  context.progress({ phase: 'Checking the database' });
  items.push(
    ...(await attempt('server', 'Database server', async () => {
      facts = await connection.describe(signal);
      return [
        checkServer(facts),
        ...checkPermissions(facts, input.stagesLocally),
        checkTables(facts, usage),
        checkColumnTypes(facts, usage),
        ...checkFactsOfPostgres(facts, usage),
      ];
    })),
  );
  if (staging !== null) items.push(...(await attempt('staging', 'Staging table', () => checkStaging(staging, signal))));
  if (facts === undefined) return items;
  const known = facts;
  items.push(...(await attempt('queries', 'Extract queries', () => readChecks(input, known, usage, context))));
  return items;
}

/** Checks that read the SSD, over one read session. */
async function readChecks(
  input: PreflightInput,
  facts: DatabaseFacts,
  usage: readonly FileUsage[],
  context: JobContext,
): Promise<readonly PreflightItem[]> {
  const { signal } = context;
  const session = await input.connection.openReadSession(signal);
  try {
    const items: PreflightItem[] = [];
    items.push(...(await attempt('rows', 'Rows', () => checkRows(session, facts, usage, signal))));
    items.push(...(await attempt('cohort', 'Cohort', () => checkCohort(session, input, signal))));
    const trials = await checkQueries(session, input, context);
    items.push(trials.item);
    if (!input.values) {
      items.push(
        item(
          'values',
          'Values',
          'skip',
          'Values were not checked. Ask for it to have ids, codes and pupil numbers counted.',
        ),
      );
    } else items.push(...(await checkValues(session, input, facts, trials.failed, context)));
    items.push(
      item(
        'consistency',
        'Consistent reading',
        session.consistency.snapshot ? 'pass' : 'warn',
        session.consistency.note,
      ),
    );
    return items;
  } finally {
    await session.close();
  }
}

async function firstRow(rows: AsyncIterable<SqlRow>): Promise<SqlRow | undefined> {
  for await (const row of rows) return row;
  return undefined;
}

async function checkRows(
  session: ReadSession,
  facts: DatabaseFacts,
  usage: readonly FileUsage[],
  signal: AbortSignal,
): Promise<PreflightItem> {
  const details: string[] = [];
  const empty: string[] = [];
  for (const table of mergeUsage(usage).keys()) {
    if (!facts.tables.has(table)) continue;
    throwIfCancelled(signal);
    const row = await firstRow(session.query(`SELECT COUNT(*) AS row_count FROM ${table}`, {}, signal));
    const count = Number(row?.row_count ?? 0);
    details.push(`${table}: ${counted(count, 'row')}.`);
    if (count === 0) empty.push(table);
  }
  const name = 'Rows';
  if (empty.includes('ssd_person')) {
    return item(
      'rows',
      name,
      'fail',
      'ssd_person is empty, so that there is nobody to extract. Load the SSD first.',
      details,
    );
  }
  if (empty.length > 0) {
    return item(
      'rows',
      name,
      'warn',
      `No rows in ${empty.join(', ')}. Check that the load of the SSD fills them.`,
      details,
    );
  }
  return item('rows', name, 'pass', 'Every table that the extract reads has rows.', details);
}

function compose(input: PreflightInput, section: { readonly name: string; readonly text: string }): string {
  const { connection, pack } = input;
  const result = composeExtract({ cohort: pack.cohort, section, dialect: connection.dialect, orderBy: [] });
  if (result.ok) return result.sql;
  const file = result.from === 'cohort' ? pack.cohort.name : section.name;
  throw new DataflowError('configuration', `${file}: ${result.problems[0]?.message ?? 'the query cannot be used.'}`);
}

async function checkCohort(session: ReadSession, input: PreflightInput, signal: AbortSignal): Promise<PreflightItem> {
  const sql = compose(input, { name: input.pack.cohort.name, text: 'SELECT COUNT(*) AS people FROM cohort' });
  const row = await firstRow(session.query(sql, { ...cohortWindow(input.runDate) }, signal));
  const people = Number(row?.people ?? 0);
  const found = `${counted(people, 'child').replace('childs', 'children')} in scope on ${input.runDate}.`;
  if (people > 0) return item('cohort', 'Cohort', 'pass', found);
  return item(
    'cohort',
    'Cohort',
    'fail',
    `${found} Check the dates in ssd_person and ssd_cin_episodes, and that the SSD is up to date.`,
  );
}

/** Has the database compile every section's query, without reading rows. */
async function checkQueries(
  session: ReadSession,
  input: PreflightInput,
  context: JobContext,
): Promise<{ readonly item: PreflightItem; readonly failed: ReadonlySet<string> }> {
  const failed = new Set<string>();
  const details: string[] = [];
  for (const { section, file } of input.pack.sections) {
    throwIfCancelled(context.signal);
    try {
      const sql = trialOf(compose(input, file));
      await firstRow(session.query(sql, { ...cohortWindow(input.runDate) }, context.signal));
    } catch (error) {
      if (!DataflowError.is(error) || error.reason === 'cancelled') throw error;
      failed.add(section.name);
      details.push(`${file.name}: ${error.message}`);
    }
  }
  const total = input.pack.sections.length;
  const name = 'Extract queries';
  return {
    failed,
    item:
      failed.size === 0
        ? item('queries', name, 'pass', `The database accepts the queries of all ${total} sections.`)
        : item('queries', name, 'fail', `The database refuses the queries of ${[...failed].join(', ')}.`, details),
  };
}

/** The same query with a condition that no row meets. A query that ends in OPTION (...) is tried as it stands. */
function trialOf(sql: string): string {
  return sql.trimEnd().endsWith(') section_rows') ? `${sql} WHERE 1 = 0` : sql;
}

async function checkValues(
  session: ReadSession,
  input: PreflightInput,
  facts: DatabaseFacts,
  failed: ReadonlySet<string>,
  context: JobContext,
): Promise<readonly PreflightItem[]> {
  const items: PreflightItem[] = [];
  const longest = { personId: 0, legacyId: 0 };
  const { signal } = context;
  for (const [i, { section, file }] of input.pack.sections.entries()) {
    const name = `Values of ${section.name}`;
    if (failed.has(section.name)) {
      items.push(item(`values-${section.name}`, name, 'skip', 'Not checked, because its query does not run.'));
      continue;
    }
    context.progress({ phase: 'Checking values', done: i, total: input.pack.sections.length, unit: 'sections' });
    items.push(
      ...(await attempt(`values-${section.name}`, name, async () => {
        const values = new SectionValues(section, input.pack.spec);
        for await (const row of session.query(compose(input, file), { ...cohortWindow(input.runDate) }, signal))
          values.add(row);
        longest.personId = Math.max(longest.personId, values.longestPersonId);
        longest.legacyId = Math.max(longest.legacyId, values.longestLegacyId);
        return values.report();
      })),
    );
  }
  if (input.staging !== null && !input.stagesLocally)
    items.push(checkStagingWidths(facts, input.staging.table, longest));
  return items;
}
