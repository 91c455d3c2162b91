import { readFile } from 'node:fs/promises';
import { DataflowError } from '../../errors.ts';
import { type ConnectionProfile, type ConnectionSecrets, describeProfile } from '../profile.ts';
import type { PgConfig } from './driver.ts';

const defaultPort = 5432;

/** Types that the driver would turn into a Date in the local time zone, or into a parsed object. They stay text. */
const textTypes = new Set([
  114, // json
  1082, // date
  1083, // time
  1114, // timestamp
  1184, // timestamptz
  1266, // timetz
  3802, // jsonb
]);

async function certificateAuthority(profile: ConnectionProfile): Promise<string | undefined> {
  if (profile.caFile === null) return undefined;
  try {
    return await readFile(profile.caFile, 'utf8');
  } catch (cause) {
    throw new DataflowError(
      'configuration',
      `The certificate file of ${describeProfile(profile)} could not be read: ${profile.caFile}. Check the name in “caFile”.`,
      { cause },
    );
  }
}

/**
 * The driver's configuration for a profile. Certificates are verified unless the profile says otherwise by name; no
 * password means that the driver looks into `.pgpass`.
 * @throws DataflowError `configuration` when the profile cannot be used with PostgreSQL
 */
export async function clientConfig(profile: ConnectionProfile, secrets: ConnectionSecrets): Promise<PgConfig> {
  const { authentication } = profile;
  if (authentication.type !== 'sql') {
    throw new DataflowError(
      'configuration',
      `${describeProfile(profile)}: PostgreSQL takes a user name and password (authentication “sql”). Set “user”.`,
    );
  }
  const password = (await secrets.password?.(profile)) ?? undefined;
  const ca = await certificateAuthority(profile);
  const { getTypeParser } = (await import('pg')).types;
  return {
    host: profile.server,
    port: profile.port ?? defaultPort,
    database: profile.database,
    user: authentication.user,
    ...(password === undefined ? {} : { password }),
    ssl: profile.encrypt
      ? {
          rejectUnauthorized: !profile.trustServerCertificate,
          ...(ca === undefined ? {} : { ca }),
          ...(profile.hostNameInCertificate === null ? {} : { servername: profile.hostNameInCertificate }),
        }
      : false,
    application_name: profile.applicationName,
    connectionTimeoutMillis: profile.connectTimeoutSeconds * 1000,
    statement_timeout: profile.queryTimeoutSeconds * 1000,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        textTypes.has(oid) && format !== 'binary' ? (value: string) => value : getTypeParser(oid, format ?? 'text'),
    },
  };
}
