import { Ajv, type ErrorObject } from 'ajv';
import { distance } from 'fastest-levenshtein';
import connectionSchema from '../../schemas/connection.json' with { type: 'json' };
import { DataflowError } from '../errors.ts';
import { readConnectionString } from './connectionString.ts';

export type ConnectionKind = 'sqlserver' | 'postgres' | 'sandbox';

/** How a connection logs in. The secret that goes with it comes from {@link ConnectionSecrets}. */
export type Authentication =
  | { readonly type: 'windows' }
  | { readonly type: 'sql'; readonly user: string }
  | { readonly type: 'ntlm'; readonly user: string; readonly domain: string }
  | { readonly type: 'entra'; readonly mode: 'default' }
  | { readonly type: 'entra'; readonly mode: 'servicePrincipal'; readonly tenantId: string; readonly clientId: string }
  | { readonly type: 'entra'; readonly mode: 'deviceCode'; readonly tenantId: string | null };

/** A validated connection profile. It holds no secret. */
export interface ConnectionProfile {
  readonly name: string;
  readonly kind: ConnectionKind;
  readonly purpose: 'sandbox' | 'test' | 'live';
  readonly server: string;
  /** Named instance; the SQL Server Browser service tells its port. */
  readonly instance: string | null;
  readonly port: number | null;
  readonly database: string;
  readonly schema: string;
  readonly authentication: Authentication;
  readonly encrypt: boolean;
  readonly trustServerCertificate: boolean;
  readonly caFile: string | null;
  /** Certificate and private key to log in with, as PEM files; both or neither. PostgreSQL only. */
  readonly clientCertFile: string | null;
  readonly clientKeyFile: string | null;
  readonly hostNameInCertificate: string | null;
  readonly connectTimeoutSeconds: number;
  readonly queryTimeoutSeconds: number;
  readonly readOnlyIntent: boolean;
  readonly multiSubnetFailover: boolean;
  readonly applicationName: string;
  readonly odbcDriver: string | null;
  /** SQLite file, for kind `sandbox`; null means the sandbox's own. */
  readonly file: string | null;
}

/** Where secrets come from when a connection is opened. They are used and forgotten, never stored in a profile. */
export interface ConnectionSecrets {
  /** Password, or client secret of a service principal; null when there is none. Asked once per opening. */
  readonly password?: (profile: ConnectionProfile) => Promise<string | null>;
  /** An Entra access token for the given scope, where the front end signs people in itself. */
  readonly entraToken?: (scope: string, signal: AbortSignal) => Promise<string>;
  /** Shows the person where to enter which code, for Entra's device code. The text is safe to show. */
  readonly showDeviceCode?: (message: string) => void;
}

export interface ParsedProfile {
  readonly profile: ConnectionProfile;
  /** A password that stood in the connection string; null when there was none. */
  readonly password: string | null;
}

const ajv = new Ajv({ allErrors: false, strict: false });
const validate = ajv.compile<RawProfile>(connectionSchema);

/** A profile as people write it, after the schema was checked. */
interface RawProfile {
  readonly name: string;
  readonly kind?: ConnectionKind;
  readonly purpose?: 'live' | 'test';
  readonly server?: string;
  readonly port?: number;
  readonly database?: string;
  readonly schema?: string;
  readonly authentication?: 'windows' | 'sql' | 'ntlm' | 'entra';
  readonly user?: string;
  readonly domain?: string;
  readonly entra?: 'default' | 'servicePrincipal' | 'deviceCode';
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly encrypt?: boolean;
  readonly trustServerCertificate?: boolean;
  readonly caFile?: string;
  readonly clientCertFile?: string;
  readonly clientKeyFile?: string;
  readonly hostNameInCertificate?: string;
  readonly connectTimeoutSeconds?: number;
  readonly queryTimeoutSeconds?: number;
  readonly readOnlyIntent?: boolean;
  readonly multiSubnetFailover?: boolean;
  readonly applicationName?: string;
  readonly odbcDriver?: string;
  readonly connectionString?: string;
  readonly file?: string;
}

function misconfigured(name: string, problem: string): DataflowError {
  return new DataflowError('configuration', `The connection “${name}” cannot be used: ${problem}`);
}

