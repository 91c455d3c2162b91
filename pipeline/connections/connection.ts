import type { SqlDialect } from '../../core/sql/dialect.ts';
import type { StagingStore, StagingTable } from '../staging/stagingStore.ts';
import type { SubmissionLog } from '../submission/submissionLog.ts';

export type { SqlDialect };

/**
 * A value of a database column as a driver returns it. JSON columns arrive as text. A `Date` carries the column's
 * wall-clock reading in its UTC fields, whatever the time zone of this machine, so that a date never moves by a day.
 */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null;

/** One row; keys are the output column names as the query wrote them. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Named parameters without the leading `@`. Dates are `YYYY-MM-DD` strings and bind as dates. */
export type SqlParameters = Readonly<Record<string, string | number | null>>;

/** A read over one consistent view of the database. */
export interface ReadSession {
  /** What the session guarantees, for the report: one snapshot, or only statement-level consistency and why. */
  readonly consistency: { readonly snapshot: boolean; readonly note: string };
  /**
   * Streams the rows of one query with back-pressure. Breaking out of the loop or aborting the signal cancels the
   * query on the server. Several queries may be open at once; a driver that cannot interleave them on one
   * connection opens more connections itself.
   */
  query(sql: string, parameters: SqlParameters, signal: AbortSignal): AsyncIterable<SqlRow>;
  close(): Promise<void>;
}

/** A column that exists in the connected SSD. `type` is the database's own name for the type, lower case. */
export interface ExistingColumn {
  readonly name: string;
  readonly type: string;
  /** Characters; null where the type has no length or no limit. */
  readonly maxLength: number | null;
  readonly nullable: boolean;
}

/** What the connected database is and lets us do, as facts for the preflight report. */
export interface DatabaseFacts {
  /** Such as "SQL Server 2019 (15.0.4312), compatibility level 130". */
  readonly product: string;
  /** Such as 15; null where it does not apply. */
  readonly majorVersion: number | null;
  readonly compatibilityLevel: number | null;
  readonly canReadSsd: boolean;
  readonly canWriteStaging: boolean;
  readonly canCreateTable: boolean;
  /** SSD and staging tables by lower-case name, with their columns. */
  readonly tables: ReadonlyMap<string, readonly ExistingColumn[]>;
  /**
   * SSD tables, and columns of them, that a query finds only by their exact name in quotes. `table` and `column` (null
   * for the table itself) are in lower case. Absent where case does not matter.
   */
  readonly quotedNames?: readonly { readonly table: string; readonly column: string | null; readonly name: string }[];
  /** SSD tables with rows of which the database has no statistics. Absent where it is not told. */
  readonly neverAnalysed?: readonly string[];
}

/** An open connection to a database that holds an SSD. Only `pipeline/connections/` knows a driver. */
export interface SsdConnection {
  /** The name the person gave it, for messages. Never a connection string. */
  readonly name: string;
  readonly dialect: SqlDialect;
  /** Whether the data is invented (sandbox), a test copy, or real. Shown wherever the connection is shown. */
  readonly purpose: 'sandbox' | 'test' | 'live';
  openReadSession(signal: AbortSignal): Promise<ReadSession>;
  /** The staging table in this database. Creating it is `StagingStore.create`, never implicit. */
  openStaging(table: StagingTable, signal: AbortSignal): Promise<StagingStore>;
  describe(signal: AbortSignal): Promise<DatabaseFacts>;
  /** The summary table of submissions in this database; null when the authority has none. Absent: not supported. */
  openSubmissionLog?(signal: AbortSignal): Promise<SubmissionLog | null>;
  close(): Promise<void>;
}
