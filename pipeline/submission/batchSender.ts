import type { JsonPath } from '../../core/problems.ts';
import type { AuditedSubmission } from '../audit/auditTrail.ts';
import { maskPersonal } from '../receiver/mask.ts';
import type { Receipt } from '../receiver/receipts.ts';
import type { ExchangeRecord, PostOutcome, ReceiverClient } from '../receiver/receiverClient.ts';
import { plainWords, refusedChildren } from '../receiver/refusedChildren.ts';
import type { Journal, SendingEntry } from './journal.ts';
import type { Pace } from './pace.ts';
import type { ReadyChild } from './prepare.ts';
import { recordAnswer } from './recordAnswer.ts';
import type { SubmissionSource } from './source.ts';

/** The part of the receiver client that submissions use. */
export type Receiver = Pick<ReceiverClient, 'endpoint' | 'post' | 'signIn'>;

export interface RejectedChild {
  readonly personId: string;
  readonly message: string;
  readonly path: JsonPath;
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return { accepted: 0, settled: 0, rejected: [], inDoubt: 0, batches: 0, refusedInARow: 0 };
}

/** Why a run ends before its last batch. */
export interface Stop {
  readonly words: string;
  readonly cancelled: boolean;
  readonly unreachable: boolean;
}

/** What is known so far; the report is made of it. */
export interface Tally {
  accepted: number;
  settled: number;
  readonly rejected: RejectedChild[];
  /** Children of bodies whose fate is not known. */
  inDoubt: number;
  /** Bodies posted that were answered or left in doubt. */
  batches: number;
  /** Children that the service refused alone without saying why, since the last acceptance. */
  refusedInARow: number;
}

export interface SenderTools {
  readonly receiver: Receiver;
  readonly audited: AuditedSubmission;
  readonly journal: Journal;
  readonly source: SubmissionSource;
  readonly tally: Tally;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly pace: Pick<Pace, 'wait' | 'postEnded'>;
  /**
   * Started with each post, to make ready what comes next while the service works. Never rejects; it is awaited before
   * staging is written, so that reads and writes do not meet.
   */
  readonly whilePosting: () => Promise<void>;
  /** Tells the person about a retry. */
  readonly tell: (words: string) => void;
}

/**
 * After so many children refused alone in a row without a reason the fault is not in the children, and asking for
 * each of thousands would only trouble the service.
 */
const refusalsThatTell = 10;

/** A child with the text that is posted for it. */
export interface BatchChild extends ReadyChild {
  readonly text: string;
}

/** The exact bytes of a POST: a bare JSON array, UTF-8, also for one child. */
export function batchBody(children: readonly BatchChild[]): Buffer {
  return Buffer.from(`[${children.map((child) => child.text).join(',')}]`, 'utf8');
}

/** Sends batches one after the other, keeping trail, journal and staging in step. */
export class BatchSender {
  readonly #tools: SenderTools;

  constructor(tools: SenderTools) {
    this.#tools = tools;
  }

  /**
   * Sends one batch: whole, without the children that the service refuses, or in parts when it is too large or is
   * refused without a name.
   * @param batch its number, from 1
   * @returns why the run must stop, or null
   */
  async send(batch: number, children: readonly BatchChild[]): Promise<Stop | null> {
    const parts: (readonly BatchChild[])[] = [children];
    let attempt = 1;
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      if (part.length === 0) continue;
      if (this.#tools.signal.aborted) return { words: cancelWords, cancelled: true, unreachable: false };
      const { stop, rest, exchanges } = await this.#post(batch, attempt, part);
      if (stop !== null) return stop;
      attempt += Math.max(1, exchanges);
      parts.unshift(...rest);
    }
    return null;
  }

