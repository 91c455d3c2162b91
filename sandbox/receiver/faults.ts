import { DataflowError } from '../../core/errors.ts';

/** How a receipt list can be wrong. */
export const wrongReceipts = ['fewer', 'more', 'malformed', 'twice', 'none'] as const;
export type WrongReceipts = (typeof wrongReceipts)[number];

/** One way to misbehave, for the requests that it applies to. */
export interface FaultRule {
  /** Which requests count: submissions, or requests for a token. */
  readonly on: 'submit' | 'token';
  /** The first request that it applies to, from 1, counted over requests that match since the rule was set. */
  readonly nth: number;
  /** To how many requests in a row; Infinity for all from then on. */
  readonly times: number;
  /** Only batches that hold this child. */
  readonly child?: string;
  /** Wait before anything else, in milliseconds. */
  readonly delay?: number;
  /** Answer with this status instead of handling the request. */
  readonly status?: number;
  /** Text of the answer to `status`. */
  readonly body?: string;
  /** Seconds for the `Retry-After` header of the answer. */
  readonly retryAfter?: number;
  /** Drop the connection: before the batch is stored, or after it was stored but before the answer. */
  readonly reset?: 'before' | 'after';
  /** Store the batch, and answer 200 with a receipt list that does not match it. */
  readonly receipts?: WrongReceipts;
  /** Store the batch, and answer 200 with half of the answer before the connection drops. */
  readonly truncate?: boolean;
  /** Send the answer in pieces over so many milliseconds. */
  readonly slow?: number;
}

/** A rule that does something, with everything else as usual: the first submission, once. */
export function faultRule(fault: Partial<FaultRule>): FaultRule {
  return { on: 'submit', nth: 1, times: 1, ...fault };
}

const help =
  'A fault is a list such as "status=503,nth=2,times=3". It says what happens with one or more of: ' +
  'status=CODE (with retry-after=SECONDS), delay=MS, slow=MS, reset=before|after, truncate, ' +
  `receipts=${wrongReceipts.join('|')}; and to which requests: on=submit|token, nth=N, times=N|always, child=ID.`;

function refuse(why: string): DataflowError {
  return new DataflowError('usage', `The sandbox could not start: ${why} ${help}`);
}

function wholeNumber(key: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw refuse(`${key} must be a whole number from ${least} to ${most}, not "${text}".`);
}

function oneOf<T extends string>(key: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw refuse(`${key} must be ${allowed.join(' or ')}, not "${text}".`);
  return found;
}

/** Longest wait that a fault may ask for, in milliseconds: ten minutes. */
const longestWait = 600_000;

/** What each word of a fault specification means. */
const words: Readonly<Record<string, (text: string) => Partial<FaultRule>>> = {
  on: (text) => ({ on: oneOf('on', text, ['submit', 'token']) }),
  nth: (text) => ({ nth: wholeNumber('nth', text, 1, 1_000_000) }),
  times: (text) => ({ times: text === 'always' ? Number.POSITIVE_INFINITY : wholeNumber('times', text, 1, 1_000_000) }),
  child: (text) => ({ child: text }),
  delay: (text) => ({ delay: wholeNumber('delay', text, 0, longestWait) }),
  status: (text) => ({ status: wholeNumber('status', text, 200, 599) }),
  'retry-after': (text) => ({ retryAfter: wholeNumber('retry-after', text, 0, 86_400) }),
  reset: (text) => ({ reset: oneOf('reset', text, ['before', 'after']) }),
  receipts: (text) => ({ receipts: oneOf('receipts', text, wrongReceipts) }),
  truncate: () => ({ truncate: true }),
  slow: (text) => ({ slow: wholeNumber('slow', text, 0, longestWait) }),
};

/**
 * Reads a fault from the command line, such as `status=503,retry-after=2,nth=3`. Throws a DataflowError (`usage`) that
 * says how to write one.
 */
export function parseFaultSpec(text: string): FaultRule {
  let rule: Partial<FaultRule> = {};
  for (const part of text.split(',')) {
    const [key = '', ...rest] = part.trim().split('=');
    const read = Object.hasOwn(words, key) ? words[key] : undefined;
    if (read === undefined) throw refuse(`"${key}" is no word of a fault.`);
    rule = { ...rule, ...read(rest.join('=')) };
  }
  const acts = [rule.delay, rule.status, rule.reset, rule.receipts, rule.truncate, rule.slow];
  if (acts.every((act) => act === undefined)) throw refuse('the fault does not say what should happen.');
  return faultRule(rule);
}

/** Decides which fault, if any, a request meets. Each rule counts the requests that match it. */
export class FaultScript {
  #rules: { readonly rule: FaultRule; seen: number }[] = [];

  /** Replaces the rules; counting starts again. */
  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, seen: 0 }));
  }

  /** The first rule that applies to the next request. Every matching rule counts it. */
  next(on: FaultRule['on'], childIds: readonly string[]): FaultRule | undefined {
    let found: FaultRule | undefined;
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.on !== on || (rule.child !== undefined && !childIds.includes(rule.child))) continue;
      entry.seen++;
      if (found === undefined && entry.seen >= rule.nth && entry.seen < rule.nth + rule.times) found = rule;
    }
    return found;
  }
}
