import { randomUUID, timingSafeEqual } from 'node:crypto';

/** What a client needs to be let in. The sandbox's own values are no secrets. */
export interface ReceiverCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly supplierKey: string;
}

/** Credentials of a sandbox receiver that is given no others. */
export const sandboxCredentials: ReceiverCredentials = {
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-only',
  scope: 'api://sandbox/.default',
  supplierKey: 'sandbox-supplier-key',
};

interface Token {
  readonly expires: number;
  /** A token for another scope is issued without complaint and then has no access, as the real service does. */
  readonly rightScope: boolean;
}

export type TokenState = 'valid' | 'unknown or expired' | 'wrong scope';

/** Whether two texts are equal, in a time that does not tell how much of them is. */
export function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Issues access tokens that expire, and recognises them. */
export class TokenDesk {
  readonly #tokens = new Map<string, Token>();
  readonly lifetimeSeconds: number;

  constructor(lifetimeSeconds: number) {
    this.lifetimeSeconds = lifetimeSeconds;
  }

  issue(now: number, rightScope: boolean): string {
    for (const [text, token] of this.#tokens) if (token.expires <= now) this.#tokens.delete(text);
    const text = `sandbox-${randomUUID()}`;
    this.#tokens.set(text, { expires: now + this.lifetimeSeconds * 1000, rightScope });
    return text;
  }

  /** @param authorization value of the Authorization header */
  check(authorization: string | undefined, now: number): TokenState {
    const text = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    const token = text === undefined ? undefined : this.#tokens.get(text);
    if (token === undefined || token.expires <= now) return 'unknown or expired';
    return token.rightScope ? 'valid' : 'wrong scope';
  }

  /** Forgets every token, as a service does whose keys were changed. */
  revokeAll(): void {
    this.#tokens.clear();
  }
}
