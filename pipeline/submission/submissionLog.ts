import type { SubmissionReportData } from './report.ts';

/** A summary line for the SSD database: counts and addresses, no child. */
export type SubmissionLogEntry = Pick<
  SubmissionReportData,
  'id' | 'mode' | 'laCode' | 'endpoint' | 'startedAt' | 'endedAt' | 'outcome' | 'accepted' | 'notAttempted' | 'inDoubt'
> & {
  readonly rejected: readonly unknown[];
  readonly blocked: readonly unknown[];
  readonly user: string;
  readonly host: string;
};

/** The table `ssd_api_submission_log` in the SSD database, where the authority allows it. */
export interface SubmissionLog {
  /** Adds one line. Fails with a DataflowError; the submission itself is not undone by that. */
  append(entry: SubmissionLogEntry, signal: AbortSignal): Promise<void>;
}

export const submissionLogTable = 'ssd_api_submission_log';

/** Columns of the log in order, with portable types (SQL Server, PostgreSQL, SQLite). Times are ISO 8601 text in UTC. */
export const submissionLogColumns: readonly { readonly name: string; readonly type: string }[] = [
  { name: 'submission_id', type: 'varchar(40) NOT NULL' },
  { name: 'submission_mode', type: 'varchar(10) NOT NULL' },
  { name: 'la_code', type: 'varchar(3) NOT NULL' },
  { name: 'endpoint', type: 'varchar(400) NOT NULL' },
  { name: 'started_at', type: 'varchar(30) NOT NULL' },
  { name: 'ended_at', type: 'varchar(30) NOT NULL' },
  { name: 'outcome', type: 'varchar(20) NOT NULL' },
  { name: 'accepted_count', type: 'int NOT NULL' },
  { name: 'rejected_count', type: 'int NOT NULL' },
  { name: 'blocked_count', type: 'int NOT NULL' },
  { name: 'not_attempted_count', type: 'int NOT NULL' },
  { name: 'in_doubt_count', type: 'int NOT NULL' },
  { name: 'submitted_by', type: 'varchar(200) NOT NULL' },
  { name: 'submitted_from', type: 'varchar(200) NOT NULL' },
];

/** `CREATE TABLE` for the log. The same text runs on every supported database. */
export function createSubmissionLogSql(): string {
  const columns = submissionLogColumns.map(({ name, type }) => `  ${name} ${type}`);
  return `CREATE TABLE ${submissionLogTable} (\n${columns.join(',\n')}\n)`;
}

/** The values of a line in the order of {@link submissionLogColumns}. */
export function submissionLogValues(entry: SubmissionLogEntry): readonly (string | number)[] {
  return [
    entry.id,
    entry.mode,
    entry.laCode,
    entry.endpoint.slice(0, 400),
    entry.startedAt,
    entry.endedAt,
    entry.outcome,
    entry.accepted,
    entry.rejected.length,
    entry.blocked.length,
    entry.notAttempted,
    entry.inDoubt,
    entry.user.slice(0, 200),
    entry.host.slice(0, 200),
  ];
}
