import { DataflowError } from '../errors.ts';
import { isLoopback } from './serviceAddress.ts';

/** Where a proxy can be named. Earlier fields win. */
export interface ProxySettings {
  /** `ssd` setting or flag: an address, `none` to use no proxy at all, or null when not set. */
  readonly setting: string | null;
  /** VS Code's `http.proxy`, null when empty or outside VS Code. */
  readonly editor: string | null;
  /** Hosts that the setting and the editor's proxy are not used for, in the form of NO_PROXY entries. */
  readonly bypass: readonly string[];
  /** The process environment: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Credentials kept apart from the address; null to take those in the address, if any. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** A proxy to go through. `authorization` is a secret: the value of the Proxy-Authorization header. */
export interface ProxyChoice {
  /** Address without credentials. */
  readonly address: URL;
  readonly authorization: string | null;
}

function defaultPort(url: URL): string {
  if (url.port !== '') return url.port;
  return url.protocol === 'http:' ? '80' : '443';
}

/** Whether an entry of NO_PROXY covers the target: `*`, a host, `.suffix`, `*.suffix`, each with an optional port. */
function covers(entry: string, target: URL): boolean {
  const text = entry.trim().toLowerCase();
  if (text === '') return false;
  if (text === '*') return true;
  const port = /:(\d+)$/.exec(text);
  if (port !== null && port[1] !== defaultPort(target)) return false;
  const host = text.replace(/:\d+$/, '').replace(/^\*?\./, '');
  const name = target.hostname.toLowerCase();
  return name === host || name.endsWith(`.${host}`);
}

function variable(environment: ProxySettings['environment'], name: string): string | null {
  const value = environment[name.toLowerCase()] ?? environment[name];
  return value === undefined || value.trim() === '' ? null : value.trim();
}

function parseProxy(text: string, from: string, credentials: ProxySettings['credentials']): ProxyChoice {
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    throw new DataflowError('configuration', `The proxy address in ${from} is not a web address. Nothing was sent.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new DataflowError(
      'configuration',
      `The proxy in ${from} is of the kind "${url.protocol.slice(0, -1)}", which is not supported. Use an http or https proxy.`,
    );
  }
  let user: string;
  let password: string;
  try {
    user = credentials?.user ?? decodeURIComponent(url.username);
    password = credentials?.password ?? decodeURIComponent(url.password);
  } catch {
    throw new DataflowError(
      'configuration',
      `The user name or password of the proxy in ${from} is not encoded rightly.`,
    );
  }
  url.username = '';
  url.password = '';
  const authorization =
    user === '' && password === '' ? null : `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  return { address: url, authorization };
}

/**
 * The proxy for a target, or null for a direct connection. Loopback is never sent through a proxy.
 * @throws DataflowError `configuration` when the proxy that applies cannot be used
 */
export function proxyFor(target: URL, settings: ProxySettings): ProxyChoice | null {
  if (isLoopback(target)) return null;
  if (settings.setting?.trim().toLowerCase() === 'none') return null;
  const chosen = settings.setting?.trim() || settings.editor?.trim() || null;
  if (chosen !== null) {
    if (settings.bypass.some((entry) => covers(entry, target))) return null;
    return parseProxy(chosen, settings.setting?.trim() ? 'the settings' : 'VS Code (http.proxy)', settings.credentials);
  }
  const bypass = variable(settings.environment, 'NO_PROXY');
  if (bypass?.split(/[\s,]+/).some((entry) => covers(entry, target))) return null;
  const name = target.protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  const fromEnvironment = variable(settings.environment, name) ?? variable(settings.environment, 'ALL_PROXY');
  return fromEnvironment === null
    ? null
    : parseProxy(fromEnvironment, 'the environment (HTTPS_PROXY)', settings.credentials);
}
