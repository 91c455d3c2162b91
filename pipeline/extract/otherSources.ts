import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { SqlRow } from '../connections/connection.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import type { StagingStore } from '../staging/stagingStore.ts';
import type { ExtractedChild } from './assemble.ts';
import { idText } from './columnValue.ts';

/**
 * Children from a custom query that returns `person_id, json_payload`, in the query's own order.
 * @param name the query's file, for messages
 * @throws DataflowError `configuration` when a column is missing, `input` when a child comes twice
 */
export async function* queryChildren(
  name: string,
  rows: AsyncIterable<SqlRow>,
  signal: AbortSignal,
): AsyncGenerator<ExtractedChild> {
  const seen = new Set<string>();
  let rowNumber = 0;
  for await (const row of rows) {
    throwIfCancelled(signal);
    rowNumber++;
    const columns = new Map(Object.entries(row).map(([key, value]) => [key.toLowerCase(), value]));
    const missing = ['person_id', 'json_payload'].filter((column) => !columns.has(column));
    if (missing.length > 0) {
      throw new DataflowError(
        'configuration',
        `${name} does not return ${missing.join(' and ')}. Nothing was extracted. A custom query must return the columns person_id and json_payload, one row per child.`,
      );
    }
    const personId = idText(columns.get('person_id'))?.trim();
    if (personId === undefined) {
      throw new DataflowError(
        'input',
        `Row ${rowNumber} of ${name} has no person_id. Nothing was extracted. Each row needs the child's id.`,
      );
    }
    if (seen.has(personId)) {
      throw new DataflowError(
        'input',
        `${name} returned child ${personId} more than once. Nothing was extracted. Each child may have one row.`,
      );
    }
    seen.add(personId);
    const payload = columns.get('json_payload');
    yield readPayload(personId, typeof payload === 'string' ? payload : '');
  }
}

/** The children that a staging table holds now, without those that left. */
export async function* stagedChildren(store: StagingStore, signal: AbortSignal): AsyncGenerator<ExtractedChild> {
  for await (const row of store.rows({ states: ['new', 'updated', 'unchanged'] }, signal)) {
    yield readPayload(row.personId, row.payload);
  }
}

/** Reads one child's JSON: an object, or an array with one, as `FOR JSON PATH` gives it. */
function readPayload(personId: string, text: string): ExtractedChild {
  const child = parseChild(text);
  if (typeof child === 'string') return { kind: 'notAssembled', personId, reason: child };
  const id = child.la_child_id;
  if (id !== undefined && id !== personId) {
    return { kind: 'notAssembled', personId, reason: 'The payload holds another la_child_id than person_id says.' };
  }
  const legacyId = typeof child.mis_child_id === 'string' ? child.mis_child_id : null;
  return { kind: 'child', personId, legacyId, child, problems: [] };
}

function parseChild(text: string): JsonObject | string {
  if (text.trim() === '') return 'The payload is empty.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the payload.
    return 'The payload is not JSON.';
  }
  if (Array.isArray(value) && value.length === 1) value = value[0];
  return isJsonObject(value) ? value : 'The payload is not one JSON object.';
}
