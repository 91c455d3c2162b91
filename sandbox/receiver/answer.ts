import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultRule } from './faults.ts';

/** An answer before it is written. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that holds JSON. */
export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** A refusal in the form of RFC 9457 problem details. */
export function problemAnswer(status: number, title: string, details: readonly string[] = []): Answer {
  const detail = details.length === 0 ? {} : { detail: details.join('; ') };
  return jsonAnswer(status, { status, title, ...detail });
}

/** Pieces in which a slow answer is sent. */
const slowPieces = 10;

/** Writes an answer, cut short or slowed down as a fault asks. Stops at once when `signal` is aborted. */
export async function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  fault: FaultRule | undefined,
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.from(answer.body);
  const retry = fault?.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  response.writeHead(answer.status, { ...answer.headers, ...retry, 'content-length': body.length });
  if (fault?.truncate === true) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  if (fault?.slow !== undefined) {
    const size = Math.max(1, Math.ceil(body.length / slowPieces));
    for (let start = 0; start < body.length && !response.destroyed; start += size) {
      response.write(body.subarray(start, start + size));
      await wait(fault.slow / slowPieces, undefined, { signal });
    }
    response.end();
    return;
  }
  response.end(body);
}
