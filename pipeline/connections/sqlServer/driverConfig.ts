import { readFile } from 'node:fs/promises';
import type { config as MssqlConfig } from 'mssql';
import { DataflowError } from '../../errors.ts';
import { type ConnectionProfile, type ConnectionSecrets, serverText } from '../profile.ts';
import { defaultOdbcDriver } from './driver.ts';
import { entraToken } from './entraToken.ts';

/** How many connections one SSD connection may open at once: a section each, and some for staging. */
export const maxConnections = 60;

/** Milliseconds that the driver waits for the server to confirm a cancel before it drops the connection. */
const cancelTimeout = 5_000;

async function readCertificate(profile: ConnectionProfile): Promise<string | undefined> {
  if (profile.caFile === null) return undefined;
  try {
    return await readFile(profile.caFile, 'utf8');
  } catch (cause) {
    throw new DataflowError(
      'configuration',
      `The certificate file ${profile.caFile} of the connection “${profile.name}” could not be read. Nothing was sent to the server. Check caFile.`,
      { cause },
    );
  }
}

async function passwordOf(profile: ConnectionProfile, secrets: ConnectionSecrets): Promise<string> {
  const password = (await secrets.password?.(profile)) ?? null;
  if (password !== null) return password;
  throw new DataflowError(
    'configuration',
    `No password is known for the connection “${profile.name}”. Nothing was sent to the server. Enter the password when you are asked, or set it in the environment.`,
  );
}

type Authentication = NonNullable<MssqlConfig['authentication']>;

async function authenticationOf(
  profile: ConnectionProfile,
  secrets: ConnectionSecrets,
  signal: AbortSignal,
): Promise<Authentication> {
  const { authentication } = profile;
  switch (authentication.type) {
    case 'windows':
      throw new TypeError('Windows authentication has a driver of its own');
    case 'sql':
      return {
        type: 'default',
        options: { userName: authentication.user, password: await passwordOf(profile, secrets) },
      };
    case 'ntlm':
      return {
        type: 'ntlm',
        options: {
          userName: authentication.user,
          domain: authentication.domain,
          password: await passwordOf(profile, secrets),
        },
      };
    case 'entra':
      return {
        type: 'azure-active-directory-access-token',
        options: { token: await entraToken(profile, secrets, signal) },
      };
  }
}

/**
 * Driver settings for a profile whose login goes over the network.
 * @throws DataflowError `configuration` when a password or a file is missing; `refused` when Entra ID gives no token
 */
export async function networkConfig(
  profile: ConnectionProfile,
  secrets: ConnectionSecrets,
  signal: AbortSignal,
): Promise<MssqlConfig> {
  const ca = await readCertificate(profile);
  const authentication = await authenticationOf(profile, secrets, signal);
  return {
    server: profile.server,
    database: profile.database,
    connectionTimeout: profile.connectTimeoutSeconds * 1000,
    requestTimeout: profile.queryTimeoutSeconds * 1000,
    validateConnection: 'socket',
    pool: { max: maxConnections, min: 0 },
    authentication,
    ...(profile.instance === null ? { port: profile.port ?? 1433 } : {}),
    options: {
      encrypt: profile.encrypt,
      trustServerCertificate: profile.trustServerCertificate,
      appName: profile.applicationName,
      readOnlyIntent: profile.readOnlyIntent,
      multiSubnetFailover: profile.multiSubnetFailover,
      cancelTimeout,
      // Dates keep the wall-clock reading of the column in their UTC fields (connection.ts, SqlValue).
      useUTC: true,
      ...(profile.instance === null ? {} : { instanceName: profile.instance }),
      ...(profile.hostNameInCertificate === null ? {} : { serverName: profile.hostNameInCertificate }),
      ...(ca === undefined ? {} : { cryptoCredentialsDetails: { ca } }),
    },
  };
}

function odbcValue(value: string): string {
  return `{${value.replaceAll('}', '}}')}}`;
}

/** Driver settings for a login as the Windows user, through ODBC. */
export function windowsConfig(profile: ConnectionProfile): MssqlConfig {
  if (profile.caFile !== null) {
    throw new DataflowError(
      'configuration',
      `The connection “${profile.name}” uses Windows authentication, which cannot use caFile. Put the certificate into the Windows certificate store and remove caFile.`,
    );
  }
  const yes = (on: boolean): string => (on ? 'yes' : 'no');
  const parts = {
    Driver: odbcValue(profile.odbcDriver ?? defaultOdbcDriver),
    Server: odbcValue(serverText(profile)),
    Database: odbcValue(profile.database),
    Trusted_Connection: 'yes',
    Encrypt: yes(profile.encrypt),
    TrustServerCertificate: yes(profile.trustServerCertificate),
    APP: odbcValue(profile.applicationName),
    MultiSubnetFailover: yes(profile.multiSubnetFailover),
    ...(profile.readOnlyIntent ? { ApplicationIntent: 'ReadOnly' } : {}),
    ...(profile.hostNameInCertificate === null
      ? {}
      : { HostNameInCertificate: odbcValue(profile.hostNameInCertificate) }),
  };
  const connectionString = Object.entries(parts)
    .map(([key, value]) => `${key}=${value}`)
    .join(';');
  // The types know connection strings only in place of the whole configuration.
  const config: MssqlConfig & { connectionString: string } = {
    connectionString,
    server: profile.server,
    database: profile.database,
    connectionTimeout: profile.connectTimeoutSeconds * 1000,
    requestTimeout: profile.queryTimeoutSeconds * 1000,
    pool: { max: maxConnections, min: 0 },
    options: { trustedConnection: true, useUTC: true },
  };
  return config;
}
