/** What an answer's status means for the batch (protocol notes, "Status codes"). */
export interface StatusMeaning {
  readonly action: 'accepted' | 'invalid' | 'too-large' | 'renew-token' | 'retry' | 'stop';
  /** Whether the service may have carried the request out although it did not say 200. */
  readonly mayBeProcessed: boolean;
  /** Why, and what to do: sentences for the person, without the first capital. */
  readonly words: string;
}

function stop(words: string): StatusMeaning {
  return { action: 'stop', mayBeProcessed: false, words };
}

const known: Readonly<Record<number, StatusMeaning>> = {
  200: { action: 'accepted', mayBeProcessed: true, words: 'accepted (200)' },
  // Seen in sample rows of deployed staging tables; taken as success only if its receipts match the batch.
  201: { action: 'accepted', mayBeProcessed: true, words: 'accepted (201)' },
  400: { action: 'invalid', mayBeProcessed: false, words: 'the service refused the batch as invalid (400)' },
  401: {
    action: 'renew-token',
    mayBeProcessed: false,
    words:
      'the service did not accept the sign-in (401), also with a new token. Check that client id, secret and scope belong to this endpoint',
  },
  403: {
    action: 'retry',
    mayBeProcessed: false,
    words:
      'the service refused access (403). The scope or the supplier key may belong to another environment, or its firewall may object to a value such as an id that contains "0x"',
  },
  404: stop(
    'the service does not know this address (404). Check the API endpoint and the local authority code against the DfE developer portal',
  ),
  405: stop('the address does not take submissions (405). Check the API endpoint'),
  407: stop('the proxy wants a user name and password (407). Set the proxy credentials'),
  408: { action: 'retry', mayBeProcessed: false, words: 'the service gave up waiting for the request (408)' },
  413: { action: 'too-large', mayBeProcessed: false, words: 'the batch is larger than the service takes (413)' },
  415: stop('the service did not take the content type (415). Check that the API endpoint is the right one'),
  422: stop('the service could not process the request (422). Ask the DfE with the request id in the audit trail'),
  429: { action: 'retry', mayBeProcessed: false, words: 'the service asked to slow down (429)' },
  503: { action: 'retry', mayBeProcessed: false, words: 'the service is not available at the moment (503)' },
};

/** The meaning of a status. A status that is not in the table never counts as accepted. */
export function statusMeaning(status: number): StatusMeaning {
  const entry = known[status];
  if (entry !== undefined) return entry;
  if (status >= 500) {
    return { action: 'retry', mayBeProcessed: true, words: `the service failed (${status})` };
  }
  if (status >= 300 && status < 400) {
    return stop(
      `the service pointed to another address (${status}), which is never followed. Check the API endpoint, and whether a proxy or sign-in page stands in between`,
    );
  }
  if (status >= 200 && status < 300) {
    return {
      action: 'stop',
      mayBeProcessed: true,
      words: `the service answered ${status} without receipts, so it is not known what it did`,
    };
  }
  return stop(`the service gave an answer that is not documented (${status})`);
}
