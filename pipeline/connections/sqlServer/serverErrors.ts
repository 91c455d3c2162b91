import { DataflowError } from '../../errors.ts';
import { type ConnectionProfile, describeProfile, serverText } from '../profile.ts';
import { defaultOdbcDriver } from './driver.ts';

/** What a driver's error says, in the two shapes that drivers use. */
export interface ErrorDetails {
  /** SQL Server's error number; null for an error of the driver or the network. */
  readonly number: number | null;
  /** Codes of the driver, of Node and of OpenSSL, outermost first. */
  readonly codes: readonly string[];
  readonly message: string;
}

/** Codes that the ODBC driver gives for failures of network, certificate and driver manager, in Node's words. */
const odbcCodes: ReadonlyMap<number, string> = new Map([
  [0, 'EODBC'],
  [53, 'ECONNREFUSED'],
  [64, 'ECONNRESET'],
  [258, 'ETIMEOUT'],
  [10054, 'ECONNRESET'],
  [10060, 'ETIMEDOUT'],
  [10061, 'ECONNREFUSED'],
  [11001, 'ENOTFOUND'],
  // SEC_E_UNTRUSTED_ROOT and SEC_E_WRONG_PRINCIPAL of Windows.
  [-2146893019, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [-2146893022, 'ERR_TLS_CERT_ALTNAME_INVALID'],
]);

/** SQLSTATE classes of the ODBC driver: connection failures and time-outs. */
function codeOfState(state: unknown): string | undefined {
  if (typeof state !== 'string') return undefined;
  if (/^08/.test(state)) return 'ECONNRESET';
  return /^HYT0[01]$/.test(state) ? 'ETIMEOUT' : undefined;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Reads number and codes of a driver's error and of what caused it. */
export function errorDetails(error: unknown): ErrorDetails {
  const codes: string[] = [];
  let number: number | null = null;
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (value === undefined || value === null || seen.has(value) || seen.size > 20) return;
    seen.add(value);
    const code = property(value, 'code');
    if (typeof code === 'string') codes.push(code);
    const state = codeOfState(property(value, 'state'));
    // The ODBC driver has one number for SQL Server's errors and its own.
    const connecting = property(value, 'name') === 'ConnectionError' ? code : undefined;
    const ofDriver = state ?? (typeof connecting === 'number' ? odbcCodes.get(connecting) : undefined);
    const found = typeof connecting === 'number' ? connecting : property(value, 'number');
    if (ofDriver !== undefined) codes.push(ofDriver);
    // Drivers count their own failures from zero or below.
    else if (number === null && typeof found === 'number' && found > 0) number = found;
    for (const key of ['originalError', 'cause', 'info']) visit(property(value, key));
    for (const key of ['precedingErrors', 'errors']) {
      const list = property(value, key);
      if (Array.isArray(list)) for (const inner of list) visit(inner);
    }
  };
  visit(error);
  return { number, codes, message: error instanceof Error ? error.message : '' };
}

/** The certificate's authority is not known here. */
const untrustedCodes = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
];

/** Errors after which the same read can succeed: deadlock victim, fail-over, resource limits of Azure. */
const transientNumbers = new Set([1205, 3960, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920]);
const lostCodes = new Set(['ECONNCLOSED', 'ECLOSE', 'ESOCKET', 'ECONNRESET', 'EPIPE', 'EINVALIDSTATE', 'ENOTBEGUN']);

/** Failures of a connection that another try would meet again. */
const lastingCodes = new Set([
  ...untrustedCodes,
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'EENCRYPT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ELOGIN',
]);

/** Whether the connection broke, so that it is not known what the server still did. */
export function isConnectionLost(error: unknown): boolean {
  const { number, codes } = errorDetails(error);
  return number === null && codes.some((code) => lostCodes.has(code)) && !codes.some((code) => lastingCodes.has(code));
}

/** Whether reading again on a new connection is worth a try. */
export function isTransient(error: unknown): boolean {
  const { number } = errorDetails(error);
  return isConnectionLost(error) || (number !== null && transientNumbers.has(number));
}

/** Errors whose words name tables, columns and places in the query, and never a value from a row. */
const safeToQuote = new Set([102, 105, 137, 156, 174, 195, 201, 205, 207, 208, 209, 319, 1033, 2812, 4104, 4145, 8120]);

interface Explanation {
  readonly reason: ConstructorParameters<typeof DataflowError>[0];
  readonly text: string;
}

const permission =
  'Ask your database administrator for permission to read the ssd_ tables, and to read and write the staging table.';