  async #post(batch: number, attempt: number, part: readonly BatchChild[]) {
    const { audited, journal, source, receiver, tally, pace, signal, whilePosting } = this.#tools;
    const body = batchBody(part);
    const submission = audited.id;
    const keptStates = source.keepsState
      ? journal.keepStates(
          { submission, batch, attempt },
          part.map((child) => child.state),
        )
      : Promise.resolve(null);
    const [request, states] = await Promise.all([audited.keepBody(batch, attempt, 'request', body), keptStates]);
    await audited.event('sending', {
      batch,
      attempt,
      children: part.map((child) => child.personId),
      deletions: part.filter((child) => child.deletion).length,
      request,
    });
    const sending: SendingEntry = {
      submission,
      batch,
      attempt,
      states,
      body: { file: request.file, sha256: request.sha256 },
      members: part.map(({ personId, hash }) => ({ personId, hash: hash && Buffer.from(hash).toString('hex') })),
    };
    await journal.sending(sending);
    const watch = exchangeWatcher(this.#tools, batch, attempt);
    // Everything is written in the gap between posts, so that keeping records costs no time of its own.
    await pace.wait();
    let outcome = cancelled;
    if (!signal.aborted) {
      const ahead = whilePosting();
      try {
        outcome = await receiver.post(body, part.length, watch.watcher, signal);
      } finally {
        // Also when the answer could not be recorded: nothing may go on reading after the run has ended.
        await ahead;
      }
    }
    pace.postEnded();
    const { stop, rest } = await this.#settle(sending, part, outcome);
    if (outcome.kind !== 'unsettled' || outcome.inDoubt) tally.batches += 1;
    return { stop, rest, exchanges: watch.count() };
  }

  async #settle(
    sending: SendingEntry,
    part: readonly BatchChild[],
    outcome: PostOutcome,
  ): Promise<{ stop: Stop | null; rest: readonly (readonly BatchChild[])[] }> {
    switch (outcome.kind) {
      case 'accepted':
        await this.#accept(sending, part, outcome.receipts);
        return { stop: null, rest: [] };
      case 'invalid':
        return this.#refuse(sending, part, outcome.text);
      case 'too-large': {
        const words = 'The service does not take this child, because its record alone is too large (413).';
        if (part.length === 1) return this.#reject(sending, part, new Map([[0, { words, path: [] }]]));
        return { stop: null, rest: await this.#split(sending, part, 'too large (413)') };
      }
      case 'unsettled':
        await leaveUnsettled(this.#tools, sending, outcome);
        return { stop: stopOf(outcome, firewallSuspects(part, outcome)), rest: [] };
    }
  }

  async #accept(sending: SendingEntry, part: readonly BatchChild[], receipts: readonly Receipt[]): Promise<void> {
    const { journal, audited, tally, now, source } = this.#tools;
    const at = now();
    const accepted = part.flatMap((child, index) => {
      const receipt = receipts[index];
      return receipt === undefined ? [] : [{ personId: child.personId, receipt: receipt.text }];
    });
    const answer = { accepted, rejected: [], at: at.toISOString() };
    await journal.answered(sending, answer);
    tally.accepted += part.length;
    tally.refusedInARow = 0;
    await audited.event('accepted', { batch: sending.batch, attempt: sending.attempt, receipts: accepted });
    const states = part.map((child) => child.state);
    await recordAnswer({ journal, source }, sending, answer, states);
  }

  async #refuse(sending: SendingEntry, part: readonly BatchChild[], text: string) {
    const { tally } = this.#tools;
    const refusals = refusedChildren(text, part.length);
    const named = new Map<number, { words: string; path: JsonPath }>();
    for (const { index, words, path } of refusals) {
      const known = named.get(index);
      if (known === undefined) named.set(index, { words, path });
      else named.set(index, { words: `${known.words}; ${words}`, path: known.path });
    }
    if (named.size > 0) return this.#reject(sending, part, named);
    // The answer names nobody. Halving finds the children at fault without blaming their neighbours.
    if (part.length > 1) return { stop: null, rest: await this.#split(sending, part, 'refused without a name (400)') };
    tally.refusedInARow += 1;
    const words = plainWords(text) || 'The service refused this child and gave no reason (400).';
    const result = await this.#reject(sending, part, new Map([[0, { words, path: [] }]]));
    if (tally.refusedInARow < refusalsThatTell) return result;
    const stop = `the service refused ${refusalsThatTell} children in a row, each sent alone, without naming a fault. The cause is probably not in the children: check the spec version and the endpoint, and ask the DfE`;
    return { ...result, stop: { words: stop, cancelled: false, unreachable: false } };
  }

  async #reject(
    sending: SendingEntry,
    part: readonly BatchChild[],
    named: ReadonlyMap<number, { readonly words: string; readonly path: JsonPath }>,
  ) {
    const { journal, audited, tally, now, source } = this.#tools;
    const elements = part.map((child) => child.element);
    const rejected: RejectedChild[] = [];
    for (const [index, { words, path }] of named) {
      const child = part[index];
      if (child !== undefined) {
        rejected.push({ personId: child.personId, message: maskPersonal(words, elements), path });
      }
    }
    const answer = {
      accepted: [],
      rejected: rejected.map(({ personId, message }) => ({ personId, message })),
      at: now().toISOString(),
    };
    await journal.answered(sending, answer);
    tally.rejected.push(...rejected);
    await audited.event('rejected', { batch: sending.batch, attempt: sending.attempt, children: rejected });
    await recordAnswer({ journal, source }, sending, answer, []);
    return { stop: null, rest: [part.filter((_, index) => !named.has(index))] };
  }

  async #split(sending: SendingEntry, part: readonly BatchChild[], because: string) {
    const { journal, audited } = this.#tools;
    const middle = Math.ceil(part.length / 2);
    const halves = [part.slice(0, middle), part.slice(middle)];
    await journal.withdrawn(sending, because);
    await audited.event('split', {
      batch: sending.batch,
      attempt: sending.attempt,
      because,
      parts: halves.map((half) => half.length),
    });
    return halves;
  }
}

