import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlServerConnection } from '../../pipeline/connections/sqlServer/sqlServerConnection.ts';
import { createSubmissionLogSql } from '../../pipeline/submission/submissionLog.ts';
import { failureOf, plantedPassword, startTestDatabase, type TestDatabase } from './sqlServer.ts';

const never = new AbortController().signal;

function preparePeople(database: TestDatabase['sqlite']): void {
  database.exec('CREATE TABLE ssd_person (pers_person_id NVARCHAR(48) PRIMARY KEY, pers_surname NVARCHAR(255))');
}

describe('opening a connection', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase(preparePeople, { accessToken: 'planted-entra-token' });
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const open = (own: Readonly<Record<string, unknown>>, password: string | null = plantedPassword) =>
    openSqlServerConnection(
      { ...database.profile, ...own },
      { password: async () => password, entraToken: async () => 'planted-entra-token' },
      never,
    ).then(async (connection) => {
      await connection.close();
      return connection;
    });

  it.each([
    ['a wrong password', {}, 'wrong', 'refused', 'refused the login'],
    ['no password', {}, null, 'configuration', 'No password is known'],
    [
      'a database that is not there',
      { database: 'Other' },
      plantedPassword,
      'refused',
      'database Other could not be opened',
    ],
    ['a port where nobody listens', { port: 1 }, plantedPassword, 'unreachable', 'Nothing answered at localhost,1'],
    [
      'an unknown host',
      { server: 'no-such-host.invalid' },
      plantedPassword,
      'unreachable',
      'is not known on this network',
    ],
    ['a certificate of its own', { encrypt: true }, plantedPassword, 'unreachable', 'There are two ways on'],
  ] as const)(
    'with %s says what to do',
    async (_, own, password, reason, words) => {
      const failure = await failureOf(open(own, password));
      expect(failure.reason).toBe(reason);
      expect(failure.message).toContain(words);
      expect(failure.message).not.toContain(plantedPassword);
    },
    30_000,
  );

  it('checks the certificate against a given authority, and the name in it', async () => {
    const caFile = path.join(path.dirname(database.file), 'ca.pem');
    await writeFile(caFile, database.server.state.certificate.cert);
    await open({ encrypt: true, caFile });
    const failure = await failureOf(open({ encrypt: true, caFile, hostNameInCertificate: 'sql.council.example' }));
    expect(failure.message).toContain('hostNameInCertificate');
  });

  it('trusts any certificate only when the setting says so', async () => {
    await open({ encrypt: true, trustServerCertificate: true });
  });

  it('logs in with an Entra access token', async () => {
    await open({ authentication: { type: 'entra', mode: 'default' } });
  });

  it('logs in with a Windows account and its password, and not with a wrong one', async () => {
    const account = { domain: 'COUNCIL', user: 'ann', password: 'Planted-Windows-1' };
    await using other = await startTestDatabase(preparePeople, { windowsUser: account });
    const profile = { ...other.profile, authentication: { type: 'ntlm', user: 'ann', domain: 'COUNCIL' } } as const;
    const logIn = (password: string) => openSqlServerConnection(profile, { password: async () => password }, never);
    const connection = await logIn(account.password);
    expect((await connection.describe(never)).canReadSsd).toBe(true);
    await connection.close();
    expect((await failureOf(logIn('wrong'))).message).toContain('refused the login');
  });

  it('sends the application name and the wish for a read-only replica', async () => {
    await open({ readOnlyIntent: true, applicationName: 'SSD check' });
    expect(database.server.state.logins.at(-1)).toEqual({ application: 'SSD check', readOnlyIntent: true });
  });

  it('explains what Windows authentication needs where its driver is missing', async () => {
    const failure = await failureOf(open({ authentication: { type: 'windows' } }));
    expect(failure.reason).toBe('configuration');
    expect(failure.message).toContain('Windows authentication works on Windows only');
  });

  it('stops at once when it is cancelled, also in the middle of a login', async () => {
    database.server.faults.add({ at: 'login', action: 'stall' });
    const controller = new AbortController();
    const opening = openSqlServerConnection(
      database.profile,
      { password: async () => plantedPassword },
      controller.signal,
    );
    await database.server.state.sawLogin();
    controller.abort();
    expect((await failureOf(opening)).reason).toBe('cancelled');
  });

  it('describes the database', async () => {
    const connection = await database.connect();
    const facts = await connection.describe(never);
    expect(facts).toMatchObject({
      product: 'SQL Server 2019 (15.0.4312.2), compatibility level 130',
      majorVersion: 15,
      compatibilityLevel: 130,
      canReadSsd: true,
      canCreateTable: true,
    });
    expect(facts.tables.get('ssd_person')).toEqual([
      { name: 'pers_person_id', type: 'nvarchar', maxLength: 48, nullable: true },
      { name: 'pers_surname', type: 'nvarchar', maxLength: 255, nullable: true },
    ]);
  });

  it('adds a line to the submission log where there is one', async () => {
    const connection = await database.connect();
    expect(await connection.openSubmissionLog?.(never)).toBeNull();
    database.sqlite.exec(createSubmissionLogSql());
    const log = await (await database.connect()).openSubmissionLog?.(never);
    const entry = {
      id: '20261122T060000Z-ab12',
      mode: 'test',
      laCode: '926',
      endpoint: 'https://localhost/children-in-social-care-data-receiver-test/1',
      startedAt: '2026-11-22T06:00:00.000Z',
      endedAt: '2026-11-22T06:05:00.000Z',
      outcome: 'completed',
      accepted: 12,
      notAttempted: 0,
      inDoubt: 0,
      rejected: [{}],
      blocked: [],
      user: "O'Neill",
      host: 'desk-1',
    } as const;
    await log?.append(entry, never);
    const row = database.sqlite.prepare('SELECT * FROM ssd_api_submission_log').get();
    expect(row).toMatchObject({
      submission_id: entry.id,
      accepted_count: 12,
      rejected_count: 1,
      submitted_by: "O'Neill",
    });
  });
});
