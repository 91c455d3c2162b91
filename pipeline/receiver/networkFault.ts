/** Why an exchange gave no complete answer. */
export interface NetworkFault {
  /** Plain words for the person, a sentence without its first capital and final stop. Names the host, no secret. */
  readonly message: string;
  /** Stable, for the audit trail: such as `ECONNRESET`, `UND_ERR_HEADERS_TIMEOUT`, `timeout`. */
  readonly code: string;
  /** Whether the request certainly never reached the service. When false, it may have been carried out. */
  readonly beforeSending: boolean;
  /** Whether a later try may go better without anybody changing a setting. */
  readonly transient: boolean;
}

interface Kind {
  readonly words: (host: string) => string;
  readonly beforeSending: boolean;
  readonly transient: boolean;
}

const unreachable = (why: string): Kind => ({
  words: (host) => `${host} could not be reached: ${why}`,
  beforeSending: true,
  transient: true,
});

const certificate = (why: string): Kind => ({
  words: (host) =>
    `the certificate of ${host} was not trusted: ${why}. If your authority inspects encrypted traffic, add its certificate authority to the extra certificates setting`,
  beforeSending: true,
  transient: false,
});

const kinds: Readonly<Record<string, Kind>> = {
  ECONNREFUSED: unreachable('the connection was refused'),
  ENOTFOUND: unreachable('its name is not known to the network (DNS)'),
  EAI_AGAIN: unreachable('the name service did not answer (DNS)'),
  EHOSTUNREACH: unreachable('there is no route to it'),
  ENETUNREACH: unreachable('the network is not reachable'),
  ENETDOWN: unreachable('the network is down'),
  EADDRNOTAVAIL: unreachable('the address is not available'),
  UND_ERR_CONNECT_TIMEOUT: unreachable('no connection within the time limit'),
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate('it is self-signed'),
  SELF_SIGNED_CERT_IN_CHAIN: certificate('its chain ends in an unknown authority'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate('its issuer is unknown'),
  UNABLE_TO_GET_ISSUER_CERT: certificate('its issuer is unknown'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate('its issuer is unknown'),
  CERT_HAS_EXPIRED: certificate('it has expired'),
  CERT_NOT_YET_VALID: certificate('it is not valid yet; check the clock of this computer'),
  ERR_TLS_CERT_ALTNAME_INVALID: certificate('it belongs to another name'),
  UND_ERR_HEADERS_TIMEOUT: {
    words: (host) => `${host} did not answer within the time limit`,
    beforeSending: false,
    transient: true,
  },
  UND_ERR_BODY_TIMEOUT: {
    words: (host) => `the answer of ${host} stopped half-way`,
    beforeSending: false,
    transient: true,
  },
  UND_ERR_RES_EXCEEDED_MAX_SIZE: {
    words: (host) => `the answer of ${host} was larger than is allowed`,
    beforeSending: false,
    transient: false,
  },
  timeout: {
    words: (host) => `${host} did not answer completely within the time limit`,
    beforeSending: false,
    transient: true,
  },
  cancelled: { words: (host) => `the exchange with ${host} was cancelled`, beforeSending: false, transient: false },
  reset: { words: (host) => `the connection to ${host} was lost`, beforeSending: false, transient: true },
};

function property(error: unknown, name: 'code' | 'name' | 'message' | 'cause'): unknown {
  return typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : undefined;
}

/** The innermost error: undici and Node wrap the one with the telling code, happy eyeballs in an AggregateError. */
function root(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return root(error.errors[0]);
  const cause = property(error, 'cause');
  return cause === undefined || cause === null ? error : root(cause);
}

/** Turns whatever undici threw into a fault with words and with the truth about whether the request was sent. */
export function describeNetworkFault(error: unknown, target: URL): NetworkFault {
  const inner = root(error);
  const host = `the service at ${target.hostname}`;
  const rawCode = property(inner, 'code');
  const code = typeof rawCode === 'string' ? rawCode : '';
  const message = property(inner, 'message');
  const refusedByProxy = typeof message === 'string' ? /^Proxy response \((\d{3})\)/.exec(message) : null;
  if (refusedByProxy !== null) {
    const status = refusedByProxy[1] ?? '';
    return {
      message:
        status === '407'
          ? `the proxy in front of ${host} wants a user name and password (407). Set the proxy credentials`
          : `the proxy refused the connection to ${host} (${status})`,
      code: `proxy-${status}`,
      beforeSending: true,
      transient: /^5/.test(status),
    };
  }
  const name = property(inner, 'name');
  const key =
    name === 'TimeoutError' ? 'timeout' : name === 'AbortError' ? 'cancelled' : code in kinds ? code : 'reset';
  const kind = kinds[key] ?? kinds.reset;
  if (kind === undefined) throw new TypeError('The table of network faults has no entry for a lost connection');
  // A code is a fixed word of Node or undici, so it can be shown; the error's own message could quote the request.
  return {
    message: kind.words(host),
    code: /^[A-Za-z0-9_]{1,60}$/.test(code) ? code : key,
    beforeSending: kind.beforeSending,
    transient: kind.transient,
  };
}
