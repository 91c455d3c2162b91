import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** SHA-256 of bytes or UTF-8 text, lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What the first line of the index points back to. */
export const chainStart = '0'.repeat(64);

/** Version of the line format; a reader refuses lines of a version it does not know. */
export const trailVersion = 1;

/** One event of a chain. `previous` is the SHA-256 of the line before, without its line end. */
export interface ChainEvent {
  readonly version: number;
  /** From 1 within the file. */
  readonly number: number;
  /** UTC, ISO 8601. Informative: order comes from the chain, so a clock that jumps does no harm. */
  readonly at: string;
  readonly previous: string;
  readonly event: string;
  readonly data: JsonObject;
}

/** Any plain data that survives JSON. Undefined properties are left out. */
export type EventData = Readonly<Record<string, unknown>>;

/** The text of an event line, without line end. */
export function eventLine(event: Omit<ChainEvent, 'version' | 'data'>, data: EventData): string {
  const { number, at, previous, event: name } = event;
  return JSON.stringify({ version: trailVersion, number, at, previous, event: name, data });
}

/** Reads an event line; null when it is not one. */
export function parseEvent(line: string): ChainEvent | null {
  let value: JsonValue;
  try {
    value = JSON.parse(line) as JsonValue;
  } catch {
    return null;
  }
  if (!isJsonObject(value)) return null;
  const { version, number, at, previous, event, data } = value;
  if (
    version !== trailVersion ||
    typeof number !== 'number' ||
    typeof at !== 'string' ||
    typeof previous !== 'string' ||
    typeof event !== 'string' ||
    !isJsonObject(data)
  ) {
    return null;
  }
  return { version, number, at, previous, event, data };
}

/** Where a chain broke, and why. `line` counts from 1. */
export interface BrokenLink {
  readonly line: number;
  readonly reason: string;
}

/**
 * Walks a chain. Each line must be an event, carry the number of its place, and point to the line before.
 * @param start what the first line must point back to
 */
export function checkChain(
  lines: readonly string[],
  start: string,
): { readonly events: readonly ChainEvent[]; readonly head: string; readonly broken: BrokenLink | null } {
  const events: ChainEvent[] = [];
  let head = start;
  for (const [index, line] of lines.entries()) {
    const event = parseEvent(line);
    const at = index + 1;
    if (event === null) return { events, head, broken: { line: at, reason: 'the line is not a trail event' } };
    if (event.previous !== head) {
      const reason =
        event.number === at
          ? 'the line before was changed, or this line was moved here'
          : 'a line before this one was removed, added or moved';
      return { events, head, broken: { line: at, reason } };
    }
    if (event.number !== at) return { events, head, broken: { line: at, reason: 'the line has the wrong number' } };
    events.push(event);
    head = sha256(line);
  }
  return { events, head, broken: null };
}
