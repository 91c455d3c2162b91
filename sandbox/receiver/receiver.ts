import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { DataflowError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { defaultSpecVersion, type SpecVersion } from '../../core/payload/spec.ts';
import { type Answer, problemAnswer, writeAnswer } from './answer.ts';
import type { ReceiverKind } from './applyChild.ts';
import { readBody } from './body.ts';
import { ChildStore } from './childStore.ts';
import { type FaultRule, FaultScript } from './faults.ts';
import { answerSubmission, childIdsIn, tamperReceipts } from './submission.ts';
import { answerToken } from './tokenEndpoint.ts';
import { type ReceiverCredentials, sandboxCredentials, TokenDesk } from './tokens.ts';

export interface ReceiverOptions {
  /** 0 for any free port, which is the default. */
  readonly port?: number;
  /** `127.0.0.1` when absent: the sandbox is for this machine alone. */
  readonly host?: string;
  /** File of the receiver's records, or `:memory:`. */
  readonly store: string;
  /** Three digits, the authority whose path it serves. */
  readonly laCode: string;
  readonly credentials?: ReceiverCredentials;
  readonly kind?: ReceiverKind;
  readonly spec?: SpecVersion;
  readonly faults?: readonly FaultRule[];
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** One hour when absent. */
  readonly tokenLifetimeSeconds?: number;
  /** 10 MB when absent; the real limit is not published. */
  readonly maxBodyBytes?: number;
  /** Private key and certificate in PEM; plain HTTP when absent. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** One request as the receiver saw it. Ids and counts only. */
export interface ReceivedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** What was answered; null when the connection was dropped instead. */
  readonly status: number | null;
  readonly bytes: number;
  readonly childIds: readonly string[];
  /** Whether a fault rule had a hand in it. */
  readonly faulted: boolean;
  /** What went wrong inside the receiver itself, which then answered 500. Absent when all went well. */
  readonly failure?: unknown;
}

/** A running receiver. */
export interface Receiver {
  /** Base address of the API, to which `/children_social_care_data/{la_code}/children` is added. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly port: number;
  readonly laCode: string;
  readonly credentials: ReceiverCredentials;
  /** Every request so far, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  setFaults(rules: readonly FaultRule[]): void;
  /** Makes every token that was issued invalid. */
  revokeTokens(): void;
  /** The records held, ordered by child id. */
  children(): Iterable<JsonObject>;
  child(id: string): JsonObject | undefined;
  childCount(): number;
  /** Forgets all records. */
  clear(): void;
  /** Stops listening, drops what is open and closes the store. May be called twice. */
  close(): Promise<void>;
}

const basePath = '/children-in-social-care-data-receiver-test/1';
const tokenPath = '/oauth2/v2.0/token';

/**
 * Starts a stand-in for the DfE's receiver on this machine: it lets clients in, checks what they send and keeps the
 * children's records, as far as the API's behaviour is known. Rejects with a DataflowError (`configuration`) when the
 * port is taken, and (`storage`) when the store cannot be opened.
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const store = await ChildStore.open(options.store);
  const desk = new ReceptionDesk(options, store);
  const handler = (request: IncomingMessage, response: ServerResponse) => desk.receive(request, response);
  const server = options.tls === undefined ? createHttpServer(handler) : createHttpsServer(options.tls, handler);
  const host = options.host ?? '127.0.0.1';
  try {
    await listen(server, options.port ?? 0, host);
  } catch (error) {
    store.close();
    throw portFailure(error, options.port ?? 0);
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const origin = `${options.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  let closing: Promise<void> | undefined;
  return {
    apiUrl: `${origin}${basePath}`,
    tokenUrl: `${origin}${tokenPath}`,
    port,
    laCode: options.laCode,
    credentials: desk.credentials,
    requests: desk.requests,
    setFaults: (rules) => desk.faults.set(rules),
    revokeTokens: () => desk.tokens.revokeAll(),
    children: () => store.children(),
    child: (id) => store.get(id),
    childCount: () => store.count(),
    clear: () => store.clear(),
    close: () => {
      closing ??= desk.stop(server).finally(() => store.close());
      return closing;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portFailure(error: unknown, port: number): DataflowError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why =
    code === 'EADDRINUSE'
      ? `port ${port} is in use by another program`
      : code === 'EACCES'
        ? `you may not open port ${port}`
        : `port ${port} could not be opened (${String(code)})`;
  const message = `The sandbox receiver did not start: ${why}. Give it another port, or 0 for any free one.`;
  return new DataflowError('configuration', message, { cause: error });
}

/** Handles requests one by one and keeps the log of them. */
class ReceptionDesk {
  readonly requests: ReceivedRequest[] = [];
  readonly faults = new FaultScript();
  readonly tokens: TokenDesk;
  readonly credentials: ReceiverCredentials;
  readonly #options: ReceiverOptions;
  readonly #store: ChildStore;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: ReceiverOptions, store: ChildStore) {
    this.#options = options;
    this.#store = store;
    this.credentials = options.credentials ?? sandboxCredentials;
    this.tokens = new TokenDesk(options.tokenLifetimeSeconds ?? 3600);
    this.faults.set(options.faults ?? []);
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    const work = this.#handle(request, response).catch((error: unknown) => {
      // A client that hangs up, or a receiver that stops, ends the work here; there is nobody left to answer.
      response.destroy(error instanceof Error ? error : undefined);
    });
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async stop(server: Server): Promise<void> {
    this.#stopping.abort();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await Promise.all(this.#running);
    await closed;
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const body = await readBody(request, this.#options.maxBodyBytes ?? 10_000_000);
    const on = path === tokenPath ? 'token' : 'submit';
    const childIds = on === 'submit' ? childIdsIn(body) : [];
    const fault = this.faults.next(on, childIds);
    const log = (status: number | null, failure?: unknown) =>
      this.requests.push({
        at: this.#now(),
        method: request.method ?? '',
        path,
        status,
        bytes: body === 'too large' ? 0 : body.length,
        childIds,
        faulted: fault !== undefined,
        ...(failure === undefined ? {} : { failure }),
      });
    if (fault?.delay !== undefined) await wait(fault.delay, undefined, { signal: this.#stopping.signal });
    if (fault?.reset === 'before') {
      log(null);
      response.destroy();
      return;
    }
    let answer: Answer;
    try {
      answer = this.#answer(request, path, body, fault);
    } catch (error) {
      log(500, error);
      await writeAnswer(response, problemAnswer(500, 'The receiver failed.'), undefined, this.#stopping.signal);
      return;
    }
    if (fault?.reset === 'after') {
      log(null);
      response.destroy();
      return;
    }
    log(answer.status);
    await writeAnswer(response, answer, fault, this.#stopping.signal);
  }

  #answer(request: IncomingMessage, path: string, body: Buffer | 'too large', fault: FaultRule | undefined): Answer {
    if (fault?.status !== undefined) {
      const answer = problemAnswer(fault.status, 'The sandbox was told to answer like this.');
      return fault.body === undefined ? answer : { ...answer, body: fault.body };
    }
    if (path === tokenPath) return answerToken(request, body, this.credentials, this.tokens, this.#now());
    const answer = answerSubmission(request, body, {
      path: `${basePath}/children_social_care_data/${this.#options.laCode}/children`,
      credentials: this.credentials,
      tokens: this.tokens,
      store: this.#store,
      kind: this.#options.kind ?? 'replace',
      spec: this.#options.spec ?? defaultSpecVersion,
      now: this.#now(),
    });
    return fault?.receipts === undefined ? answer : tamperReceipts(answer, fault.receipts);
  }
}
