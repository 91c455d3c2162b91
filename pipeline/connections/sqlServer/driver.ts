import type * as Mssql from 'mssql';
import { DataflowError } from '../../errors.ts';

/** The `mssql` package, with one of its two drivers behind it. */
export type MssqlDriver = typeof Mssql;
export type { ConnectionPool, Request, Transaction } from 'mssql';

/** The ODBC driver that Windows authentication uses unless the profile names another. */
export const defaultOdbcDriver = 'ODBC Driver 18 for SQL Server';

function hasPool(value: unknown): value is MssqlDriver {
  return typeof value === 'object' && value !== null && 'ConnectionPool' in value;
}

function driverOf(module: unknown): MssqlDriver {
  if (hasPool(module)) return module;
  if (typeof module === 'object' && module !== null && 'default' in module && hasPool(module.default)) {
    return module.default;
  }
  throw new TypeError('The mssql package has another shape than this version expects');
}

/** Loads the driver that speaks to SQL Server over the network. It is large, so that it is loaded on first use. */
export async function loadDriver(): Promise<MssqlDriver> {
  return driverOf(await import('mssql'));
}

/**
 * Loads the driver that logs in as the Windows user. It is made of native code, is part of the Windows package alone
 * and needs Microsoft's ODBC driver.
 * @throws DataflowError `configuration` with what to install, or what to use instead
 */
export async function loadWindowsDriver(platform: NodeJS.Platform = process.platform): Promise<MssqlDriver> {
  try {
    return driverOf(await import('mssql/msnodesqlv8.js'));
  } catch (cause) {
    const elsewhere =
      'Use a database login (authentication “sql”), a Windows user name and password (“ntlm”) or Microsoft Entra ID (“entra”) instead.';
    throw new DataflowError(
      'configuration',
      platform === 'win32'
        ? `Windows authentication is not available, because the package msnodesqlv8 could not be loaded. Install the Windows build of this extension, and Microsoft's ODBC Driver 17 or 18 for SQL Server. ${elsewhere}`
        : `Windows authentication works on Windows only. ${elsewhere}`,
      { cause },
    );
  }
}