const cancelWords = 'You cancelled the submission.';

/** What becomes of a body that was announced and then not posted. */
const cancelled: PostOutcome = {
  kind: 'unsettled',
  inDoubt: false,
  cancelled: true,
  unreachable: false,
  status: null,
  words: cancelWords,
};

/** An unsettled post as the reason to stop. */
export function stopOf(outcome: Extract<PostOutcome, { kind: 'unsettled' }>, hint = ''): Stop {
  const { cancelled, unreachable, words } = outcome;
  return { words: cancelled ? cancelWords : `${words}${hint}`, cancelled, unreachable };
}

/** Names the children of a batch that was refused with 403 whose values the service's firewall objects to. */
function firewallSuspects(part: readonly BatchChild[], outcome: Extract<PostOutcome, { kind: 'unsettled' }>): string {
  if (outcome.status !== 403) return '';
  const suspects = part.filter((child) => /0x/i.test(child.text)).map((child) => child.personId);
  if (suspects.length === 0) return '';
  return `. In this batch "0x" stands in the record of ${suspects.slice(0, 10).join(', ')}${suspects.length > 10 ? ' and others' : ''}`;
}

/** Writes every exchange of a body to the trail, its answer beside it. */
export function exchangeWatcher(
  tools: Pick<SenderTools, 'audited' | 'tell'>,
  batch: number,
  attempt: number,
): {
  readonly watcher: { exchanged: (record: ExchangeRecord) => Promise<void>; waiting: (note: WaitNote) => void };
  readonly count: () => number;
} {
  let count = 0;
  return {
    count: () => count,
    watcher: {
      exchanged: async (record) => {
        count += 1;
        const number = attempt + record.attempt - 1;
        const response =
          record.text === null
            ? null
            : await tools.audited.keepBody(batch, number, 'response', Buffer.from(record.text, 'utf8'));
        const { status, requestId, words } = record;
        await tools.audited.event('exchanged', { batch, attempt: number, status, requestId, words, response });
      },
      waiting: (note) => {
        const seconds = Math.ceil(note.waitMilliseconds / 1000);
        tools.tell(`Batch ${batch}: ${note.words}. Trying again in ${seconds} s.`);
      },
    },
  };
}

interface WaitNote {
  readonly words: string;
  readonly waitMilliseconds: number;
}

/** Leaves a body in doubt, or notes that nothing of it was taken. */
async function leaveUnsettled(
  tools: Pick<SenderTools, 'audited' | 'journal'>,
  sending: SendingEntry,
  outcome: Extract<PostOutcome, { kind: 'unsettled' }>,
): Promise<void> {
  const { batch, attempt, members } = sending;
  const children = members.map((member) => member.personId);
  if (outcome.inDoubt) {
    await tools.audited.event('in-doubt', { batch, attempt, children, words: outcome.words });
  } else {
    await tools.journal.withdrawn(sending, outcome.words);
    await tools.audited.event('not-taken', { batch, attempt, children, words: outcome.words });
  }
}
