import { describe, expect, it } from 'vitest';
import { parseConnectionProfile } from '../../../pipeline/connections/profile.ts';
import { loadWindowsDriver } from '../../../pipeline/connections/sqlServer/driver.ts';
import { networkConfig, windowsConfig } from '../../../pipeline/connections/sqlServer/driverConfig.ts';
import { serverFailure } from '../../../pipeline/connections/sqlServer/serverErrors.ts';

const never = new AbortController().signal;
const profileOf = (own: Readonly<Record<string, unknown>>) =>
  parseConnectionProfile({ name: 'ssd', server: 'sql01', database: 'HDM', ...own }).profile;

describe('a login over the network', () => {
  const secrets = { password: async () => 'secret' };

  it('encrypts and checks the certificate unless the profile says otherwise', async () => {
    const config = await networkConfig(profileOf({ authentication: 'sql', user: 'ann' }), secrets, never);
    expect(config).toMatchObject({
      server: 'sql01',
      port: 1433,
      database: 'HDM',
      authentication: { type: 'default', options: { userName: 'ann', password: 'secret' } },
      options: { encrypt: true, trustServerCertificate: false, useUTC: true, readOnlyIntent: false },
    });
  });

  it('asks the SQL Server Browser for an instance, and goes straight to a port', async () => {
    const instance = await networkConfig(profileOf({ server: 'sql01\\CMS', user: 'ann' }), secrets, never);
    expect(instance.options).toMatchObject({ instanceName: 'CMS' });
    expect(instance).not.toHaveProperty('port');
    const port = await networkConfig(profileOf({ server: 'sql01\\CMS,1444', user: 'ann' }), secrets, never);
    expect(port.port).toBe(1444);
    expect(port.options).not.toHaveProperty('instanceName');
  });

  it('passes on the Windows account of ntlm, and the token of Entra', async () => {
    const ntlm = await networkConfig(profileOf({ authentication: 'ntlm', user: 'COUNCIL\\ann' }), secrets, never);
    expect(ntlm.authentication).toEqual({
      type: 'ntlm',
      options: { userName: 'ann', domain: 'COUNCIL', password: 'secret' },
    });
    const scopes: string[] = [];
    const entraToken = async (scope: string): Promise<string> => {
      scopes.push(scope);
      return 'token';
    };
    const entra = await networkConfig(profileOf({ authentication: 'entra' }), { entraToken }, never);
    expect(entra.authentication).toEqual({
      type: 'azure-active-directory-access-token',
      options: { token: 'token' },
    });
    expect(scopes).toEqual(['https://database.windows.net/.default']);
  });

  it('refuses a device code where nobody can be shown it', async () => {
    const profile = profileOf({ authentication: 'entra', entra: 'deviceCode' });
    await expect(networkConfig(profile, {}, never)).rejects.toMatchObject({ reason: 'configuration' });
  });

  it('says that Entra gave no access, without the words of the failure', async () => {
    const entraToken = async (): Promise<string> => {
      throw new Error('AADSTS700016 planted tenant');
    };
    const failing = networkConfig(profileOf({ authentication: 'entra' }), { entraToken }, never);
    await expect(failing).rejects.toMatchObject({ reason: 'refused', message: expect.not.stringContaining('planted') });
  });
});

describe('a login as the Windows user', () => {
  it('is an ODBC connection string without a password, each value in braces', () => {
    const config = windowsConfig(profileOf({ server: 'sql01\\CMS', database: 'a};Pwd=x', readOnlyIntent: true }));
    expect(config).toMatchObject({
      connectionString:
        'Driver={ODBC Driver 18 for SQL Server};Server={sql01\\CMS};Database={a}};Pwd=x};Trusted_Connection=yes;Encrypt=yes;' +
        'TrustServerCertificate=no;APP={SSD Dataflow};MultiSubnetFailover=no;ApplicationIntent=ReadOnly',
    });
  });

  it('uses the ODBC driver that the connection string of a pilot deployment names', () => {
    const { profile } = parseConnectionProfile({
      name: 'SQL_CONN_STR',
      connectionString: 'Driver={ODBC Driver 17 for SQL Server};Server=sql01;Database=HDM;Trusted_Connection=yes;',
    });
    expect(windowsConfig(profile)).toMatchObject({
      connectionString: expect.stringMatching(/^Driver=\{ODBC Driver 17 for SQL Server\};/),
    });
  });

  it.each([
    ['win32', 'Install the Windows build'],
    ['linux', 'works on Windows only'],
  ] as const)('explains on %s what is missing', async (platform, words) => {
    await expect(loadWindowsDriver(platform)).rejects.toMatchObject({
      reason: 'configuration',
      message: expect.stringContaining(words),
    });
  });
});

describe('an error of the server', () => {
  const profile = profileOf({});
  const of = (error: object) => serverFailure(Object.assign(new Error('words'), error), profile, 'It failed.');

  it.each([
    [{ number: 18456 }, 'refused', 'refused the login'],
    [{ number: 229 }, 'refused', 'lacks a permission'],
    [{ number: 1205 }, 'locked', 'deadlock'],
    [{ number: 1222 }, 'locked', 'lock'],
    [{ number: 3961 }, 'storage', 'rebuilt'],
    [{ number: 40613 }, 'unreachable', 'another server'],
    [{ number: 9002 }, 'storage', 'no room'],
    [{ code: 'EINSTLOOKUP' }, 'unreachable', 'SQL Server Browser'],
    [{ code: 'ESOCKET', cause: { code: 'CERT_HAS_EXPIRED' } }, 'unreachable', 'expired'],
    [
      { code: 'ESOCKET', originalError: { cause: { code: 'EHOSTUNREACH' } } },
      'unreachable',
      'Nothing answered at sql01',
    ],
    [{ code: 'ETIMEOUT' }, 'unreachable', 'did not answer in time'],
    [{ code: 'ESOCKET' }, 'unreachable', 'was lost'],
    [{}, 'storage', 'driver failed'],
    // As the ODBC driver gives them.
    [{ name: 'ConnectionError', code: 18456 }, 'refused', 'refused the login'],
    [{ name: 'ConnectionError', code: -2146893019 }, 'unreachable', 'There are two ways on'],
    [{ name: 'ConnectionError', code: 10061 }, 'unreachable', 'Nothing answered'],
    [
      { name: 'ConnectionError', code: 0 },
      'configuration',
      'ODBC driver “ODBC Driver 18 for SQL Server” could not be used',
    ],
    [{ code: 10054, number: 10054, state: '08S01' }, 'unreachable', 'was lost'],
    [{ code: 1205, number: 1205, state: '40001' }, 'locked', 'deadlock'],
  ])('%j is %s', (error, reason, words) => {
    const failure = of(error);
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(words);
    expect(failure.message).toContain('SQL Server sql01, database HDM');
    expect(failure.message).not.toContain('words');
  });

  it('is told from the number that stands deepest, whatever wraps it', () => {
    expect(of({ code: 'EREQUEST', originalError: { info: { number: 1205 } } }).reason).toBe('locked');
    expect(of({ code: 'EREQUEST', precedingErrors: [{ number: 4060 }] }).reason).toBe('refused');
  });

  it('quotes the words only where they cannot hold a value', () => {
    expect(of({ number: 207 }).message).toContain('error 207: words');
    expect(of({ number: 8114 }).message).not.toContain('words');
  });
});
