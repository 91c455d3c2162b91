import model from '../../schemas/ssd-model.json' with { type: 'json' };
import { DataflowError } from '../errors.ts';
import type { RowState, StagingCounts, StagingTable, SubmissionStatus } from './stagingStore.ts';
import { stagingTableNames } from './stagingStore.ts';

/** A column of the deployed staging table, as the SSD model describes it. `type` is a SQL Server type. */
export interface StagingColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** The columns of the deployed staging table in their order; both tables have the same. */
export const stagingColumns: readonly StagingColumn[] = Object.entries(model.tables.ssd_api_data_staging.columns).map(
  ([name, column]) => ({ name, type: column.type, nullable: column.nullable }),
);

/** Columns that another sender's delta needs and this one neither reads nor writes, and the database's own row number. */
const unusedColumns = new Set(['id', 'partial_json_payload']);

/** Columns without which a staging table cannot be used. */
export const neededStagingColumns: readonly string[] = stagingColumns
  .map((column) => column.name)
  .filter((name) => !unusedColumns.has(name));

const rowStates: readonly RowState[] = ['new', 'updated', 'unchanged', 'deleted'];
const statuses: readonly SubmissionStatus[] = ['pending', 'sent', 'error'];

/**
 * Reads `row_state`. Existing data mixes cases. A row without a known state is new when the DfE has accepted nothing
 * for it, else updated, so that it is looked at rather than forgotten.
 */
export function readRowState(text: string | null, hasPrevious: boolean): RowState {
  const known = rowStates.find((state) => state === text?.trim().toLowerCase());
  return known ?? (hasPrevious ? 'updated' : 'new');
}

/** Reads `submission_status`; null when it is empty or not one of ours (such as `testing`). */
export function readSubmissionStatus(text: string | null): SubmissionStatus | null {
  return statuses.find((status) => status === text?.trim().toLowerCase()) ?? null;
}

/** Reads a time that is kept as text; without a zone, as another tool may leave it, it counts as UTC. */
export function readUtcTime(text: string | null): Date | null {
  if (text === null) return null;
  const time = new Date(/[zZ]$|[+-]\d\d(:?\d\d)?$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** One group of rows as a store counts them. */
export interface StateCount {
  readonly state: RowState;
  readonly status: SubmissionStatus | null;
  readonly count: number;
}

/** Adds up groups of rows to the counts that a merge and a report give. */
export function toStagingCounts(groups: Iterable<StateCount>): StagingCounts {
  const counts = { new: 0, updated: 0, unchanged: 0, deleted: 0, pending: 0 };
  for (const { state, status, count } of groups) {
    counts[state] += count;
    if (status === 'pending' || status === 'error') counts.pending += count;
  }
  return counts;
}

/** The failure of a merge into a table that holds a person more than once. */
export function duplicateRowsError(table: StagingTable, personIds: readonly string[]): DataflowError {
  return new DataflowError(
    'storage',
    `Nothing was staged: the table ${stagingTableNames[table]} has more than one row for ${personIds.length === 1 ? 'child' : 'children'} ` +
      `${personIds.join(', ')}${personIds.length >= 3 ? ' and perhaps others' : ''}. Remove the rows that are out of date, then stage again.`,
  );
}

/** The failure of a merge whose extract gives a person more than once. */
export function duplicateChildError(personId: string): DataflowError {
  return new DataflowError(
    'input',
    `Nothing was staged: the extract returned child ${personId} more than once. Each child may appear once. ` +
      'Check the cohort query, or the custom query, for duplicate rows.',
  );
}

/** The failure of an operation on a staging table that is not there. */
export function missingTableError(table: StagingTable): DataflowError {
  return new DataflowError(
    'configuration',
    `The staging table ${stagingTableNames[table]} does not exist. Nothing was changed. ` +
      'Create it with the stage command and its create option, or ask your database administrator to create it.',
  );
}

/** The failure of creating a staging table that is there already. */
export function existingTableError(table: StagingTable): DataflowError {
  return new DataflowError(
    'usage',
    `The staging table ${stagingTableNames[table]} exists already. Nothing was changed. Stage without creating it.`,
  );
}

/** The failure to begin a submission while another machine submits from the same table. */
export function submissionLockedError(table: StagingTable): DataflowError {
  return new DataflowError(
    'locked',
    `Another computer is submitting from ${stagingTableNames[table]} at the moment. Two submissions at once could send a child twice, so this one was not started and nothing was sent. Wait until the other has ended, then try again.`,
  );
}