function explainNumber(number: number, profile: ConnectionProfile, message: string): Explanation {
  switch (number) {
    case 18456:
    case 18452:
    case 18470:
    case 18486:
    case 18488:
      return {
        reason: 'refused',
        text: 'The server refused the login. Check the user name and the password, and that the login is allowed to use this server.',
      };
    case 4060:
    case 911:
    case 916:
      return {
        reason: 'refused',
        text: `The login worked, but the database ${profile.database} could not be opened. Check its name, and that the login may use it.`,
      };
    case 229:
    case 230:
    case 262:
    case 297:
    case 300:
    case 2760:
      return { reason: 'refused', text: `The login lacks a permission (error ${number}). ${permission}` };
    case 1205:
      return {
        reason: 'locked',
        text: 'Another user of the database was in the way (deadlock), and the server stopped this query. Try again; if it happens often, run it at a quieter time.',
      };
    case 1222:
      return {
        reason: 'locked',
        text: 'Another user of the database holds a lock that did not go in time. Try again when the nightly load of the SSD has finished.',
      };
    case 3960:
    case 3961:
    case 3964:
    case 4864:
      return {
        reason: 'storage',
        text: 'The tables were rebuilt while they were being read. Try again when the load of the SSD has finished.',
      };
    case 976:
    case 983:
    case 3906:
    case 3904:
      return {
        reason: 'refused',
        text: `The database cannot be used in this way at the moment (error ${number}): it is a read-only copy, or it is failing over. Connect to the primary server, or turn readOnlyIntent off.`,
      };
    case 8152:
    case 2628:
      return {
        reason: 'storage',
        text: 'A value is longer than its column in the staging table. Widen the column to the length of the SSD model, then try again.',
      };
    case 1105:
    case 9002:
    case 1101:
      return {
        reason: 'storage',
        text: 'The server has no room left (database, transaction log or tempdb). Ask your database administrator.',
      };
    case 8645:
    case 701:
    case 8651:
      return {
        reason: 'storage',
        text: 'The server has too little memory free for this query. Try again at a quieter time.',
      };
    case 40613:
    case 40197:
    case 40501:
      return { reason: 'unreachable', text: 'The database is moving to another server. Try again in a minute.' };
    default: {
      const said = safeToQuote.has(number) ? `: ${message.replace(/\.$/, '')}` : '';
      const next = safeToQuote.has(number)
        ? 'Check the query, and run the connection check, which lists tables and columns that are missing.'
        : 'Values are left out of this message because they can be personal. Your database administrator can look the error number up.';
      return { reason: 'configuration', text: `The server reported error ${number}${said}. ${next}` };
    }
  }
}

function explainCodes(codes: readonly string[], profile: ConnectionProfile): Explanation | undefined {
  const has = (...wanted: string[]): boolean => wanted.some((code) => codes.includes(code));
  if (has(...untrustedCodes)) {
    return {
      reason: 'unreachable',
      text:
        'The server showed a certificate that this computer does not trust (often one that the server made for itself). There are two ways on: ' +
        'set “caFile” to a PEM file with the certificate or its authority, which your database administrator can give you (recommended); ' +
        'or set “trustServerCertificate” to true, after which another computer could pose as the server without being noticed.',
    };
  }
  if (has('ERR_TLS_CERT_ALTNAME_INVALID')) {
    return {
      reason: 'unreachable',
      text: `The server's certificate is for another name than ${profile.server}. Connect by the name in the certificate, or set “hostNameInCertificate” to it.`,
    };
  }
  if (has('CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID')) {
    return {
      reason: 'unreachable',
      text: "The server's certificate has expired or is not valid yet. Ask your database administrator to renew it.",
    };
  }
  if (has('EENCRYPT', 'EPROTO', 'ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_WRONG_VERSION_NUMBER')) {
    return {
      reason: 'unreachable',
      text: 'The server and this computer could not agree on encryption. An old server may need an update for TLS 1.2; ask your database administrator.',
    };
  }
  if (has('EODBC')) {
    return {
      reason: 'configuration',
      text: `The ODBC driver “${profile.odbcDriver ?? defaultOdbcDriver}” could not be used. Install Microsoft's ODBC Driver 17 or 18 for SQL Server, or set “odbcDriver” to the one that is installed.`,
    };
  }
  if (has('EINSTLOOKUP')) {
    return {
      reason: 'unreachable',
      text: `The instance ${profile.instance ?? ''} was not found on ${profile.server}. Check its name, that the SQL Server Browser service runs and that UDP port 1434 is open; or use HOST,PORT.`,
    };
  }
  if (has('ENOTFOUND', 'EAI_AGAIN')) {
    return {
      reason: 'unreachable',
      text: `The server name ${profile.server} is not known on this network. Check the spelling, and that you are connected to the office network or VPN.`,
    };
  }
  if (has('ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT')) {
    return {
      reason: 'unreachable',
      text: `Nothing answered at ${serverText(profile)}. Check that SQL Server runs there, listens on TCP, and that no firewall is in between.`,
    };
  }
  if (has('ETIMEOUT', 'ESTIMEOUT')) {
    return {
      reason: 'unreachable',
      text: 'The server did not answer in time. Try again; if the query is large, raise queryTimeoutSeconds.',
    };
  }
  if (codes.some((code) => lostCodes.has(code))) {
    return { reason: 'unreachable', text: 'The connection to the server was lost. Try again.' };
  }
  if (has('ELOGIN')) return explainNumber(18456, profile, '');
  return undefined;
}

/**
 * An expected failure for whatever the driver threw.
 * @param doing a full sentence: what failed and what was or was not done
 */
export function serverFailure(error: unknown, profile: ConnectionProfile, doing: string): DataflowError {
  if (error instanceof DataflowError) return error;
  const details = errorDetails(error);
  const explanation = (details.number === null ? undefined : explainNumber(details.number, profile, details.message)) ??
    explainCodes(details.codes, profile) ?? {
      reason: 'storage' as const,
      text: `The database driver failed${details.codes[0] === undefined ? '' : ` (${details.codes[0]})`}. Try again; if it stays, ask your database administrator.`,
    };
  const shape =
    details.number === null ? `driver error ${details.codes.join(' ')}` : `SQL Server error ${details.number}`;
  return new DataflowError(
    explanation.reason,
    `${doing} ${explanation.text} Connection: ${describeProfile(profile)}.`,
    // The driver's own error can quote values from rows; only its kind is kept.
    { cause: new Error(shape.trim()) },
  );
}
