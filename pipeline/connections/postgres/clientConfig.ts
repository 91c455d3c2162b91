import { DataflowError } from '../../errors.ts';
import { type ConnectionProfile, type ConnectionSecrets, describeProfile } from '../profile.ts';
import { tlsOptions } from './certificates.ts';
import type { PgConfig } from './driver.ts';
import { passwordFileName, readPasswordFile } from './passwordFile.ts';

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

/**
 * The driver's configuration for a profile. Without a password of its own, `.pgpass` is looked into when the server asks
 * for one.
 * @throws DataflowError `configuration` when the profile cannot be used with PostgreSQL
 */
export async function clientConfig(profile: ConnectionProfile, secrets: ConnectionSecrets): Promise<PgConfig> {
  const { authentication } = profile;
  if (authentication.type !== 'sql') {
    throw new DataflowError(
      'configuration',
      `PostgreSQL logs in with a user name and a password. The connection was not made. Set “user”, and “authentication” to “sql” or not at all. Connection: ${describeProfile(profile)}.`,
    );
  }
  const { user } = authentication;
  const port = profile.port ?? defaultPort;
  const given = (await secrets.password?.(profile)) ?? null;
  const ssl = await tlsOptions(profile);
  const { getTypeParser } = (await import('pg')).types;
  return {
    host: profile.server,
    port,
    database: profile.database,
    user,
    password: async () =>
      given ??
      (await readPasswordFile({ host: profile.server, port, database: profile.database, user })) ??
      noPassword(profile),
    ssl,
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

/** Only called when the server asks for a password: a login by certificate needs none. */
function noPassword(profile: ConnectionProfile): never {
  throw new DataflowError(
    'configuration',
    `The server asks for a password, and none is known: none is stored for this connection, SSD_PASSWORD is not set, and ${passwordFileName()} has no line for it. The connection was not made. Connection: ${describeProfile(profile)}.`,
  );
}
