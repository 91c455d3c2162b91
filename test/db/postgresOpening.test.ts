import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { passwordFor } from '../../pipeline/connections/postgres/passwordFile.ts';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import type { ConnectionProfile } from '../../pipeline/connections/profile.ts';
import { certifiedHost, createCertificates, type TestCertificates } from './postgresCertificates.ts';
import { hasPostgres, PostgresServer, postgresPassword } from './postgresServer.ts';
import { failureOf } from './sqlServer.ts';

const never = new AbortController().signal;

describe('the password file of PostgreSQL', () => {
  const entry = { host: 'pg', port: 5432, database: 'ssd', user: 'reader' };
  it.each([
    ['the line for the connection', 'other:5432:ssd:reader:no\npg:5432:ssd:reader:yes', 'yes'],
    ['the first line that fits', '*:*:*:*:first\npg:5432:ssd:reader:second', 'first'],
    ['colons in a password, escaped or not', 'pg:5432:ssd:reader:a:b\\:c\\\\d', 'a:b:c\\d'],
    ['colons in a name', 'pg:5432:s\\:sd:reader:no', null],
    ['no comment', '#pg:5432:ssd:reader:no', null],
    ['no line that is cut off', 'pg:5432:ssd:reader', null],
  ])('takes %s', (_, text, password) => {
    expect(passwordFor(text, entry)).toBe(password);
  });
});

describe.skipIf(!hasPostgres)('opening a connection to PostgreSQL (needs PostgreSQL installed)', () => {
  let server: PostgresServer;
  let folder: string;
  let certificates: TestCertificates;

  const place = async (name: string, text: string, mode = 0o600): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    await chmod(file, mode);
    return file;
  };
  const open = async (own: Partial<ConnectionProfile>, password: string | null = postgresPassword): Promise<string> => {
    const profile = { ...server.profile('public'), encrypt: true, ...own };
    const connection = await openPostgresConnection(profile, { password: async () => password }, never);
    const { product } = await connection.describe(never);
    await connection.close();
    return product;
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-pg-opening-'));
    certificates = await createCertificates();
    await place('ca.pem', certificates.authority);
    await place('client.pem', certificates.client.cert);
    await place('client.key', certificates.client.key);
    server = await PostgresServer.start();
    const admin = await server.admin();
    await admin.query('CREATE ROLE certified LOGIN');
    await admin.end();
    await server.encrypt({ ...certificates.server, ca: certificates.authority });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const file = (name: string): string => path.join(folder, name);
  const trusting = () => ({ caFile: file('ca.pem'), hostNameInCertificate: certifiedHost });

  it('refuses a certificate that nobody here vouches for, and names the two ways on', async () => {
    const failure = await failureOf(open({}));
    expect(failure.reason).toBe('unreachable');
    expect(failure.message).toMatch(/two ways on.*caFile.*trustServerCertificate/);
  });

  it('takes a certificate of a given authority with the name that is expected in it', async () => {
    expect(await open(trusting())).toContain('PostgreSQL');
  });

  it('takes any certificate when the setting says so', async () => {
    expect(await open({ trustServerCertificate: true })).toContain('PostgreSQL');
  });

  it.each([
    ['the name that is connected to', null, '127.0.0.1'],
    ['the name that is given', 'other.council.example', 'other.council.example'],
  ])('refuses a certificate that is not for %s', async (_, hostNameInCertificate, named) => {
    const failure = await failureOf(open({ caFile: file('ca.pem'), hostNameInCertificate }));
    expect(failure.reason).toBe('unreachable');
    expect(failure.message).toContain(`for another name than ${named}`);
    expect(failure.message).toContain('hostNameInCertificate');
  });

  it('logs in with a client certificate, without any password', async () => {
    const own = { clientCertFile: file('client.pem'), clientKeyFile: file('client.key') };
    const authentication = { type: 'sql', user: 'certified' } as const;
    expect(await open({ ...trusting(), ...own, authentication }, null)).toContain('PostgreSQL');
    const failure = await failureOf(open({ ...trusting(), authentication }, null));
    expect(failure.reason).toBe('refused');
    expect(failure.message).toContain('refused the login');
  });

  it.each([
    ['a missing file', 'client.pem', 'missing.key', 'missing.key could not be read'],
    ['a key in place of the certificate', 'client.key', 'client.key', 'is not a certificate in PEM form'],
    ['a certificate in place of the key', 'client.pem', 'client.pem', 'is not a private key in PEM form'],
    ['a key of another certificate', 'client.pem', 'other.key', 'does not belong to the certificate'],
    ['a key with a passphrase', 'client.pem', 'locked.key', 'has a passphrase'],
    ['a key that others may read', 'client.pem', 'open.key', 'Other users of this computer may read'],
  ])('says what is wrong with %s, and shows nothing of it', async (_, cert, key, words) => {
    await place('other.key', certificates.server.key);
    await place('open.key', certificates.client.key, 0o644);
    await place('locked.key', certificates.client.key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'));
    const failure = await failureOf(open({ clientCertFile: file(cert), clientKeyFile: file(key) }));
    expect(failure.reason).toBe('configuration');
    expect(failure.message).toContain(words);
    const line = certificates.client.key.split('\n')[3] ?? 'no key';
    expect(`${failure.stack}${JSON.stringify(failure)}${String(failure.cause)}`).not.toContain(line);
  });

  it('takes the password from the password file when there is no other', async () => {
    const line = `127.0.0.1:${server.port}:postgres:ssd_reader:${postgresPassword}\n`;
    vi.stubEnv('PGPASSFILE', await place('pgpass', line));
    expect(await open(trusting(), null)).toContain('PostgreSQL');
    // A password of the connection's own goes before it.
    expect((await failureOf(open(trusting(), 'planted-wrong-password'))).message).toContain('refused the login');

    await chmod(file('pgpass'), 0o644);
    const readable = await failureOf(open(trusting(), null));
    expect(readable.reason).toBe('configuration');
    expect(readable.message).toContain('chmod 600');

    vi.stubEnv('PGPASSFILE', file('no-such-file'));
    const missing = await failureOf(open(trusting(), null));
    expect(missing.reason).toBe('configuration');
    expect(missing.message).toContain('has no line for it');
  });

  it('finds the password file in the home folder', async () => {
    vi.stubEnv('PGPASSFILE', '');
    vi.stubEnv('HOME', folder);
    await place('.pgpass', `*:*:*:*:${postgresPassword}`);
    expect(await open(trusting(), null)).toContain('PostgreSQL');
  });

  it('stops at once when it is cancelled while the server does not answer', async () => {
    const called = Promise.withResolvers<net.Socket>();
    const silent = net.createServer((socket) => called.resolve(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const controller = new AbortController();
    const profile = { ...server.profile('public'), port, connectTimeoutSeconds: 600 };
    const opening = openPostgresConnection(profile, { password: async () => null }, controller.signal);
    const socket = await called.promise;
    controller.abort();
    expect((await failureOf(opening)).reason).toBe('cancelled');
    socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
});
