import { execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { ConnectionProfile } from '../../pipeline/connections/profile.ts';

const execute = promisify(execFile);

/** The password of the test server's one user. Invented, and planted where tests look for leaks. */
export const postgresPassword = 'planted-postgres-password-77';
const user = 'ssd_reader';

/** Folder of PostgreSQL's programs, newest version first; null when PostgreSQL is not installed. */
function programs(): string | null {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  return (
    versions.map((version) => path.join(base, version, 'bin')).find((bin) => existsSync(path.join(bin, 'initdb'))) ??
    null
  );
}

/** Whether the tests can run. Without it they are skipped: install Debian's package `postgresql` and run them again. */
export const hasPostgres = programs() !== null;

/** PostgreSQL refuses to run as root; Debian's package makes a user for it. */
function owner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

/** A real PostgreSQL with a data folder of its own, for one test file. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #bin: string;
  readonly #as: SpawnOptions;
  #schemas = 0;
  #settings: readonly string[] = [];

  private constructor(port: number, folder: string, bin: string, as: SpawnOptions) {
    this.port = port;
    this.#folder = folder;
    this.#bin = bin;
    this.#as = as;
  }

  static async start(): Promise<PostgresServer> {
    const bin = programs();
    if (bin === null) throw new Error('PostgreSQL is not installed');
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-pg-'));
    const as = owner();
    if (as !== null) await chown(folder, as.uid, as.gid);
    chmodSync(folder, 0o700);
    const server = new PostgresServer(await freePort(), folder, bin, as ?? {});
    const data = path.join(folder, 'data');
    const { uid, gid } = as ?? {};
    const identity = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }), cwd: folder };
    await execute(
      path.join(bin, 'initdb'),
      ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'],
      identity,
    );
    await server.#control('start');
    const admin = await server.admin();
    await admin.query(`ALTER USER ${user} PASSWORD '${postgresPassword}'`);
    await admin.end();
    return server;
  }

  /** Starts or stops the server; `immediate` is as if the power went. */
  async #control(what: 'start' | 'stop', mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const data = path.join(this.#folder, 'data');
    const options = `-p ${this.port} -h 127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=60 ${this.#settings.map((setting) => `-c ${setting}`).join(' ')}`;
    const args =
      what === 'start'
        ? ['-D', data, '-w', '-l', path.join(this.#folder, 'log'), '-o', options, 'start']
        : ['-D', data, '-w', '-m', mode, 'stop'];
    await new Promise<void>((resolve, reject) => {
      const child = spawn(path.join(this.#bin, 'pg_ctl'), args, { ...this.#as, cwd: this.#folder, stdio: 'ignore' });
      child.once('error', reject);
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`pg_ctl ${what} ended with ${code}`))));
    });
  }

  /** Ends the server without warning and starts it again. */
  async crash(): Promise<void> {
    await this.#control('stop', 'immediate');
    await this.#control('start');
  }

  stop(): Promise<void> {
    return this.#control('stop', 'immediate');
  }

  start(): Promise<void> {
    return this.#control('start');
  }

  /**
   * Restarts the server with encryption. Over TLS the user logs in with the password, the user `certified` with a
   * certificate of that name from the authority; without TLS everybody on this computer gets in, as before.
   */
  async encrypt(files: { readonly cert: string; readonly key: string; readonly ca: string }): Promise<void> {
    const place = async (name: string, text: string): Promise<void> => {
      const file = path.join(this.#folder, name);
      await writeFile(file, text, { mode: 0o600 });
      if (this.#as.uid !== undefined && this.#as.gid !== undefined) await chown(file, this.#as.uid, this.#as.gid);
    };
    await place('server.crt', files.cert);
    await place('server.key', files.key);
    await place('ca.crt', files.ca);
    const rules = [
      'hostssl all certified all cert',
      'hostssl all all all scram-sha-256',
      'hostnossl all all all trust',
      '',
    ];
    await place('pg_hba.conf', rules.join('\n'));
    const file = (name: string): string => path.join(this.#folder, name);
    this.#settings = [
      'ssl=on',
      `ssl_cert_file=${file('server.crt')}`,
      `ssl_key_file=${file('server.key')}`,
      `ssl_ca_file=${file('ca.crt')}`,
      `hba_file=${file('pg_hba.conf')}`,
    ];
    await this.#control('stop', 'fast');
    await this.#control('start');
  }

  /** A connection behind the product's back. */
  async admin(schema = 'public', database = 'postgres'): Promise<pg.Client> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port,
      user,
      database,
      password: postgresPassword,
    });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`SET search_path TO "${schema}"`);
    return client;
  }

  /** A new, empty schema for one test. */
  async schema(): Promise<string> {
    const name = `Test Schema ${++this.#schemas}`;
    const client = await this.admin();
    await client.query(`CREATE SCHEMA "${name}"`);
    await client.end();
    return name;
  }

  profile(schema: string): ConnectionProfile {
    return {
      name: 'postgres',
      kind: 'postgres',
      purpose: 'test',
      server: '127.0.0.1',
      instance: null,
      port: this.port,
      database: 'postgres',
      schema,
      authentication: { type: 'sql', user },
      encrypt: false,
      trustServerCertificate: false,
      caFile: null,
      clientCertFile: null,
      clientKeyFile: null,
      hostNameInCertificate: null,
      connectTimeoutSeconds: 10,
      queryTimeoutSeconds: 60,
      readOnlyIntent: false,
      multiSubnetFailover: false,
      applicationName: 'ssd-dataflow-test',
      odbcDriver: null,
      file: null,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#control('stop', 'immediate').catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export const postgresSecrets = { password: () => Promise.resolve(postgresPassword) };