function nearestKey(key: string): string | undefined {
  const known = Object.keys(connectionSchema.properties);
  const near = known.map((name) => ({ name, steps: distance(name.toLowerCase(), key.toLowerCase()) }));
  near.sort((a, b) => a.steps - b.steps);
  const best = near[0];
  return best !== undefined && best.steps <= 3 ? best.name : undefined;
}

/** Says what is wrong with a raw profile. Names keys and allowed values, never the value that was given. */
function problemOf(error: ErrorObject): string {
  const key = error.instancePath.slice(1);
  const parameters: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'additionalProperties': {
      const extra = String(parameters.additionalProperty);
      if (/pass|pwd|secret|token/i.test(extra)) {
        return `“${extra}” does not belong in a connection profile. Remove it: you are asked for the password, or it comes from the environment.`;
      }
      const near = nearestKey(extra);
      return `“${extra}” is not a setting of a connection. ${near === undefined ? 'Remove it or check the spelling.' : `Did you mean “${near}”?`}`;
    }
    case 'enum': {
      const allowed = Array.isArray(parameters.allowedValues) ? parameters.allowedValues : [];
      return `“${key}” must be one of ${allowed.join(', ')}.`;
    }
    default:
      return key === ''
        ? `the profile ${error.message ?? 'is not valid'}.`
        : `“${key}” ${error.message ?? 'is not valid'}.`;
  }
}

/** A server as people write it: `HOST`, `HOST\INSTANCE`, `HOST,PORT`, with or without `tcp:` in front. */
export interface ServerAddress {
  readonly host: string;
  readonly instance: string | null;
  readonly port: number | null;
}

/**
 * Reads a server address. A port wins over an instance, as in Microsoft's drivers.
 * @returns a text that says what is wrong, when it cannot be read
 */
export function parseServer(text: string): ServerAddress | string {
  const plain = text.trim().replace(/^tcp:/i, '');
  if (/^(np|lpc):|^\\\\/i.test(plain))
    return 'only TCP connections are supported. Write the server as HOST, HOST\\INSTANCE or HOST,PORT.';
  if (/^\(localdb\)/i.test(plain)) return 'LocalDB is not supported. Use a server that listens on TCP.';
  const match = /^([^\\,\s]+)(?:\\([^\\,\s]+))?(?:\s*,\s*(\d{1,5}))?$/.exec(plain);
  if (match === null) return 'the server must have the form HOST, HOST\\INSTANCE or HOST,PORT.';
  const [, host = '', instance, port] = match;
  const local = host === '.' || /^\(local\)$/i.test(host);
  return {
    host: local ? 'localhost' : host,
    instance: port === undefined ? (instance ?? null) : null,
    port: port === undefined ? null : Number(port),
  };
}

function authenticationOf(raw: RawProfile, kind: ConnectionKind): Authentication {
  const type = raw.authentication ?? (kind === 'postgres' || raw.user !== undefined ? 'sql' : 'windows');
  const need = (value: string | undefined, key: string): string => {
    if (value === undefined) throw misconfigured(raw.name, `authentication ${type} needs “${key}”.`);
    return value;
  };
  switch (type) {
    case 'windows':
      return { type };
    case 'sql':
      return { type, user: need(raw.user, 'user') };
    case 'ntlm': {
      const [first = '', second] = need(raw.user, 'user').split('\\');
      return second === undefined
        ? { type, user: first, domain: raw.domain ?? '' }
        : { type, user: second, domain: raw.domain ?? first };
    }
    case 'entra': {
      const mode = raw.entra ?? 'default';
      if (mode === 'default') return { type, mode };
      if (mode === 'deviceCode') return { type, mode, tenantId: raw.tenantId ?? null };
      return { type, mode, tenantId: need(raw.tenantId, 'tenantId'), clientId: need(raw.clientId, 'clientId') };
    }
  }
}

/**
 * Validates a connection profile as `ssd.config.json`, the settings or the environment give it.
 * @param options.allowPassword whether a password in the connection string is accepted: for `SQL_CONN_STR` of the
 *   environment, which existing deployments fill so; not for files that others can read
 * @throws DataflowError `configuration` that names the connection, the key and the remedy, never a value
 */
