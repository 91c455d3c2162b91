import { DataflowError } from '../errors.ts';

const resourcePath = 'children_social_care_data';

/** Whether an address can only reach this machine, so that plain http is harmless and no proxy is asked. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.toLowerCase();
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Whether an address is the DfE's test receiver: its service name ends in `-test` (protocol notes, "Endpoint").
 * Anything else is taken as live, which is the safe way to be wrong.
 */
export function isTestEndpoint(url: URL): boolean {
  return url.pathname.split('/').some((part) => part.toLowerCase().endsWith('-test'));
}

/**
 * Parses the address of a service.
 * @param name how the setting is called, for the message
 * @throws DataflowError `configuration`: not an absolute http(s) address, plain http to another machine, or an
 *   address that carries credentials, a query or a fragment
 */
export function parseServiceAddress(text: string, name: string): URL {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new DataflowError(
      'configuration',
      `The ${name} is not a web address. Copy it from the DfE developer portal: it starts with https://.`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new DataflowError('configuration', `The ${name} must start with https://.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new DataflowError(
      'configuration',
      `The ${name} contains a user name or password. Take it out of the address and keep credentials in their own settings.`,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new DataflowError(
      'configuration',
      `The ${name} uses plain http to another computer (${url.host}), which anybody on the way could read. Nothing was sent. Use the https address.`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new DataflowError('configuration', `The ${name} must not contain "?" or "#".`);
  }
  return url;
}

/**
 * The address that children are posted to: `{base}/children_social_care_data/{la_code}/children`. A base that
 * already ends in that path is accepted, because some deployments configure it whole.
 * @throws DataflowError `configuration`: the authority code is not three digits, or the path names another authority
 */
export function submissionAddress(base: URL, laCode: string): URL {
  if (!/^\d{3}$/.test(laCode)) {
    throw new DataflowError('configuration', 'The local authority code must be three digits, such as 850.');
  }
  const parts = base.pathname.split('/').filter((part) => part !== '');
  const at = parts.indexOf(resourcePath);
  const named = at < 0 ? undefined : parts[at + 1];
  if (named !== undefined && named !== laCode) {
    throw new DataflowError(
      'configuration',
      `The API endpoint names local authority ${named}, but the configured code is ${laCode}. Nothing was sent. Correct one of the two.`,
    );
  }
  const stem = at < 0 ? parts : parts.slice(0, at);
  const url = new URL(base.origin);
  url.pathname = `/${[...stem, resourcePath, laCode, 'children'].join('/')}`;
  return url;
}
