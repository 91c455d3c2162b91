import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { AppLocks } from './appLocks.ts';
import { FaultPlan } from './faults.ts';
import type { Login } from './login7.ts';
import type { WindowsUser } from './ntlm.ts';
import { Session } from './session.ts';
import type { ServerFacts } from './sqliteEngine.ts';
import { createCertificate, type TestCertificate } from './testCertificate.ts';
import type { ServerMessage } from './tokens.ts';

/**
 * A test server that speaks TDS 7.4, the protocol of SQL Server, over a real socket and answers from a SQLite file,
 * so that drivers are exercised for real.
 *
 * It does: prelogin, TLS inside TDS (TLS 1.2), SQL Server logins, Windows logins by NTLMv2, Entra access tokens (by
 * comparison with a given one), SQL batches, `sp_executesql` with parameters, `sp_getapplock`, bulk load, attention,
 * transaction manager requests, errors by number, rows streamed with back-pressure, and the faults of faults.ts.
 *
 * It does not: Kerberos, MARS, TDS 8, prepared statements, table-valued parameters, several result sets from stored
 * procedures, most T-SQL. `translate.ts` says what it translates; text compares case-sensitive and without
 * trailing-space rules, as SQLite does. Locks are SQLite's: one writer at a time for the whole database, readers see the
 * last commit, and a transaction outside SNAPSHOT isolation takes the write lock when it first writes or locks.
 */
export class TdsServer {
  readonly state: ServerState;
  readonly #server: Server;

  private constructor(state: ServerState) {
    this.state = state;
    this.#server = createServer((socket) => {
      socket.setNoDelay(true);
      state.sessions.add(new Session(socket, state));
    });
  }

  /** Starts on a free port of the loopback interface. */
  static async start(options: TdsServerOptions): Promise<TdsServer> {
    const db = new DatabaseSync(options.file);
    // Readers then keep their view while others write, which is what snapshot isolation is.
    db.exec('PRAGMA journal_mode = WAL');
    db.close();
    const certificate = await createCertificate(options.certificateHost ?? 'localhost');
    const server = new TdsServer(new ServerState(options, certificate));
    server.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get faults(): FaultPlan {
    return this.state.faults;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.state.sessions) session.end();
    this.#server.close();
    await once(this.#server, 'close');
    if (this.state.failures.length > 0) throw new AggregateError(this.state.failures, 'The test server failed');
  }
}

export interface TdsServerOptions {
  /** SQLite database file that holds the tables. */
  readonly file: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  /** Windows account that may log in by NTLM; none without it. */
  readonly windowsUser?: WindowsUser;
  /** Entra access token that is accepted; none without it. */
  readonly accessToken?: string;
  /** Host name in the certificate. */
  readonly certificateHost?: string;
  readonly facts?: Partial<ServerFacts>;
}

/** What all sessions of a server share. */
export class ServerState {
  readonly file: string;
  readonly facts: ServerFacts;
  readonly certificate: TestCertificate;
  readonly faults = new FaultPlan();
  readonly appLocks = new AppLocks();
  readonly sessions = new Set<Session>();
  /** Texts of everything that clients asked for, in order; bulk loads and transactions by a description. */
  readonly statements: string[] = [];
  /** Declared types of the parameters of the last `sp_executesql`, by name. */
  parameterTypes: Readonly<Record<string, string>> = {};
  readonly logins: { application: string; readOnlyIntent: boolean }[] = [];
  /** Faults of the server itself, reported when it stops so that a test does not pass over them. */
  readonly failures: unknown[] = [];
  attentions = 0;
  rowsSent = 0;
  readonly windowsUser: WindowsUser | undefined;
  readonly #options: TdsServerOptions;
  readonly #events = new EventEmitter();
  #transactions = 0n;

  constructor(options: TdsServerOptions, certificate: TestCertificate) {
    this.#options = options;
    this.file = options.file;
    this.windowsUser = options.windowsUser;
    this.certificate = certificate;
    this.facts = {
      database: 'SSD',
      productVersion: '15.0.4312.2',
      compatibilityLevel: 130,
      allowsSnapshot: true,
      schema: 'dbo',
      defaultSchema: 'dbo',
      denied: [],
      readOnly: false,
      ...options.facts,
    };
  }

  /** Why a login is refused, as SQL Server says it; undefined when it may come in. */
  refuses(login: Login): ServerMessage | undefined {
    const refused = (message: string): ServerMessage => ({ number: 18456, message, severity: 14 });
    if (login.integrated) return refused('Login failed. The login is from an untrusted domain.');
    if (login.accessToken !== null) {
      return login.accessToken === this.#options.accessToken ? undefined : refused("Login failed for user '<token>'.");
    }
    const known = login.user === (this.#options.user ?? 'tester') && login.password === this.#options.password;
    if (this.#options.password !== undefined && !known) return refused(`Login failed for user '${login.user}'.`);
    if (login.database !== '' && login.database.toLowerCase() !== this.facts.database.toLowerCase()) {
      const message = `Cannot open database "${login.database}" requested by the login. The login failed.`;
      return { number: 4060, message, severity: 11 };
    }
    return undefined;
  }

  /** Resolves when a client has asked for something that matches. */
  async saw(pattern: RegExp): Promise<void> {
    while (!this.statements.some((text) => pattern.test(text))) await once(this.#events, 'statement');
  }

  /** Resolves at the next login. */
  async sawLogin(): Promise<void> {
    await once(this.#events, 'login');
  }

  addStatement(text: string): void {
    this.statements.push(text);
    this.#events.emit('statement');
  }

  addLogin(login: Login): void {
    this.logins.push({ application: login.application, readOnlyIntent: login.readOnlyIntent });
    this.#events.emit('login');
  }

  countAttention(): void {
    this.attentions++;
  }

  nextTransaction(): bigint {
    this.#transactions++;
    return this.#transactions;
  }

  report(failure: unknown): void {
    this.failures.push(failure);
  }

  sessionEnded(session: Session): void {
    this.sessions.delete(session);
  }
}
