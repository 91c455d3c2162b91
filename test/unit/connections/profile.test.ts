import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConnectionString } from '../../../pipeline/connections/connectionString.ts';
import { describeProfile, parseConnectionProfile, parseServer } from '../../../pipeline/connections/profile.ts';
import { DataflowError } from '../../../pipeline/errors.ts';

const base = { name: 'ssd', server: 'sql01', database: 'HDM' };

function messageOf(raw: Readonly<Record<string, unknown>>): string {
  try {
    parseConnectionProfile(raw);
  } catch (error) {
    if (DataflowError.is(error, 'configuration')) return error.message;
    throw error;
  }
  throw new Error('the profile was accepted');
}

describe('a connection profile', () => {
  it('has secure defaults', () => {
    const { profile, password } = parseConnectionProfile(base);
    expect(password).toBeNull();
    expect(profile).toMatchObject({
      kind: 'sqlserver',
      purpose: 'live',
      schema: 'dbo',
      authentication: { type: 'windows' },
      encrypt: true,
      trustServerCertificate: false,
      readOnlyIntent: false,
      applicationName: 'SSD Dataflow',
    });
  });

  it.each([
    ['sql01', { host: 'sql01', instance: null, port: null }],
    ['sql01\\CMS', { host: 'sql01', instance: 'CMS', port: null }],
    ['sql01,1444', { host: 'sql01', instance: null, port: 1444 }],
    ['tcp:sql01.council.example, 1444', { host: 'sql01.council.example', instance: null, port: 1444 }],
    ['sql01\\CMS,1444', { host: 'sql01', instance: null, port: 1444 }],
    ['(local)', { host: 'localhost', instance: null, port: null }],
    ['.\\SQLEXPRESS', { host: 'localhost', instance: 'SQLEXPRESS', port: null }],
  ])('reads the server %s', (text, address) => {
    expect(parseServer(text)).toEqual(address);
  });

  it.each(['np:\\\\sql01\\pipe', '(localdb)\\x', '', 'a b', 'sql01,port'])(
    'refuses the server “%s” with a reason',
    (text) => {
      expect(parseServer(text)).toEqual(expect.any(String));
    },
  );

  it('reads ntlm users with their domain in either form', () => {
    const ntlm = (own: object) => parseConnectionProfile({ ...base, authentication: 'ntlm', ...own }).profile;
    expect(ntlm({ user: 'COUNCIL\\ann' }).authentication).toEqual({ type: 'ntlm', user: 'ann', domain: 'COUNCIL' });
    expect(ntlm({ user: 'ann', domain: 'COUNCIL' }).authentication).toEqual({
      type: 'ntlm',
      user: 'ann',
      domain: 'COUNCIL',
    });
  });

  it('names an unknown key and the key that was probably meant', () => {
    expect(messageOf({ ...base, databse: 'x' })).toBe(
      'The connection “ssd” cannot be used: “databse” is not a setting of a connection. Did you mean “database”?',
    );
  });

  it('refuses a password and does not repeat it', () => {
    const message = messageOf({ ...base, password: 'planted-secret' });
    expect(message).toContain('does not belong in a connection profile');
    expect(message).not.toContain('planted-secret');
  });

  it('says what is missing', () => {
    expect(messageOf({ name: 'ssd', database: 'x' })).toContain('“server” is missing');
    expect(messageOf({ name: 'ssd', server: 'x' })).toContain('“database” is missing');
    expect(messageOf({ ...base, authentication: 'sql' })).toContain('needs “user”');
    expect(messageOf({ ...base, authentication: 'entra', entra: 'servicePrincipal' })).toContain('needs “tenantId”');
    expect(messageOf({ ...base, authentication: 'kerberos' })).toContain('must be one of windows, sql, ntlm, entra');
    expect(messageOf({ ...base, encrypt: 'yes' })).toContain('“encrypt” must be boolean');
  });

  it('takes a client certificate for PostgreSQL alone, with its key, over an encrypted connection', () => {
    const own = { ...base, kind: 'postgres', user: 'ann', clientCertFile: 'c.pem', clientKeyFile: 'c.key' };
    expect(parseConnectionProfile(own).profile).toMatchObject({ clientCertFile: 'c.pem', clientKeyFile: 'c.key' });
    expect(messageOf({ ...own, kind: 'sqlserver' })).toContain('for PostgreSQL only');
    const { clientKeyFile: _, ...without } = own;
    expect(messageOf(without)).toContain('go together');
    expect(messageOf({ ...own, encrypt: false })).toContain('needs an encrypted connection');
  });

  it('is described without user name or secret', () => {
    const { profile } = parseConnectionProfile({ ...base, server: 'sql01\\CMS', authentication: 'sql', user: 'ann' });
    expect(describeProfile(profile)).toBe('ssd (SQL Server sql01\\CMS, database HDM, schema dbo, live)');
  });
});

