import { isJsonObject } from '../../core/json.ts';
import { DataflowError } from '../errors.ts';
import { type AttemptNote, isSafeToRepeat, type RetryPolicy, waitBeforeRetry } from './retryPolicy.ts';
import type { Transport } from './transport.ts';

/** OAuth2 client credentials, as the DfE developer portal shows them. All but the address and scope are secret. */
export interface TokenSettings {
  readonly address: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly userAgent: string;
}

interface Token {
  readonly value: string;
  /** Milliseconds since 1970 after which it is renewed. */
  readonly renewAt: number;
}

/** A token is renewed when a fifth of its life, at most this long, is left, so that it never ends in mid-request. */
const longestMarginMilliseconds = 5 * 60_000;
/** Life to assume when the service does not say (RFC 6749 section 5.1 leaves it open). */
const assumedLifeSeconds = 600;

/** Gets, keeps and renews the bearer token. */
export class TokenSource {
  readonly #settings: TokenSettings;
  readonly #transport: Transport;
  readonly #policy: RetryPolicy;
  #token: Token | null = null;

  constructor(settings: TokenSettings, transport: Transport, policy: RetryPolicy) {
    this.#settings = settings;
    this.#transport = transport;
    this.#policy = policy;
  }

  /** Forgets the token, so that the next call asks for a new one. */
  discard(): void {
    this.#token = null;
  }

  /**
   * A token that is good for at least the next request. Asking for a token has no effect on children, so every
   * passing fault is retried within the policy.
   * @throws DataflowError `refused` when the credentials are not accepted, `unreachable` when the service is not
   */
  async token(signal: AbortSignal, note: (attempt: AttemptNote) => void): Promise<string> {
    const now = this.#policy.now();
    // A token from the future means that the clock was set back; its end can no longer be judged.
    if (this.#token !== null && now < this.#token.renewAt && this.#token.renewAt - now < 86_400_000) {
      return this.#token.value;
    }
    const { address, clientId, clientSecret, scope, userAgent } = this.#settings;
    const form = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      scope,
      grant_type: 'client_credentials',
    });
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'user-agent': userAgent,
    };
    for (let attempt = 1; ; attempt += 1) {
      const exchange = await this.#transport.post(address, headers, Buffer.from(form.toString(), 'utf8'), signal);
      if (exchange.kind === 'answer' && exchange.answer.status === 200) {
        const token = readToken(exchange.answer.text, this.#policy.now());
        this.#token = token;
        return token.value;
      }
      const again = exchange.kind === 'fault' ? exchange.fault.transient : isSafeToRepeat(exchange.answer.status);
      const words =
        exchange.kind === 'fault' ? exchange.fault.message : refusal(exchange.answer.status, exchange.answer.text);
      if (!again || attempt >= this.#policy.attempts) {
        const unreachable = exchange.kind === 'fault' || again;
        throw new DataflowError(
          unreachable ? 'unreachable' : 'refused',
          `Signing in to the DfE service failed: ${words}. No child was sent with this request. ${
            unreachable
              ? 'Check the network and the token address, then try again.'
              : 'Check the client id, client secret and scope against the DfE developer portal; keys end and are replaced there.'
          }`,
        );
      }
      const retryAfter = exchange.kind === 'answer' ? exchange.answer.headers['retry-after'] : undefined;
      await waitBeforeRetry(this.#policy, { what: 'token', attempt, words, retryAfter }, signal, note);
    }
  }
}

function readToken(text: string, now: number): Token {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    reply = null;
  }
  const value = isJsonObject(reply) ? reply.access_token : undefined;
  // A token goes into a header, so anything that is not visible ASCII is no token.
  if (!isJsonObject(reply) || typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new DataflowError(
      'refused',
      'Signing in to the DfE service failed: the answer held no access token. No child was sent. Check that the token address is the one from the DfE developer portal.',
    );
  }
  const seconds = Number(reply.expires_in ?? assumedLifeSeconds);
  const life = (Number.isFinite(seconds) && seconds > 0 ? seconds : assumedLifeSeconds) * 1000;
  return { value, renewAt: now + life - Math.min(life / 5, longestMarginMilliseconds) };
}

/** The status and the error code of RFC 6749 section 5.2; the description is left out, as it may quote the request. */
function refusal(status: number, text: string): string {
  let code: unknown;
  try {
    const reply: unknown = JSON.parse(text);
    code = isJsonObject(reply) ? reply.error : undefined;
  } catch {
    code = undefined;
  }
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code)
    ? `the sign-in service answered ${status} (${code})`
    : `the sign-in service answered ${status}`;
}
