import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import {
  type ConnectionProfile,
  type ParsedProfile,
  parseConnectionProfile,
} from '../../pipeline/connections/profile.ts';
import { type ConnectionPool, loadDriver, type MssqlDriver } from '../../pipeline/connections/sqlServer/driver.ts';
import { networkConfig } from '../../pipeline/connections/sqlServer/driverConfig.ts';
import { openSqlServerConnection } from '../../pipeline/connections/sqlServer/sqlServerConnection.ts';

const never = new AbortController().signal;

/** Connection string of a real SQL Server for the suites; its login must be allowed to create databases. */
export const realSqlServer: string | undefined = process.env.SSD_TEST_SQLSERVER;

/** A schema of its own on the real server, so that tests can run side by side. */
export interface RealSchema {
  readonly connection: SsdConnection;
  readonly schema: string;
  /** Runs statements past the connection under test. */
  run(sql: string, parameters?: Readonly<Record<string, string | Uint8Array | null>>): Promise<void>;
  close(): Promise<void>;
}

function profileFor(connectionString: string, own: Readonly<Record<string, unknown>>): ParsedProfile {
  return parseConnectionProfile({ name: 'real', purpose: 'test', connectionString, ...own }, { allowPassword: true });
}

async function openPool(
  driver: MssqlDriver,
  profile: ConnectionProfile,
  password: string | null,
): Promise<ConnectionPool> {
  const pool = new driver.ConnectionPool(await networkConfig(profile, { password: async () => password }, never));
  return pool.connect();
}

/** A server in a container listens some time before it takes logins. */
async function openWhenReady(driver: MssqlDriver, parsed: ParsedProfile): Promise<ConnectionPool> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    try {
      return await openPool(driver, parsed.profile, parsed.password);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(1_000);
    }
  }
}

/** Makes the database of the connection string, with snapshot isolation, when it is not there yet. */
async function createDatabase(driver: MssqlDriver, connectionString: string): Promise<void> {
  const { profile } = profileFor(connectionString, {});
  const master = profileFor(connectionString, { database: 'master' });
  const pool = await openWhenReady(driver, master);
  const name = profile.database.replaceAll(']', ']]');
  try {
    await pool
      .request()
      .batch(`IF DB_ID(N'${profile.database.replaceAll("'", "''")}') IS NULL CREATE DATABASE [${name}]`);
    await pool.request().batch(`ALTER DATABASE [${name}] SET ALLOW_SNAPSHOT_ISOLATION ON`);
    // Rows of other sessions are then read as they were last committed, as the suites expect of every database.
    await pool.request().batch(`ALTER DATABASE [${name}] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE`);
    const level = process.env.SSD_TEST_COMPATIBILITY;
    if (level !== undefined) {
      await pool.request().batch(`ALTER DATABASE [${name}] SET COMPATIBILITY_LEVEL = ${Number.parseInt(level, 10)}`);
    }
  } finally {
    await pool.close();
  }
}

let created: Promise<void> | undefined;

/** Opens a new schema on the server that SSD_TEST_SQLSERVER names. */
export async function openRealSchema(connectionString: string): Promise<RealSchema> {
  const driver = await loadDriver();
  created ??= createDatabase(driver, connectionString);
  await created;
  const schema = `ssd_${randomBytes(6).toString('hex')}`;
  const { profile, password } = profileFor(connectionString, { schema });
  const pool = await openPool(driver, profile, password);
  await pool.request().batch(`CREATE SCHEMA [${schema}]`);
  const connection = await openSqlServerConnection(profile, { password: async () => password }, never);
  return {
    connection,
    schema,
    run: async (sql, parameters = {}) => {
      const request = pool.request();
      for (const [name, value] of Object.entries(parameters)) {
        if (value instanceof Uint8Array) request.input(name, driver.VarBinary(driver.MAX), Buffer.from(value));
        else request.input(name, driver.NVarChar(driver.MAX), value);
      }
      await request.query(sql);
    },
    close: async () => {
      await connection.close();
      const tables = await pool
        .request()
        .query<{ name: string }>(
          `SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = '${schema}'`,
        );
      for (const { name } of tables.recordset) await pool.request().batch(`DROP TABLE [${schema}].[${name}]`);
      await pool.request().batch(`DROP SCHEMA [${schema}]`);
      await pool.close();
    },
  };
}
