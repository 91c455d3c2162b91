import type { StagingOutcome, StagingRow } from '../../staging/stagingStore.ts';
import { readRowState, readSubmissionStatus } from '../../staging/stagingValues.ts';
import type { Row, TypedValue } from './statements.ts';

/** Outcomes in one statement: six parameters each, and SQL Server takes 2,100. */
const outcomesPerStatement = 200;

/** A text column's value; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function dateOf(value: unknown): Date | null {
  return value instanceof Date ? value : null;
}

function bytesOf(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? new Uint8Array(value) : null;
}

/** A row of the staging table as the driver gives it. */
export function readRow(row: Row): StagingRow {
  const previous = textOf(row.previous_json_payload);
  const previousPayload = previous === '' ? null : previous;
  return {
    personId: String(row.person_id),
    legacyId: textOf(row.legacy_id),
    payload: textOf(row.json_payload) ?? '',
    hash: bytesOf(row.current_hash),
    previousPayload,
    previousHash: bytesOf(row.previous_hash),
    rowState: readRowState(textOf(row.row_state), previousPayload !== null),
    submissionStatus: readSubmissionStatus(textOf(row.submission_status)),
    submissionTimestamp: dateOf(row.submission_timestamp),
    apiResponse: textOf(row.api_response),
    lastUpdated: dateOf(row.last_updated),
  };
}

/** Cuts outcomes into statements: a person once in each, so that later outcomes see what earlier ones wrote. */
export function groupOutcomes(outcomes: readonly StagingOutcome[]): StagingOutcome[][] {
  const groups: StagingOutcome[][] = [];
  let seen = new Set<string>();
  for (const outcome of outcomes) {
    const group = groups.at(-1);
    if (group === undefined || group.length >= outcomesPerStatement || seen.has(outcome.personId)) {
      groups.push([outcome]);
      seen = new Set();
    } else group.push(outcome);
    seen.add(outcome.personId);
  }
  return groups;
}

/** The parameters of `record` (stagingSql.ts) for some outcomes. */
export function outcomeParameters(outcomes: readonly StagingOutcome[]): Record<string, TypedValue> {
  const parameters: Record<string, TypedValue> = {};
  const text = (value: string | null): TypedValue => ({ type: 'text', value });
  for (const [i, outcome] of outcomes.entries()) {
    const accepted = outcome.kind === 'accepted' ? outcome : undefined;
    const deletion = accepted !== undefined && accepted.acceptedPayload === null;
    const note =
      outcome.kind === 'accepted' ? outcome.receipt : outcome.kind === 'rejected' ? outcome.message : outcome.note;
    parameters[`id${i}`] = text(outcome.personId);
    parameters[`kind${i}`] = text(deletion ? 'deletion' : outcome.kind);
    parameters[`note${i}`] = text(note);
    parameters[`payload${i}`] = text(accepted?.acceptedPayload ?? null);
    const hash = outcome.kind === 'settled' ? (outcome.hash ?? null) : (accepted?.acceptedHash ?? null);
    parameters[`hash${i}`] = { type: 'bytes', value: hash };
    parameters[`at${i}`] = { type: 'moment', value: outcome.at };
  }
  return parameters;
}