describe('a connection string', () => {
  const pilot = 'Driver={ODBC Driver 17 for SQL Server};Server=sql01\\CMS;Database=HDM_Local;Trusted_Connection=yes;';

  it('is read in the form that pilot deployments use', () => {
    const { profile } = parseConnectionProfile({ name: 'SQL_CONN_STR', connectionString: pilot });
    expect(profile).toMatchObject({
      server: 'sql01',
      instance: 'CMS',
      database: 'HDM_Local',
      authentication: { type: 'windows' },
      odbcDriver: 'ODBC Driver 17 for SQL Server',
      encrypt: true,
    });
  });

  it('is read in the form of ADO.NET, with what stands beside it winning', () => {
    const connectionString =
      'Data Source=tcp:sql01,1444;Initial Catalog="HDM";User ID=ann;Password={p;w"}}d};Encrypt=False;TrustServerCertificate=true;Application Intent=ReadOnly;Connect Timeout=5';
    const parsed = parseConnectionProfile(
      { name: 'a', schema: 'ssd_development', connectionString },
      { allowPassword: true },
    );
    expect(parsed.password).toBe('p;w"}d');
    expect(parsed.profile).toMatchObject({
      server: 'sql01',
      port: 1444,
      database: 'HDM',
      schema: 'ssd_development',
      authentication: { type: 'sql', user: 'ann' },
      encrypt: false,
      trustServerCertificate: true,
      readOnlyIntent: true,
      connectTimeoutSeconds: 5,
    });
    expect(JSON.stringify(parsed.profile)).not.toContain('p;w');
  });

  it('with a password is refused where others could read it', () => {
    const message = messageOf({ name: 'a', connectionString: 'Server=x;Database=y;UID=u;PWD=planted-secret' });
    expect(message).toContain('holds a password');
    expect(message).not.toContain('planted-secret');
  });

  it('names an unknown key, but not what spilled out of an unquoted password', () => {
    expect(messageOf({ name: 'a', connectionString: 'Server=x;Colour=red' })).toContain('“Colour”');
    const spilled = messageOf({ name: 'a', connectionString: 'Server=x;UID=u;PWD=abc;plantedsecret=1;Database=y' });
    expect(spilled).not.toContain('plantedsecret');
  });

  it.each([
    ['Authentication=ActiveDirectoryDefault', { authentication: 'entra', entra: 'default' }],
    ['Authentication=Active Directory Device Code Flow', { authentication: 'entra', entra: 'deviceCode' }],
    ['Integrated Security=SSPI', { authentication: 'windows' }],
  ])('with %s says how to log in', (text, settings) => {
    expect(readConnectionString(text)).toMatchObject({ ok: true, settings });
  });

  it('gives back any value that stands in braces', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const text = `Server=x;PWD={${value.replaceAll('}', '}}')}};Database=y`;
        expect(readConnectionString(text)).toMatchObject({ ok: true, password: value, settings: { database: 'y' } });
      }),
    );
  });

  it('never throws and never shows a value', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        const result = readConnectionString(`PWD=planted-secret;${noise}`);
        if (!result.ok) expect(result.problem).not.toContain('planted-secret');
      }),
    );
  });
});
