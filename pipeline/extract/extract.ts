import type { SpecVersion } from '../../core/payload/spec.ts';
import { composeExtract } from '../../core/sql/compose.ts';
import type { ReadSession, SsdConnection } from '../connections/connection.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import type { StagingStore } from '../staging/stagingStore.ts';
import { assemble, type ExtractedChild, type StrayRows } from './assemble.ts';
import { checkPack } from './checkPack.ts';
import { childPlan } from './childPlan.ts';
import { cohortWindow } from './cohortWindow.ts';
import { queryChildren, stagedChildren } from './otherSources.ts';
import type { ExtractPack, PackFile } from './pack.ts';

/** Where children come from: the extract pack, one custom query, or a staging table that other SQL fills. */
export type ExtractSource =
  | { readonly kind: 'pack'; readonly pack: ExtractPack }
  /** A query that returns `person_id, json_payload`, run as it stands. `name` is its file's name, for messages. */
  | { readonly kind: 'query'; readonly name: string; readonly text: string }
  | { readonly kind: 'staging'; readonly store: StagingStore };

export interface ExtractOptions {
  readonly spec: SpecVersion;
  /** `YYYY-MM-DD`; the window follows from it. */
  readonly runDate: string;
  /** Stop after that many children; all when absent. */
  readonly limit?: number;
}

/** What is known about an extract besides its children. Complete once the children have been read to the end. */
export interface ExtractReport {
  /** What the reads guarantee, in words. */
  consistency: string;
  /** Rows that belong to no child of the cohort, by section. */
  strayRows: readonly StrayRows[];
  /** False when `limit` ended it, or while it runs: then nobody may be taken for gone. */
  complete: boolean;
}

export interface Extraction {
  /** Read once. Leaving the loop early closes the queries. */
  readonly children: AsyncIterable<ExtractedChild>;
  readonly report: ExtractReport;
}

/** Opens an extract. Nothing is read before the children are. */
export function extractChildren(
  connection: SsdConnection,
  source: ExtractSource,
  options: ExtractOptions,
  signal: AbortSignal,
): Extraction {
  const report: ExtractReport = { consistency: '', strayRows: [], complete: false };
  return { children: limited(readSource(connection, source, options, report, signal), options.limit, report), report };
}

async function* limited(
  children: AsyncIterable<ExtractedChild>,
  limit: number | undefined,
  report: ExtractReport,
): AsyncGenerator<ExtractedChild> {
  let given = 0;
  if (limit === 0) return;
  for await (const child of children) {
    yield child;
    if (++given === limit) return;
  }
  report.complete = true;
}

async function* readSource(
  connection: SsdConnection,
  source: ExtractSource,
  options: ExtractOptions,
  report: ExtractReport,
  signal: AbortSignal,
): AsyncGenerator<ExtractedChild> {
  throwIfCancelled(signal);
  if (source.kind === 'staging') {
    report.consistency = `The children were read from the staging table ${source.store.identity}.`;
    yield* stagedChildren(source.store, signal);
    return;
  }
  const session = await connection.openReadSession(signal);
  try {
    report.consistency = session.consistency.note;
    if (source.kind === 'query') {
      yield* queryChildren(
        source.name,
        session.query(source.text, { ...cohortWindow(options.runDate) }, signal),
        signal,
      );
    } else {
      yield* assemble(openPack(connection, session, source.pack, options, report, signal), signal);
    }
    // A session that had to open further connections can guarantee less than it set out to.
    report.consistency = session.consistency.note;
  } finally {
    await session.close();
  }
}

function openPack(
  connection: SsdConnection,
  session: ReadSession,
  pack: ExtractPack,
  options: ExtractOptions,
  report: ExtractReport,
  signal: AbortSignal,
) {
  const parameters = { ...cohortWindow(options.runDate) };
  const rowsOf = (sql: string) => session.query(sql, parameters, signal);
  // Every query is composed and checked before the first one runs.
  const composed = pack.sections.map(({ section, file }) => ({
    section,
    name: file.name,
    sql: compose(connection, pack.cohort, file),
  }));
  const people = { name: pack.cohort.name, text: 'SELECT person_id AS la_child_id FROM cohort' };
  const cohort = compose(connection, pack.cohort, people);
  checkPack(pack, connection.dialect);
  return {
    plan: childPlan(pack.spec),
    cohort: { name: pack.cohort.name, rows: rowsOf(cohort) },
    sections: new Map(composed.map(({ section, name, sql }) => [section.name, { name, rows: rowsOf(sql) }])),
    onStrayRows: (stray: readonly StrayRows[]) => {
      report.strayRows = stray;
    },
  };
}

function compose(
  connection: SsdConnection,
  cohort: PackFile,
  section: { readonly name: string; readonly text: string },
): string {
  const result = composeExtract({ cohort, section, dialect: connection.dialect, orderBy: ['la_child_id'] });
  if (result.ok) return result.sql;
  const problem = result.problems[0];
  const file = result.from === 'cohort' ? cohort : section;
  const line = file.text.slice(0, problem?.start ?? 0).split('\n').length;
  throw new DataflowError(
    'configuration',
    `${'file' in file ? file.file : file.name}, line ${line}: ${problem?.message ?? 'the query cannot be used.'} Nothing was extracted.`,
  );
}
