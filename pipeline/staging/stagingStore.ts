/** `live` is `ssd_api_data_staging` (real data), `anon` is `ssd_api_data_staging_anon` (invented or scrambled). */
export type StagingTable = 'live' | 'anon';

export const stagingTableNames: Readonly<Record<StagingTable, string>> = {
  live: 'ssd_api_data_staging',
  anon: 'ssd_api_data_staging_anon',
};

/** Compared without regard to case: existing data mixes `New` and `new`. We write lower case. */
export type RowState = 'new' | 'updated' | 'unchanged' | 'deleted';
export type SubmissionStatus = 'pending' | 'sent' | 'error';

/** A child as extracted, ready to be staged. */
export interface StagedChild {
  /** `person_id`; also `la_child_id` inside the payload. */
  readonly personId: string;
  /** `legacy_id`; also `mis_child_id`. */
  readonly legacyId: string | null;
  /** Canonical JSON text of the child (core/payload/canonical.ts). */
  readonly payload: string;
  /** SHA-256 of the canonical text, 32 bytes. */
  readonly hash: Uint8Array;
}

/**
 * A staging row. `previousPayload` is what the DfE last accepted (null: the DfE holds nothing), and so the base of
 * the next delta; `payload` is what was staged last.
 */
export interface StagingRow {
  readonly personId: string;
  readonly legacyId: string | null;
  readonly payload: string;
  readonly hash: Uint8Array | null;
  readonly previousPayload: string | null;
  readonly previousHash: Uint8Array | null;
  readonly rowState: RowState;
  readonly submissionStatus: SubmissionStatus | null;
  /** UTC. */
  readonly submissionTimestamp: Date | null;
  readonly apiResponse: string | null;
  readonly lastUpdated: Date | null;
}

/** How many rows are in each state after a merge, and how many this merge moved. */
export interface StagingCounts {
  readonly new: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Rows whose submission status is pending or error: what the next submission would look at. */
  readonly pending: number;
}

/** What the receiver answered for one child, to be written back. */
export type StagingOutcome =
  | {
      readonly kind: 'accepted';
      readonly personId: string;
      readonly receipt: string;
      /** The full state that the DfE now holds: canonical text, or null when a deletion was accepted. */
      readonly acceptedPayload: string | null;
      readonly acceptedHash: Uint8Array | null;
      readonly at: Date;
    }
  | { readonly kind: 'rejected'; readonly personId: string; readonly message: string; readonly at: Date }
  /** Nothing had to be sent: the DfE already holds this state, or never held the deleted child. */
  | {
      readonly kind: 'settled';
      readonly personId: string;
      readonly note: string;
      readonly at: Date;
      /**
       * `hash` of the row that was compared. Lets a row settle whose previous hash another tool wrote by another
       * method. Without it a row settles only when its hash equals its previous hash.
       */
      readonly hash?: Uint8Array | null;
    };

/**
 * The staging table, in the SSD database or in a local store beside the audit trail. All implementations follow
 * the same transitions (docs/architecture.md, "Staging"), which one suite of tests runs against each of them:
 *
 * - merge, first seen: row_state new, status pending.
 * - merge, hash differs: payload replaced; row_state new if the DfE never accepted it, else updated; status pending.
 *   `previousPayload` is not touched: what was sent is the base of the next delta.
 * - merge, hash same: nothing changes, `lastUpdated` included.
 * - merge, deleted row seen again: row_state updated, status pending.
 * - merge, row not seen: row_state deleted, status pending; the row stays. Already deleted rows are not touched.
 * - accepted: previous = accepted state; row_state unchanged and status sent if the row still holds that state (same
 *   hash, or the same payload text where another tool left no hash of ours),
 *   otherwise (staged again meanwhile) row_state updated (or deleted) and status stays pending.
 *   A deletion: previous becomes null, row_state stays deleted, status sent.
 * - rejected: status error, apiResponse = message; payloads, row_state and submissionTimestamp are not touched.
 * - settled: a row that is not deleted and still holds the compared state gets previous = current, row_state unchanged
 *   and status sent; a deleted row that the DfE does not hold (no previous payload) gets status sent. Any other row
 *   was staged again meanwhile and is left as it is. apiResponse = note where the row settled.
 * - a deletion accepted for a row that came back meanwhile: previous becomes null, the row stays updated and pending.
 *
 * Ids compare byte for byte, whatever the database's collation. Two rows for one person are an error that `merge`
 * reports before it changes anything. A row whose hash is null differs from every extract. Rows that other tools wrote
 * with no row_state, or one we do not know, count as new (nothing accepted yet) or updated.
 */
export interface StagingStore extends AsyncDisposable {
  readonly table: StagingTable;
  /** Stable identity for locks and the audit trail, without secrets: such as `sandbox/ssd_api_data_staging_anon`. */
  readonly identity: string;
  /** Whether the table exists with every column that is needed; says which are missing. */
  check(signal: AbortSignal): Promise<{ readonly exists: boolean; readonly missingColumns: readonly string[] }>;
  /** Creates the table with the deployed columns. Only when the person asked for it. */
  create(signal: AbortSignal): Promise<void>;
  /**
   * Merges one complete extract in one transaction, set-based; nothing is changed when it fails or is cancelled.
   * @param children unique, in any order
   * @param options.keep ids that are in the cohort but could not be assembled this time; their rows stay as they
   *   are instead of becoming deleted. Filled while the children are read, so it counts as it is after the last one.
   */
  merge(
    children: AsyncIterable<StagedChild>,
    options: { readonly at: Date; readonly keep: ReadonlySet<string> },
    signal: AbortSignal,
  ): Promise<StagingCounts>;
  /** Rows by state and status, streamed in personId order (binary order of the id text). */
  rows(
    filter: {
      readonly states?: readonly RowState[];
      readonly statuses?: readonly SubmissionStatus[];
      readonly personIds?: readonly string[];
    },
    signal: AbortSignal,
  ): AsyncIterable<StagingRow>;
  counts(signal: AbortSignal): Promise<StagingCounts>;
  /** Writes the outcomes of one batch in one transaction; idempotent, so that `resume` can repeat it. */
  record(outcomes: readonly StagingOutcome[], signal: AbortSignal): Promise<void>;
  /**
   * Keeps others from submitting from this table, on other machines too, until it is disposed. Absent where the lock
   * in the data folder does, because nobody else reaches the table.
   * @throws DataflowError `locked` when somebody else is submitting
   */
  lockSubmission?(signal: AbortSignal): Promise<AsyncDisposable>;
}
