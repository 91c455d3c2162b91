import * as tls from 'node:tls';
import type { Dispatcher } from 'undici';
import { describeNetworkFault, type NetworkFault } from './networkFault.ts';
import { type ProxySettings, proxyFor } from './proxyChoice.ts';

/** Limits of one HTTP exchange, in milliseconds and bytes. */
export interface ExchangeLimits {
  readonly connectMilliseconds: number;
  /** From the last byte of the request to the answer's headers. */
  readonly headersMilliseconds: number;
  /** Between two chunks of the answer. */
  readonly bodyMilliseconds: number;
  /** The whole exchange, so that an answer that drips for ever ends too. */
  readonly totalMilliseconds: number;
  readonly responseBytes: number;
}

export const defaultExchangeLimits: ExchangeLimits = {
  connectMilliseconds: 15_000,
  headersMilliseconds: 60_000,
  bodyMilliseconds: 30_000,
  totalMilliseconds: 120_000,
  responseBytes: 4 * 1024 * 1024,
};

export interface TransportSettings {
  readonly proxy: ProxySettings;
  /** PEM texts of certificate authorities to trust besides those of Node and of the system. */
  readonly extraCertificates: readonly string[];
  readonly limits: ExchangeLimits;
}

/** A complete answer. Header names are lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type Exchange =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'fault'; readonly fault: NetworkFault };

function trusted(extra: readonly string[]): string[] {
  const system = tls.getCACertificates?.('system') ?? [];
  return [...(tls.getCACertificates?.('default') ?? tls.rootCertificates), ...system, ...extra];
}

/**
 * HTTP over undici, which is loaded at the first exchange. Redirects are never followed; the environment and the
 * global dispatcher are never consulted, so that only the settings given here decide where a request goes.
 */
export class Transport implements AsyncDisposable {
  readonly #settings: TransportSettings;
  readonly #dispatchers = new Map<string, Dispatcher>();

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  async #dispatcher(target: URL): Promise<Dispatcher> {
    const known = this.#dispatchers.get(target.origin);
    if (known !== undefined) return known;
    const { Agent, ProxyAgent } = await import('undici');
    const { limits, extraCertificates } = this.#settings;
    const proxy = proxyFor(target, this.#settings.proxy);
    // Plain http goes to loopback only; reading the system's certificates takes a noticeable time.
    const isPlain = target.protocol === 'http:' && proxy === null;
    const connect = { timeout: limits.connectMilliseconds, ...(isPlain ? {} : { ca: trusted(extraCertificates) }) };
    const options = {
      connect,
      headersTimeout: limits.headersMilliseconds,
      bodyTimeout: limits.bodyMilliseconds,
      maxResponseSize: limits.responseBytes,
      connections: 1,
      pipelining: 1,
    };
    const made =
      proxy === null
        ? new Agent(options)
        : new ProxyAgent({
            ...options,
            uri: proxy.address.href,
            ...(proxy.authorization === null ? {} : { token: proxy.authorization }),
            requestTls: connect,
            proxyTls: connect,
          });
    this.#dispatchers.set(target.origin, made);
    return made;
  }

  /**
   * POSTs once and reads the whole answer.
   * @throws DataflowError `configuration` when the proxy setting cannot be used; network faults are values
   */
  async post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Exchange> {
    const dispatcher = await this.#dispatcher(url);
    const { request } = await import('undici');
    const deadline = AbortSignal.timeout(this.#settings.limits.totalMilliseconds);
    try {
      const response = await request(url, {
        dispatcher,
        method: 'POST',
        headers: { ...headers },
        body,
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      const text = await response.body.text();
      const flat: Record<string, string> = {};
      for (const [name, value] of Object.entries(response.headers)) {
        if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
      }
      return { kind: 'answer', answer: { status: response.statusCode, headers: flat, text } };
    } catch (error) {
      return { kind: 'fault', fault: describeNetworkFault(error, url) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }
}
