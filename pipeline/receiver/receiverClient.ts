import { DataflowError } from '../errors.ts';
import { checkReceipts, type Receipt } from './receipts.ts';
import { type AttemptNote, type RetryPolicy, retryWait, waitBeforeRetry } from './retryPolicy.ts';
import { statusMeaning } from './statusMeaning.ts';
import { TokenSource } from './tokenSource.ts';
import { type HttpAnswer, Transport, type TransportSettings } from './transport.ts';

/** How to reach and sign in to the receiver. `clientSecret` and `supplierKey` are secrets. */
export interface ReceiverSettings {
  /** From `submissionAddress`. */
  readonly address: URL;
  /** From `parseServiceAddress`. */
  readonly tokenAddress: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly supplierKey: string;
  /** A plain, stable product name such as `ssd-dataflow/0.1.0`. */
  readonly userAgent: string;
  readonly transport: TransportSettings;
}

/** One exchange of a post, for the audit trail: what came back, or which fault. */
export interface ExchangeRecord {
  /** From 1 within one `post`. */
  readonly attempt: number;
  readonly status: number | null;
  /** Support id that the service gave, if any. */
  readonly requestId: string | null;
  /** Plain words for what happened; of a fault its sentence. */
  readonly words: string;
  /** Body of the answer, null when there was none. May hold personal values: for the kept bodies only. */
  readonly text: string | null;
}

export interface PostWatcher {
  /** Called after every exchange, before anything is decided on it. */
  readonly exchanged: (record: ExchangeRecord) => Promise<void>;
  readonly waiting: (note: AttemptNote) => void;
}

/** What became of a post, after every retry that is allowed. */
export type PostOutcome =
  | { readonly kind: 'accepted'; readonly receipts: readonly Receipt[] }
  /** 400: nothing of the batch was taken; the text may say which children are at fault. */
  | { readonly kind: 'invalid'; readonly text: string }
  /** 413: nothing was taken. */
  | { readonly kind: 'too-large' }
  /** No answer that settles the batch. `inDoubt` when the service may have carried it out all the same. */
  | {
      readonly kind: 'unsettled';
      readonly inDoubt: boolean;
      readonly cancelled: boolean;
      /** Whether the service could not be reached, as opposed to refusing. */
      readonly unreachable: boolean;
      /** Status of the last answer; null when there was none. */
      readonly status: number | null;
      readonly words: string;
    };

const requestIdHeaders = ['x-request-id', 'request-id', 'x-correlation-id'];

/** Posts batches of children to the DfE's CSC API. The only part of the product that talks to it. */
export class ReceiverClient implements AsyncDisposable {
  readonly #settings: ReceiverSettings;
  readonly #policy: RetryPolicy;
  readonly #transport: Transport;
  readonly #tokens: TokenSource;

