import { type StagingTable, stagingTableNames } from '../../staging/stagingStore.ts';
import type { ConnectionProfile } from '../profile.ts';
import type { ConnectionPool, MssqlDriver } from './driver.ts';
import type { ServerState } from './serverFacts.ts';

/** What everything that talks to one server shares. */
export interface SqlServerAccess {
  readonly driver: MssqlDriver;
  readonly pool: ConnectionPool;
  readonly profile: ConnectionProfile;
  readonly state: ServerState;
}

/** The identity of a staging table for locks and the audit trail: server, database, schema and table. */
export function stagingIdentity(profile: ConnectionProfile, table: StagingTable): string {
  const server = profile.instance === null ? profile.server : `${profile.server}\\${profile.instance}`;
  const port = profile.port === null || profile.port === 1433 ? '' : `,${profile.port}`;
  return `${server}${port}/${profile.database}/${profile.schema}.${stagingTableNames[table]}`.toLowerCase();
}
