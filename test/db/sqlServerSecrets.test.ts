import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { type ConnectionProfile, parseConnectionProfile } from '../../pipeline/connections/profile.ts';
import { openSqlServerConnection } from '../../pipeline/connections/sqlServer/sqlServerConnection.ts';
import type { Fault } from '../tds/faults.ts';
import { plantedPassword, startTestDatabase, type TestDatabase } from './sqlServer.ts';

const never = new AbortController().signal;
const wrongPassword = 'Planted-Wrong-0815';
const plantedToken = 'planted.entra.token';
const plantedValue = 'Planted Surname';
const connectionString = `Driver={ODBC Driver 17 for SQL Server};Server=localhost;Database=SSD;UID=tester;PWD=${plantedPassword};Encrypt=no`;

/** Secrets in the disguises in which they could leave: as they are, and as the protocol or a log would write them. */
const disguises = [plantedPassword, wrongPassword, plantedToken, plantedValue].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret, 'utf16le').toString('base64'),
  Buffer.from(secret).toString('hex'),
]);

/** Everything that an error could show anywhere: message, stack, causes, properties. */
function everythingIn(error: unknown): string {
  return `${inspect(error, { depth: 20, showHidden: true })}${JSON.stringify(error)}${String(error)}`;
}

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

async function readAll(connection: SsdConnection, sql: string): Promise<void> {
  const session = await connection.openReadSession(never);
  try {
    for await (const _ of session.query(sql, { surname: plantedValue }, never));
  } finally {
    await session.close();
  }
}

describe('no secret and no value leaves', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase((sqlite) => {
      sqlite.exec(`CREATE TABLE ssd_person (pers_person_id NVARCHAR(48), pers_surname NVARCHAR(255));
        INSERT INTO ssd_person VALUES ('P1', '${plantedValue}'), ('P2', '${plantedValue}')`);
    });
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  const expectClean = (text: string): void => {
    for (const disguise of disguises) expect(text).not.toContain(disguise);
  };

  const openings: [string, Partial<ConnectionProfile>, string][] = [
    ['a refused login', {}, wrongPassword],
    ['a missing database', { database: 'Other' }, plantedPassword],
    ['a port where nobody listens', { port: 1 }, plantedPassword],
    ['a certificate that is not trusted', { encrypt: true }, plantedPassword],
    ['a refused token', { authentication: { type: 'entra', mode: 'default' } }, plantedPassword],
    ['a refused Windows login', { authentication: { type: 'ntlm', user: 'ann', domain: 'COUNCIL' } }, plantedPassword],
    ['a missing certificate file', { caFile: '/nowhere/ca.pem' }, plantedPassword],
  ];
  it.each(openings)('with %s', async (_, own, password) => {
    const secrets = { password: async () => password, entraToken: async () => plantedToken };
    const error = await failureOf(() => openSqlServerConnection({ ...database.profile, ...own }, secrets, never));
    expect(error).toMatchObject({ name: 'DataflowError' });
    expectClean(everythingIn(error));
  });

  const answers: [string, Fault['action'], string][] = [
    [
      'a value that does not convert',
      {
        number: 245,
        message: `Conversion failed when converting the nvarchar value '${plantedValue}' to data type int.`,
      },
      'configuration',
    ],
    [
      'a value that is too long',
      { number: 2628, message: `String or binary data would be truncated. Truncated value: '${plantedValue}'.` },
      'storage',
    ],
    [
      'a duplicate key',
      { number: 2627, message: `Violation of PRIMARY KEY. The duplicate key value is (${plantedValue}).` },
      'configuration',
    ],
    ['a dropped connection', 'drop', 'unreachable'],
  ];
  it.each(answers)('with %s', async (_, action, reason) => {
    database.server.faults.clear();
    database.server.faults.add({ at: 'request', matches: /pers_surname = /, times: 5, action });
    const connection = await database.connect();
    const sql = 'SELECT pers_person_id FROM ssd_person WHERE pers_surname = @surname';
    const error = await failureOf(() => readAll(connection, sql));
    expect(error).toMatchObject({ name: 'DataflowError', reason });
    expectClean(everythingIn(error));
    database.server.faults.clear();
  });

  it('with a connection that is shown, or looked into', async () => {
    const connection = await database.connect();
    expectClean(`${inspect(connection, { depth: 2 })}${JSON.stringify(connection)}`);
    await using store = await connection.openStaging('anon', never);
    expectClean(`${store.identity}${inspect(store, { depth: 2 })}${JSON.stringify(store)}`);
  });

  it('with a connection string, read or refused', () => {
    const { profile } = parseConnectionProfile({ name: 'pilot', connectionString }, { allowPassword: true });
    expectClean(everythingIn(profile));
    for (const broken of [
      connectionString,
      `${connectionString};Nonsense=${plantedPassword}`,
      `PWD=${plantedPassword}`,
    ]) {
      expectClean(everythingIn(refusalOf({ name: 'pilot', connectionString: broken })));
    }
  });

  it('with a password in a profile where none belongs', () => {
    expectClean(everythingIn(refusalOf({ name: 'pilot', server: 's', database: 'd', password: plantedPassword })));
  });
});

function refusalOf(raw: Readonly<Record<string, unknown>>): unknown {
  try {
    parseConnectionProfile(raw);
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}
