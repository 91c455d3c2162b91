import { throwIfCancelled } from '../errors.ts';

/** How often and how long to wait, with clock, sleep and chance injected. Times in milliseconds. */
export interface RetryPolicy {
  /** Tries of the same request in all, at least 1. */
  readonly attempts: number;
  readonly firstWait: number;
  readonly longestWait: number;
  /** The longest `Retry-After` that is waited for; a longer one ends the run with the reason. */
  readonly longestRetryAfter: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after that time, or rejects with the signal's reason when it is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
}

export const defaultRetryLimits = {
  attempts: 5,
  firstWait: 2_000,
  longestWait: 60_000,
  longestRetryAfter: 5 * 60_000,
} as const;

/** What is told about a failed try, before the wait. Never silent: it goes to progress and the audit trail. */
export interface AttemptNote {
  readonly what: 'token' | 'post';
  readonly attempt: number;
  /** Why, in plain words. */
  readonly words: string;
  readonly waitMilliseconds: number;
}

/**
 * Statuses after which the same request may go better: request time-out, rate limit, and faults of the service
 * (protocol notes, "Status codes"). 403 is judged by the caller, because only posts are shaped by the gateway.
 */
export function isSafeToRepeat(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status <= 599);
}

/**
 * Milliseconds that a `Retry-After` header asks for: seconds or an HTTP date (RFC 9110 section 10.2.3). Null when
 * the header is absent or is neither.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Dates only in the three forms that HTTP knows, all of which begin with a day's name.
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Exponential wait with jitter over its upper half, before try `attempt + 1`. */
export function backoff(policy: RetryPolicy, attempt: number): number {
  const ceiling = Math.min(policy.longestWait, policy.firstWait * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * policy.random());
}

/** How long to wait before the next try, or null when the service asks for longer than we are willing to wait. */
export function retryWait(policy: RetryPolicy, attempt: number, retryAfter: string | undefined): number | null {
  const asked = parseRetryAfter(retryAfter, policy.now());
  if (asked === null) return backoff(policy, attempt);
  return asked > policy.longestRetryAfter ? null : Math.max(asked, Math.round(policy.random() * 250));
}

/** Tells about the failed try and waits. A `Retry-After` beyond the limit is cut to the limit. */
export async function waitBeforeRetry(
  policy: RetryPolicy,
  failed: { what: AttemptNote['what']; attempt: number; words: string; retryAfter: string | undefined },
  signal: AbortSignal,
  note: (attempt: AttemptNote) => void,
): Promise<void> {
  throwIfCancelled(signal);
  const waitMilliseconds = retryWait(policy, failed.attempt, failed.retryAfter) ?? policy.longestRetryAfter;
  note({ what: failed.what, attempt: failed.attempt, words: failed.words, waitMilliseconds });
  try {
    await policy.sleep(waitMilliseconds, signal);
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
  throwIfCancelled(signal);
}
