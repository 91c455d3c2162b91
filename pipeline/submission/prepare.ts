import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Problem } from '../../core/problems.ts';
import { type Candidate, isDeletion } from './source.ts';
import { wholeWithRemovals } from './wholeWithRemovals.ts';

/** What preparing a child needs from core: pure functions, given so that spec version and options are set once. */
export interface PrepareTools {
  readonly send: 'full' | 'delta';
  /** Problems of one child as sent in full. */
  readonly validate: (child: JsonObject) => readonly Problem[];
  /**
   * What to send so that a receiver that holds `previous` comes to hold `current`; null where they agree. A current
   * of null is a child that must go. Needed for both kinds of sending, because a full child carries removals too.
   */
  readonly delta: (previous: JsonObject | null, current: JsonObject | null) => JsonObject | null;
}

/** A child ready to be sent. */
export interface ReadyChild {
  readonly kind: 'send';
  readonly personId: string;
  /** What is sent for it. */
  readonly element: JsonObject;
  /** What the DfE holds once it is accepted: full payload text, null for a deletion. */
  readonly state: string | null;
  readonly hash: Uint8Array | null;
  readonly deletion: boolean;
}

export interface BlockedChild {
  readonly kind: 'blocked';
  readonly personId: string;
  readonly errors: number;
  readonly firstMessage: string;
}

/** Nothing needs to be sent; staging can say so. */
export interface SettledChild {
  readonly kind: 'settle';
  readonly personId: string;
  readonly note: string;
  readonly hash: Uint8Array | null;
}

export type Prepared = ReadyChild | BlockedChild | SettledChild;

function parse(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function blocked(personId: string, firstMessage: string, errors = 1): BlockedChild {
  return { kind: 'blocked', personId, errors, firstMessage };
}

/**
 * Decides what happens to one child: it is sent, blocked by what is wrong with it, or needs no sending.
 * @param isValid whether exactly this text was validated before and had no error, so that it need not be done again
 */
export function prepareChild(candidate: Candidate, tools: PrepareTools, isValid = false): Prepared {
  const { personId, hash } = candidate;
  const previous = candidate.previous === null ? null : parse(candidate.previous);
  if (candidate.previous !== null && previous === null) {
    return blocked(
      personId,
      'The payload that the DfE accepted last is not readable in the staging table, so what changed since cannot be told. Restore previous_json_payload of this row.',
    );
  }
  if (candidate.current === null) {
    const element = tools.delta(previous, null);
    if (previous === null || element === null) {
      return { kind: 'settle', personId, note: 'Deleted before the DfE accepted it; nothing to send.', hash };
    }
    return { kind: 'send', personId, element, state: null, hash: null, deletion: true };
  }
  const current = parse(candidate.current);
  if (current === null) return blocked(personId, 'The staged payload is not a JSON object. Extract this child again.');
  if (typeof current.la_child_id !== 'string' || current.la_child_id.trim() !== personId.trim()) {
    return blocked(
      personId,
      'The la_child_id in the payload is not the id of its row, so the answer could not be matched, or another child could be overwritten. Correct the extract.',
    );
  }
  if (!isValid && !isDeletion(current)) {
    const errors = tools.validate(current).filter((problem) => problem.severity === 'error');
    const first = errors[0];
    if (first !== undefined) return blocked(personId, `${first.code}: ${first.message}`, errors.length);
  }
  const changes = previous === null ? null : tools.delta(previous, current);
  if (tools.send === 'delta' && previous !== null && changes === null) {
    return { kind: 'settle', personId, note: 'The DfE already holds this state; nothing to send.', hash };
  }
  const element =
    tools.send === 'delta' && changes !== null
      ? changes
      : changes === null
        ? current
        : wholeWithRemovals(current, changes);
  return { kind: 'send', personId, element, state: candidate.current, hash, deletion: isDeletion(current) };
}
