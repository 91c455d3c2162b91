import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { StagingOutcome, StagingRow, StagingStore } from '../staging/stagingStore.ts';
import { stagingTableNames } from '../staging/stagingStore.ts';

/** A child that may have to be sent: what the DfE should hold, and what it accepted last. */
export interface Candidate {
  readonly personId: string;
  /** Full payload text that the DfE should hold; null when it should hold nothing. */
  readonly current: string | null;
  /** Staging's hash of it; null where there is none. */
  readonly hash: Uint8Array | null;
  /** Payload text that the DfE accepted last; null when it holds nothing. */
  readonly previous: string | null;
}

/** Where the children of a submission come from, and where its outcomes go. */
export interface SubmissionSource {
  /** Stable, without secrets: names the lock, the journal and the held-back list. */
  readonly identity: string;
  /** Shown to the person: the table's or the file's name. */
  readonly label: string;
  /** What kind of data this is, for the gates. */
  readonly kind: 'live' | 'anon' | 'file';
  /** Whether outcomes are written back, so that full states must be kept until then. */
  readonly keepsState: boolean;
  /**
   * Children that wait to be sent, ordered by id.
   * @param personIds only these, at most a batch of them; all when absent
   */
  candidates(personIds: readonly string[] | undefined, signal: AbortSignal): AsyncIterable<Candidate>;
  record(outcomes: readonly StagingOutcome[], signal: AbortSignal): Promise<void>;
}

function candidateOf(row: StagingRow): Candidate {
  const deleted = row.rowState === 'deleted';
  return {
    personId: row.personId,
    current: deleted ? null : row.payload,
    hash: deleted ? null : row.hash,
    previous: row.previousPayload,
  };
}

/** Rows of a staging table whose status is pending or error. */
export function stagingSource(store: StagingStore): SubmissionSource {
  return {
    identity: store.identity,
    label: stagingTableNames[store.table],
    kind: store.table,
    keepsState: true,
    async *candidates(personIds, signal) {
      const filter = { statuses: ['pending', 'error'] as const, ...(personIds === undefined ? {} : { personIds }) };
      for await (const row of store.rows(filter, signal)) yield candidateOf(row);
    },
    record: (outcomes, signal) => store.record(outcomes, signal),
  };
}

/**
 * The children of a payload file, sent as they stand there; nothing is written back.
 * @param options.children elements of the file; those without a usable `la_child_id` get their place as id, so that
 *   validation can report them
 */
export function fileSource(options: {
  readonly identity: string;
  readonly label: string;
  readonly children: readonly JsonValue[];
}): SubmissionSource {
  const byId = new Map<string, Candidate>();
  for (const [index, child] of options.children.entries()) {
    const named = isJsonObject(child) ? child.la_child_id : undefined;
    const id = typeof named === 'string' && named !== '' ? named : `#${index + 1}`;
    // A repeated id must not replace the first child silently: the second is listed, and blocked, under its place.
    const personId = byId.has(id) ? `${id} (element ${index + 1})` : id;
    byId.set(personId, { personId, current: JSON.stringify(child), hash: null, previous: null });
  }
  return {
    identity: options.identity,
    label: options.label,
    kind: 'file',
    keepsState: false,
    async *candidates(personIds) {
      if (personIds === undefined) yield* byId.values();
      else {
        for (const id of personIds) {
          const found = byId.get(id);
          if (found !== undefined) yield found;
        }
      }
    },
    record: async () => {},
  };
}

/** Whether an element says itself that the child is to be deleted. */
export function isDeletion(element: JsonObject): boolean {
  return element.purge === true;
}
