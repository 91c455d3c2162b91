import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runJob } from '../../jobs/runJob.ts';
import { startSandboxReceiver } from '../../jobs/sandboxReceiver.ts';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import type { ConnectionProfile } from '../../pipeline/connections/profile.ts';
import { createSubmissionLogSql, submissionLogTable } from '../../pipeline/submission/submissionLog.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { sandboxCredentials } from '../../sandbox/receiver/tokens.ts';
import { certifiedHost, createCertificates, type TestCertificates } from './postgresCertificates.ts';
import { hasPostgres, PostgresServer, postgresPassword } from './postgresServer.ts';
import { copySsd } from './postgresSsd.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const wrongPassword = 'Planted-Wrong-0815';
const filePassword = 'Planted-From-File-4711';
const plantedValue = 'Planted Surname';

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

/** Every file below a folder, as text and name. */
async function filesIn(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (name) => ({ name, text: await readFile(name, 'latin1') })));
}

describe.skipIf(!hasPostgres)('no secret and no value leaves PostgreSQL (needs PostgreSQL installed)', () => {
  let server: PostgresServer;
  let folder: string;
  let certificates: TestCertificates;
  /** Secrets in the disguises in which they could leave: as they are, and as a protocol or a log would write them. */
  let disguises: readonly string[];

  const expectClean = (text: string): void => {
    for (const disguise of disguises) expect(text).not.toContain(disguise);
  };
  const file = (name: string): string => path.join(folder, name);
  const open = (
    own: Partial<ConnectionProfile>,
    password: string | null = postgresPassword,
  ): Promise<SsdConnection> => {
    const trusting = { encrypt: true, caFile: file('ca.pem'), hostNameInCertificate: certifiedHost };
    const profile = { ...server.profile('public'), ...trusting, ...own };
    return openPostgresConnection(profile, { password: async () => password }, never);
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-pg-secrets-'));
    certificates = await createCertificates();
    const keyLines = certificates.client.key.split('\n').filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line));
    const secrets = [postgresPassword, wrongPassword, filePassword, plantedValue];
    disguises = [
      ...keyLines,
      ...secrets.flatMap((secret) => [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
      ]),
    ];
    expect(keyLines.length).toBeGreaterThan(5);
    await writeFile(file('ca.pem'), certificates.authority);
    await writeFile(file('client.pem'), certificates.client.cert);
    await writeFile(file('client.key'), certificates.client.key, { mode: 0o600 });
    await writeFile(file('pgpass'), `*:*:*:*:${filePassword}`, { mode: 0o600 });
    await writeFile(file('pgpass-open'), `*:*:*:*:${filePassword}`, { mode: 0o644 });
    server = await PostgresServer.start();
    await createSandboxDatabase(file('sandbox.sqlite'), { children: 20, seed: 5, asOf: runDate });
    const admin = await server.admin();
    await admin.query('CREATE ROLE certified LOGIN; CREATE ROLE nobody_here LOGIN');
    await copySsd(file('sandbox.sqlite'), admin);
    await admin.query('UPDATE ssd_person SET pers_surname = $1', [plantedValue]);
    await admin.query('ALTER TABLE ssd_person ADD CONSTRAINT short CHECK (length(pers_surname) < 100)');
    await admin.end();
    await server.encrypt({ ...certificates.server, ca: certificates.authority });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const certified = { authentication: { type: 'sql', user: 'certified' } } as const;
  const openings: [string, () => Partial<ConnectionProfile>, string | null, string][] = [
    ['a refused login', () => ({}), wrongPassword, 'pgpass'],
    ['a refused password of the password file', () => ({}), null, 'pgpass'],
    ['a password file that others may read', () => ({}), null, 'pgpass-open'],
    ['a password file that is a folder', () => ({}), null, '.'],
    ['a missing database', () => ({ database: 'other' }), postgresPassword, 'pgpass'],
    ['a port where nobody listens', () => ({ port: 1 }), postgresPassword, 'pgpass'],
    ['a certificate that is not trusted', () => ({ caFile: null }), postgresPassword, 'pgpass'],
    ['a certificate of another name', () => ({ hostNameInCertificate: 'x.example' }), postgresPassword, 'pgpass'],
    ['a missing certificate file', () => ({ caFile: '/nowhere/ca.pem' }), postgresPassword, 'pgpass'],
    ['a key in place of the authority', () => ({ caFile: file('client.key') }), postgresPassword, 'pgpass'],
    [
      'a key in place of the certificate',
      () => ({ ...certified, clientCertFile: file('client.key'), clientKeyFile: file('client.key') }),
      null,
      'pgpass',
    ],
    [
      'a certificate of somebody else',
      () => ({
        authentication: { type: 'sql', user: 'nobody_here' },
        clientCertFile: file('client.pem'),
        clientKeyFile: file('client.key'),
      }),
      wrongPassword,
      'pgpass',
    ],
  ];
  it.each(openings)('with %s', async (_, own, password, passwordFile) => {
    vi.stubEnv('PGPASSFILE', file(passwordFile));
    const error = await failureOf(() => open(own(), password));
    expect(error).toMatchObject({ name: 'DataflowError' });
    expectClean(everythingIn(error));
  });

  it.each([
    ['a value that does not convert', 'SELECT pers_surname::int AS n FROM ssd_person WHERE pers_surname = @surname'],
    ['a date that is none', "SELECT (pers_surname || '-01-01')::date AS d FROM ssd_person"],
    ['a value written by a query', 'INSERT INTO ssd_person (pers_surname) VALUES (repeat(@surname, 99)) RETURNING 1'],
    ['broken SQL', "SELECT FROM WHERE '"],
  ])('with %s', async (_, sql) => {
    const connection = await open({});
    const session = await connection.openReadSession(never);
    const error = await failureOf(async () => {
      for await (const _row of session.query(sql, { surname: plantedValue }, never));
    });
    expect(error).toMatchObject({ name: 'DataflowError' });
    expectClean(everythingIn(error));
    await session.close();
    await connection.close();
  });

  it('with a connection that is shown, or looked into', async () => {
    const connection = await open({});
    const session = await connection.openReadSession(never);
    await using store = await connection.openStaging('anon', never);
    for (const part of [connection, session, store]) {
      expectClean(`${inspect(part, { depth: 5, showHidden: true })}${JSON.stringify(part)}`);
    }
    await session.close();
    await connection.close();
  });

  it('in the audit trail, the journal, the answers in the database, progress and the submission log', async () => {
    const dataFolder = await mkdtemp(path.join(folder, 'data-'));
    const receiver = await startSandboxReceiver(dataFolder, { port: 0, faults: [], laCode: '201' });
    const admin = await server.admin();
    await admin.query(createSubmissionLogSql());
    const connection = {
      name: 'ssd',
      kind: 'postgres',
      purpose: 'test',
      server: '127.0.0.1',
      port: server.port,
      database: 'postgres',
      user: 'ssd_reader',
      caFile: file('ca.pem'),
      hostNameInCertificate: certifiedHost,
    };
    const environment = {
      workspaceFolder: null,
      dataFolder,
      trustWorkspaceEndpoints: false,
      overrides: {
        connections: [connection],
        passwords: { ssd: postgresPassword },
        laCode: '201',
        batchGapMs: 1,
        endpoints: { token: receiver.tokenEndpoint, test: receiver.endpoint },
        ...sandboxCredentials,
      },
    };
    const shown: unknown[] = [];
    const context = { progress: (step: unknown) => void shown.push(step), signal: never, now: () => new Date(runDate) };
    try {
      const source = { connection: 'ssd' };
      shown.push(await runJob('check', source, environment, context));
      shown.push(await runJob('stage', { ...source, create: true }, environment, context));
      const report = await runJob('submit', { ...source, mode: 'test', send: 'full' }, environment, context);
      shown.push(report);
      expect(report.accepted).not.toBe(0);
      const { rows: log } = await admin.query(`SELECT * FROM ${submissionLogTable}`);
      expect(log).not.toHaveLength(0);
      const { rows: answers } = await admin.query('SELECT api_response FROM ssd_api_data_staging_anon');
      expectClean(JSON.stringify([shown, log, answers]));
      // Bodies hold what was sent, names included; nowhere does a secret of the connection belong.
      const files = await filesIn(dataFolder);
      expect(files.some(({ name }) => name.includes('audit'))).toBe(true);
      for (const { name, text } of files) {
        const secrets = disguises.filter((disguise) => disguise !== plantedValue);
        for (const secret of secrets) expect(text.includes(secret), name).toBe(false);
        if (name.endsWith('.jsonl')) expect(text.includes(plantedValue), name).toBe(false);
      }
    } finally {
      await admin.end();
      await receiver.close();
    }
  }, 60_000);
});