export function parseConnectionProfile(
  raw: Readonly<Record<string, unknown>>,
  options: { readonly allowPassword: boolean } = { allowPassword: false },
): ParsedProfile {
  const name = typeof raw.name === 'string' && raw.name !== '' ? raw.name : 'without a name';
  if (!validate(raw)) {
    const error = validate.errors?.[0];
    throw misconfigured(name, error === undefined ? 'it is not valid.' : problemOf(error));
  }
  const given: RawProfile = raw;
  if (given.connectionString === undefined) return { profile: complete(given, given.server), password: null };
  const read = readConnectionString(given.connectionString);
  if (!read.ok) throw misconfigured(name, `its connection string ${read.problem}`);
  if (read.password !== null && !options.allowPassword) {
    throw misconfigured(
      name,
      'its connection string holds a password, which others could read. Remove the password: you are asked for it, or it comes from the environment.',
    );
  }
  const { connectionString: _text, ...own } = given;
  // What stands beside the connection string wins over what is in it.
  const merged: RawProfile = { ...read.settings, ...own };
  return { profile: complete(merged, merged.server), password: read.password };
}

function clientCertificateOf(
  raw: RawProfile,
  kind: ConnectionKind,
): Pick<ConnectionProfile, 'clientCertFile' | 'clientKeyFile'> {
  const { clientCertFile = null, clientKeyFile = null } = raw;
  if (clientCertFile === null && clientKeyFile === null) return { clientCertFile, clientKeyFile };
  if (kind !== 'postgres') {
    throw misconfigured(raw.name, '“clientCertFile” and “clientKeyFile” are for PostgreSQL only. Remove them.');
  }
  if (clientCertFile === null || clientKeyFile === null) {
    throw misconfigured(raw.name, '“clientCertFile” and “clientKeyFile” go together. Set both.');
  }
  if (raw.encrypt === false) {
    throw misconfigured(raw.name, 'a client certificate needs an encrypted connection. Remove “encrypt”: false.');
  }
  return { clientCertFile, clientKeyFile };
}

function complete(raw: RawProfile, server: string | undefined): ConnectionProfile {
  const kind = raw.kind ?? (raw.file === undefined ? 'sqlserver' : 'sandbox');
  const address: ServerAddress | string =
    kind === 'sandbox' ? { host: '', instance: null, port: null } : parseServer(server ?? '');
  if (typeof address === 'string') {
    throw misconfigured(raw.name, server === undefined ? '“server” is missing.' : address);
  }
  if (kind !== 'sandbox' && raw.database === undefined) throw misconfigured(raw.name, '“database” is missing.');
  return {
    name: raw.name,
    kind,
    purpose: kind === 'sandbox' ? 'sandbox' : (raw.purpose ?? 'live'),
    server: address.host,
    instance: raw.port === undefined ? address.instance : null,
    port: raw.port ?? address.port,
    database: raw.database ?? '',
    schema: raw.schema ?? (kind === 'postgres' ? 'public' : 'dbo'),
    authentication: kind === 'sandbox' ? { type: 'windows' } : authenticationOf(raw, kind),
    encrypt: raw.encrypt ?? connectionSchema.properties.encrypt.default,
    trustServerCertificate: raw.trustServerCertificate ?? false,
    caFile: raw.caFile ?? null,
    ...clientCertificateOf(raw, kind),
    hostNameInCertificate: raw.hostNameInCertificate ?? null,
    connectTimeoutSeconds: raw.connectTimeoutSeconds ?? connectionSchema.properties.connectTimeoutSeconds.default,
    queryTimeoutSeconds: raw.queryTimeoutSeconds ?? connectionSchema.properties.queryTimeoutSeconds.default,
    readOnlyIntent: raw.readOnlyIntent ?? false,
    multiSubnetFailover: raw.multiSubnetFailover ?? false,
    applicationName: raw.applicationName ?? connectionSchema.properties.applicationName.default,
    odbcDriver: raw.odbcDriver ?? null,
    file: raw.file ?? null,
  };
}

/** The server as people write it, for messages. */
export function serverText(profile: ConnectionProfile): string {
  if (profile.port !== null) return `${profile.server},${profile.port}`;
  return profile.instance === null ? profile.server : `${profile.server}\\${profile.instance}`;
}

/** What a connection is, in words that are safe in any message: no user name, no secret, no connection string. */
export function describeProfile(profile: ConnectionProfile): string {
  if (profile.kind === 'sandbox') return `${profile.name} (sandbox)`;
  const system = profile.kind === 'postgres' ? 'PostgreSQL' : 'SQL Server';
  return `${profile.name} (${system} ${serverText(profile)}, database ${profile.database}, schema ${profile.schema}, ${profile.purpose})`;
}
