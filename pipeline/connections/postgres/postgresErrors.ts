import { DataflowError, type DataflowReason } from '../../errors.ts';
import { type ConnectionProfile, describeProfile, serverText } from '../profile.ts';

function text(error: unknown, key: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' ? value : '';
}

/** Five-character SQLSTATE of a server error; empty for an error of the driver or the network. */
export function sqlState(error: unknown): string {
  const code = text(error, 'code');
  return /^[0-9A-Z]{5}$/.test(code) && text(error, 'severity') !== '' ? code : '';
}

/** Whether the connection broke, so that it is not known what the server still did. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== '') return state.startsWith('08') || ['57P01', '57P02', '57P03'].includes(state);
  const code = text(error, 'code');
  const message = error instanceof Error ? error.message : '';
  return (
    ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /connection (terminated|error)|client was closed/i.test(message)
  );
}

/** Whether reading again on a new connection is worth a try: lost connection, deadlock, serialisation, restart. */
export function isTransient(error: unknown): boolean {
  return isConnectionLost(error) || ['40001', '40P01'].includes(sqlState(error));
}

interface Explanation {
  readonly reason: DataflowReason;
  readonly text: string;
}

const permission =
  'Ask your database administrator for permission to read the ssd_ tables, and to read and write the staging table.';

/** States whose messages name tables, columns and places in the query, and never a value from a row. */
const safeToQuote = new Set(['42703', '42P01', '42601', '42883', '42702', '42804', '42P10', '42803', '42P02', '3F000']);

function explainState(state: string, profile: ConnectionProfile, message: string): Explanation {
  if (['28P01', '28000'].includes(state)) {
    return {
      reason: 'refused',
      text: 'The server refused the login. Check the user name and the password, and that pg_hba.conf lets the login in from this computer.',
    };
  }
  if (state === '3D000') {
    return { reason: 'refused', text: `There is no database ${profile.database} on this server. Check its name.` };
  }
  if (state === '42501') return { reason: 'refused', text: `The login lacks a permission. ${permission}` };
  if (state === '40P01' || state === '55P03') {
    return {
      reason: 'locked',
      text: 'Another user of the database was in the way. Try again; if it happens often, run it at a quieter time.',
    };
  }
  if (state === '57014') {
    return { reason: 'unreachable', text: 'The query took too long. Try again, or raise “queryTimeoutSeconds”.' };
  }
  if (state === '40001') return { reason: 'storage', text: 'The data changed while it was being read. Try again.' };
  if (state.startsWith('53')) {
    return {
      reason: 'storage',
      text: 'The server has no room or memory left, or too many connections. Ask your database administrator.',
    };
  }
  if (state.startsWith('22001')) {
    return { reason: 'storage', text: 'A value is longer than its column in the staging table. Widen the column.' };
  }
  if (state === '25006') {
    return {
      reason: 'refused',
      text: 'The database is a read-only copy. Connect to the primary server to stage; extracting works here.',
    };
  }
  if (isConnectionLost({ code: state, severity: 'FATAL' })) {
    return { reason: 'unreachable', text: 'The server ended the connection. Try again.' };
  }
  const said = safeToQuote.has(state) ? `: ${message}` : '';
  const next =
    said === ''
      ? 'Values are left out of this message because they can be personal. Your database administrator can look the code up.'
      : 'Check the query, and run the connection check, which lists tables and columns that are missing.';
  return { reason: 'configuration', text: `The server reported error ${state}${said}. ${next}` };
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]);

function explainCode(code: string, message: string, profile: ConnectionProfile): Explanation {
  if (untrusted.has(code)) {
    return {
      reason: 'unreachable',
      text:
        'The server showed a certificate that this computer does not trust. There are two ways on: set “caFile” to a PEM file ' +
        'with the certificate or its authority, which your database administrator can give you (recommended); or set ' +
        '“trustServerCertificate” to true, after which another computer could pose as the server without being noticed.',
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      reason: 'unreachable',
      text: `The server's certificate is for another name than ${profile.hostNameInCertificate ?? profile.server}, so it may be another computer. Check the name of the server; if it is right, set “hostNameInCertificate” to the name in the certificate.`,
    };
  }
  if (/does not support SSL/i.test(message)) {
    return {
      reason: 'unreachable',
      text: 'The server does not offer encryption. Ask your database administrator to turn it on, or set “encrypt” to false for a server on this computer.',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { reason: 'unreachable', text: `The server name ${profile.server} is not known on this network.` };
  }
  if (['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code) || /timeout expired/i.test(message)) {
    return {
      reason: 'unreachable',
      text: `Nothing answered at ${serverText(profile)}. Check that PostgreSQL runs there and that no firewall is in between.`,
    };
  }
  return { reason: 'unreachable', text: 'The connection to the server was lost. Try again.' };
}

/**
 * An expected failure for whatever the driver threw. The driver's own message is quoted only where it cannot hold a
 * value of a row.
 * @param doing a full sentence: what failed and what was or was not done
 */
export function postgresFailure(error: unknown, profile: ConnectionProfile, doing: string): DataflowError {
  if (DataflowError.is(error)) return error;
  const state = sqlState(error);
  const message = error instanceof Error ? error.message : '';
  const explanation =
    state === '' ? explainCode(text(error, 'code'), message, profile) : explainState(state, profile, message);
  return new DataflowError(
    explanation.reason,
    `${doing} ${explanation.text} Connection: ${describeProfile(profile)}.`,
    { cause: new Error(`PostgreSQL error ${state || text(error, 'code') || 'of the driver'}`) },
  );
}