  constructor(settings: ReceiverSettings, policy: RetryPolicy) {
    for (const [name, value] of [
      ['supplier key', settings.supplierKey],
      ['client id', settings.clientId],
      ['client secret', settings.clientSecret],
    ] as const) {
      if (!/^[\x20-\x7e]+$/.test(value)) {
        throw new DataflowError(
          'configuration',
          `The ${name} is missing or holds characters that cannot be sent. Copy it again from the DfE developer portal.`,
        );
      }
    }
    this.#settings = settings;
    this.#policy = policy;
    this.#transport = new Transport(settings.transport);
    this.#tokens = new TokenSource(
      {
        address: settings.tokenAddress,
        clientId: settings.clientId,
        clientSecret: settings.clientSecret,
        scope: settings.scope,
        userAgent: settings.userAgent,
      },
      this.#transport,
      policy,
    );
  }

  /** The address that is posted to, for gates, reports and the audit trail. */
  get endpoint(): string {
    return this.#settings.address.href;
  }

  /** Signs in, so that wrong credentials show before anything is prepared or sent. */
  async signIn(signal: AbortSignal, waiting: (note: AttemptNote) => void = () => {}): Promise<void> {
    await this.#tokens.token(signal, waiting);
  }

  /**
   * Posts an empty object in an array, which sends no child: 200, 400 and 422 all prove that address, token and key
   * are right (protocol notes, "Network and firewall").
   */
  async probe(signal: AbortSignal): Promise<{ readonly ok: boolean; readonly words: string }> {
    const exchange = await this.#exchange(Buffer.from('[{}]'), signal, () => {});
    if (exchange.kind === 'fault') return { ok: false, words: exchange.fault.message };
    const { status } = exchange.answer;
    return status === 200 || status === 400 || status === 422
      ? { ok: true, words: `the service answered ${status}` }
      : { ok: false, words: statusMeaning(status).words };
  }

  async #exchange(body: Uint8Array, signal: AbortSignal, waiting: (note: AttemptNote) => void, inFlight?: AbortSignal) {
    const token = await this.#tokens.token(signal, waiting);
    const headers = {
      authorization: `Bearer ${token}`,
      supplierkey: this.#settings.supplierKey,
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': this.#settings.userAgent,
    };
    return this.#transport.post(this.#settings.address, headers, body, inFlight);
  }

  /**
   * Posts one batch, with retries. Cancelling ends waits and sign-ins at once, but an exchange that has begun is
   * let finish within its time limits, because cutting it off would only put its children in doubt.
   * @param body UTF-8 JSON array of `children` elements
   */
  async post(body: Uint8Array, children: number, watcher: PostWatcher, signal: AbortSignal): Promise<PostOutcome> {
    let inDoubt = false;
    let renewed = false;
    let status: number | null = null;
    const unsettled = (words: string, extra: { cancelled?: boolean; unreachable?: boolean } = {}): PostOutcome => ({
      kind: 'unsettled',
      inDoubt,
      cancelled: extra.cancelled ?? false,
      unreachable: extra.unreachable ?? false,
      status,
      words,
    });
    for (let attempt = 1; ; attempt += 1) {
      let again: { words: string; retryAfter: string | undefined; unreachable: boolean };
      try {
        const exchange = await this.#exchange(body, signal, watcher.waiting);
        if (exchange.kind === 'fault') {
          const { fault } = exchange;
          status = null;
          inDoubt ||= !fault.beforeSending;
          await watcher.exchanged({ attempt, status: null, requestId: null, words: fault.message, text: null });
          if (!fault.transient) return unsettled(fault.message, { unreachable: true });
          again = { words: fault.message, retryAfter: undefined, unreachable: true };
        } else {
          const { answer } = exchange;
          status = answer.status;
          const meaning = statusMeaning(status);
          await watcher.exchanged({
            attempt,
            status: answer.status,
            requestId: requestIdOf(answer),
            words: meaning.words,
            text: answer.text,
          });
          if (meaning.action === 'accepted') {
            const check = checkReceipts(answer.text, children);
            if (check.kind === 'match') return { kind: 'accepted', receipts: check.receipts };
            inDoubt = true;
            return unsettled(
              `the service answered ${answer.status}, but ${check.words}. Nothing of this batch is recorded as sent`,
            );
          }
          if (meaning.action === 'invalid') return { kind: 'invalid', text: answer.text };
          if (meaning.action === 'too-large') return { kind: 'too-large' };
          inDoubt ||= meaning.mayBeProcessed;
          if (meaning.action === 'renew-token' && !renewed) {
            renewed = true;
            this.#tokens.discard();
            continue;
          }
          if (meaning.action !== 'retry') return unsettled(meaning.words);
          again = { words: meaning.words, retryAfter: answer.headers['retry-after'], unreachable: false };
        }
        if (attempt >= this.#policy.attempts) {
          return unsettled(`${again.words}, also after ${attempt} tries`, { unreachable: again.unreachable });
        }
        if (retryWait(this.#policy, attempt, again.retryAfter) === null) {
          return unsettled(
            `${again.words} and asked to wait longer than ${Math.round(this.#policy.longestRetryAfter / 60_000)} minutes. Run the submission again later`,
          );
        }
        await waitBeforeRetry(this.#policy, { what: 'post', attempt, ...again }, signal, watcher.waiting);
      } catch (error) {
        if (!DataflowError.is(error)) throw error;
        // A trail that cannot be written is no answer of the service: it must end the run as what it is.
        if (error.reason === 'storage') throw error;
        return unsettled(error.message, {
          cancelled: error.reason === 'cancelled',
          unreachable: error.reason === 'unreachable',
        });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport[Symbol.asyncDispose]();
  }
}

function requestIdOf(answer: HttpAnswer): string | null {
  for (const name of requestIdHeaders) {
    const value = answer.headers[name];
    if (value !== undefined && /^[\w.:-]{1,100}$/.test(value)) return value;
  }
  return null;
}
