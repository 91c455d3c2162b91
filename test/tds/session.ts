import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ByteWriter } from './byteWriter.ts';
import { parseBatch, parseBulkRows, parseRpc, parseTransactionRequest, type RpcCall } from './clientMessages.ts';
import type { StoredValue } from './dataTypes.ts';
import type { Fault } from './faults.ts';
import { parseLogin7 } from './login7.ts';
import { framePackets, type Packet, PacketSplitter, packetType } from './packets.ts';
import { asServerError, isBusy, SqliteEngine } from './sqliteEngine.ts';
import type { ServerState } from './tdsServer.ts';
import { TlsTunnel } from './tlsTunnel.ts';
import * as tokens from './tokens.ts';
import { type Statement, TsqlError, translate } from './translate.ts';

type RunStatement = Extract<Statement, { kind: 'run' }>;

/** The client asked to stop, or went away: leave the statement without an answer of its own. */
class Interrupted extends Error {}

const flushAt = 16_384;
const readCommitted = 2;
const snapshotLevel = 5;

/** One client's connection from prelogin to its end. Messages are carried out one after the other. */
export class Session {
  readonly #socket: Socket;
  readonly #state: ServerState;
  readonly #out = new ByteWriter();
  readonly #queue: { type: number; data: Buffer }[] = [];
  readonly #closed: Promise<void>;
  #tunnel: TlsTunnel | undefined;
  #stream: Duplex;
  #phase: 'prelogin' | 'tls' | 'login' | 'ready' = 'prelogin';
  #parts: Buffer[] = [];
  #working = false;
  #attention = false;
  #ended = false;
  #packetSize = 4096;
  #engine: SqliteEngine | undefined;
  #isolation = readCommitted;
  #lockTimeout = 30_000;
  #transaction = 0n;
  #open = false;
  #created: string[] = [];
  #bulk: { table: string; columns: readonly string[] } | undefined;

  constructor(socket: Socket, state: ServerState) {
    this.#socket = socket;
    this.#stream = socket;
    this.#state = state;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => this.end());
    socket.once('close', () => this.end());
    const splitter = this.#splitter();
    socket.on('data', (chunk: Buffer) => {
      if (this.#tunnel !== undefined && !this.#tunnel.handshaking) this.#tunnel.feed(chunk);
      else splitter.write(chunk);
    });
  }

  /** Closes the socket and forgets what was open; an open transaction is rolled back. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tunnel?.end();
    this.#socket.destroy();
    if (!this.#working) this.#release();
    this.#state.sessionEnded(this);
  }

  #release(): void {
    this.#state.appLocks.release(this);
    this.#engine?.close();
    this.#engine = undefined;
  }

  #splitter(): PacketSplitter {
    const splitter = new PacketSplitter();
    splitter.on('data', (packet: Packet) => this.#onPacket(packet));
    splitter.on('error', () => this.end());
    return splitter;
  }

  #onPacket(packet: Packet): void {
    if (this.#phase === 'tls' && packet.type === packetType.prelogin) {
      this.#tunnel?.feed(packet.data);
      return;
    }
    if (packet.type === packetType.attention) {
      this.#state.countAttention();
      this.#attention = true;
      if (!this.#working) void this.#work();
      return;
    }
    this.#parts.push(packet.data);
    if (!packet.last) return;
    const data = Buffer.concat(this.#parts);
    this.#parts = [];
    // The client stopped in the middle of sending: the protocol says to answer with a bare DONE.
    this.#queue.push(packet.ignore ? { type: 0, data: Buffer.alloc(0) } : { type: packet.type, data });
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (!this.#ended && (this.#queue.length > 0 || this.#attention)) {
        const message = this.#queue.shift();
        if (message !== undefined) await this.#handle(message.type, message.data);
        if (this.#attention && !this.#ended) {
          this.#attention = false;
          tokens.writeDone(this.#out, 'batch', tokens.done.attention);
          await this.#flush(true);
        }
      }
    } catch (error) {
      this.#state.report(error);
      this.end();
    } finally {
      this.#working = false;
      if (this.#ended) this.#release();
    }
  }

  async #handle(type: number, data: Buffer): Promise<void> {
    switch (type) {
      case packetType.prelogin:
        return this.#prelogin(data);
      case packetType.login7:
        return this.#login(data);
      case packetType.sqlBatch:
        return this.#batch(parseBatch(data));
      case packetType.rpc:
        return this.#rpc(parseRpc(data));
      case packetType.bulkLoad:
        return this.#bulkLoad(data);
      case packetType.transaction:
        return this.#transactionRequest(data);
      default:
        tokens.writeDone(this.#out, 'batch', tokens.done.final);
        return this.#flush(true);
    }
  }

  async #prelogin(data: Buffer): Promise<void> {
    const wanted = preloginOption(data, 1)?.at(0) ?? 2;
    const encrypts = wanted === 1 || wanted === 3;
    const fedAuth = preloginOption(data, 6)?.at(0) ?? 0;
    const options: [number, Buffer][] = [
      [0, Buffer.from([Number.parseInt(this.#state.facts.productVersion, 10), 0, 0x0f, 0xa0, 0, 0])],
      [1, Buffer.from([encrypts ? 1 : 2])],
      [2, Buffer.from([0])],
      [3, Buffer.alloc(0)],
      [4, Buffer.from([0])],
      [6, Buffer.from([fedAuth])],
    ];
    const header = Buffer.alloc(options.length * 5 + 1, 0xff);
    let offset = header.length;
    for (const [i, [token, value]] of options.entries()) {
      header.writeUInt8(token, i * 5);
      header.writeUInt16BE(offset, i * 5 + 1);
      header.writeUInt16BE(value.length, i * 5 + 3);
      offset += value.length;
    }
    this.#out.bytes(Buffer.concat([header, ...options.map(([, value]) => value)]));
    await this.#flush(true);
    if (!encrypts) {
      this.#phase = 'login';
      return;
    }
    const { key, cert } = this.#state.certificate;
    const tunnel = new TlsTunnel(
      key,
      cert,
      (part, written) => this.#socket.write(part, () => written()),
      () => {
        this.#phase = 'login';
        this.#stream = tunnel.secure;
        tunnel.secure.pipe(this.#splitter());
      },
      () => this.end(),
    );
    this.#tunnel = tunnel;
    this.#phase = 'tls';
  }

  async #login(data: Buffer): Promise<void> {
    const login = parseLogin7(data);
    this.#state.addLogin(login);
    if (await this.#strike('login', login.user)) return;
    const refusal = this.#state.refuses(login);
    if (refusal !== undefined) {
      await this.#fail(refusal);
      this.#socket.end();
      return;
    }
    this.#engine = new SqliteEngine(this.#state.file, this.#state.facts);
    const { facts } = this.#state;
    tokens.writeTextChange(this.#out, 1, facts.database, 'master');
    tokens.writeCollationChange(this.#out);
    tokens.writeTextChange(this.#out, 2, 'us_english', '');
    tokens.writeLoginAck(this.#out, 'Microsoft SQL Server', Number.parseInt(facts.productVersion, 10));
    if (login.accessToken !== null) tokens.writeFedAuthAck(this.#out);
    const size = Math.min(Math.max(login.packetSize, 512), 32_767);
    tokens.writeTextChange(this.#out, 4, String(size), '4096');
    tokens.writeDone(this.#out, 'batch', tokens.done.final);
    await this.#flush(true);
    this.#packetSize = size;
    this.#phase = 'ready';
  }

  async #batch(sql: string): Promise<void> {
    await this.#answer(sql, async () => {
      await this.#statements(sql, {}, 'batch');
    });
  }

  async #rpc(call: RpcCall): Promise<void> {
    const values = Object.fromEntries(call.parameters.map((p) => [`@${p.name}`, p.value]));
    const sql = call.procedure === 'sp_executesql' ? String(call.parameters[0]?.value ?? '') : call.procedure;
    const declared = call.procedure === 'sp_executesql' ? String(call.parameters[1]?.value ?? '') : '';
    this.#state.parameterTypes = Object.fromEntries(
      [...declared.matchAll(/@(\w+) ([^@]+?)(?:, (?=@)|$)/g)].map((match) => [match[1], match[2]]),
    );
    await this.#answer(sql, async () => {
      let status = 0;
      if (call.procedure === 'sp_executesql') {
        const created = await this.#statements(sql, values, 'inProcedure');
        // What a procedure creates goes with it.
        for (const table of created) this.#engine?.dropTemporary(table);
      } else if (/^(\[?sys\]?\.)?sp_getapplock$/i.test(call.procedure)) status = await this.#appLock(values);
      else throw new TsqlError(2812, `Could not find stored procedure '${call.procedure}'.`);
      tokens.writeReturnStatus(this.#out, status);
      tokens.writeDone(this.#out, 'procedure', tokens.done.final);
    });
  }

  async #appLock(values: Readonly<Record<string, StoredValue>>): Promise<number> {
    const resource = String(values['@Resource']);
    const deadline = Date.now() + Number(values['@LockTimeout'] ?? this.#lockTimeout);
    while (!this.#state.appLocks.take(resource, this)) {
      if (Date.now() >= deadline) return -1;
      await this.#pause(5);
    }
    return 0;
  }

  async #bulkLoad(data: Buffer): Promise<void> {
    const bulk = this.#bulk;
    this.#bulk = undefined;
    await this.#answer(`bulk load ${bulk?.table ?? ''}`, async () => {
      if (bulk === undefined) throw new TsqlError(4002, 'The incoming bulk load was not announced.');
      const rows = parseBulkRows(data);
      if (!bulk.table.startsWith('#')) await this.#lockForWriting();
      this.#engine?.insert(bulk.table, bulk.columns, rows);
      tokens.writeDone(this.#out, 'batch', tokens.done.count, rows.length);
    });
  }

  async #transactionRequest(data: Buffer): Promise<void> {
    const request = parseTransactionRequest(data);
    await this.#answer(`transaction ${request.kind}`, async () => {
      if (request.kind === 'begin') await this.#begin(request.isolation === 0 ? this.#isolation : request.isolation);
      else if (request.kind === 'commit') this.#finish('COMMIT', 9);
      else if (request.kind === 'rollback') this.#finish('ROLLBACK', 10);
      else throw new TsqlError(50000, `The test server has no transaction request ${request.number}.`);
      tokens.writeDone(this.#out, 'batch', tokens.done.final);
    });
  }

  /**
   * BEGIN. A snapshot transaction is one of SQLite. Any other reads what is committed, statement by statement, and
   * becomes a transaction of SQLite, with the write lock of the whole database, when it first writes or locks.
   */
  async #begin(isolation: number): Promise<void> {
    this.#isolation = isolation;
    if (isolation === snapshotLevel) await this.#whenFree(() => this.#engine?.exec('BEGIN'));
    this.#open = true;
    this.#transaction = this.#state.nextTransaction();
    tokens.writeTransactionChange(this.#out, 8, this.#transaction);
  }

  #finish(sql: 'COMMIT' | 'ROLLBACK', change: 9 | 10): void {
    if (!this.#open) {
      throw new TsqlError(3902, `The ${sql} TRANSACTION request has no corresponding BEGIN TRANSACTION.`);
    }
    this.#open = false;
    if (this.#engine?.inTransaction === true) this.#engine.exec(sql);
    // Temporary tables are made outside SQLite's transaction, as they need no lock on the database.
    if (change === 10) for (const table of this.#created) this.#engine?.dropTemporary(table);
    this.#created = [];
    this.#state.appLocks.release(this);
    tokens.writeTransactionChange(this.#out, change, this.#transaction);
  }

  /** Carries out `work` with the faults around it, and ends the message in every case. */
  async #answer(text: string, work: () => Promise<void>): Promise<void> {
    this.#state.addStatement(text);
    if (await this.#strike('request', text)) return;
    try {
      await work();
    } catch (error) {
      if (error instanceof Interrupted) {
        if (this.#ended) return;
        tokens.writeDone(this.#out, 'batch', tokens.done.error);
        await this.#flush(true);
        return;
      }
      const refused = asServerError(error);
      await this.#fail({ number: refused.number, message: refused.message });
      return;
    }
    if (await this.#strike('answer', text)) return;
    await this.#flush(true);
  }

  /** Whether a fault struck, and so the message has been dealt with. */
  async #strike(at: Fault['at'], text: string): Promise<boolean> {
    const action = this.#state.faults.strike(at, text);
    if (action === undefined) return false;
    this.#out.take();
    if (action === 'drop') this.end();
    else if (action === 'stall') {
      while (!this.#attention && !this.#ended) await Promise.race([delay(5), this.#closed]);
      if (!this.#ended) {
        tokens.writeDone(this.#out, 'batch', tokens.done.error);
        await this.#flush(true);
      }
    } else await this.#fail(action);
    return true;
  }

  async #fail(error: tokens.ServerMessage): Promise<void> {
    tokens.writeError(this.#out, error, 'TESTSERVER');
    // A deadlock victim loses its transaction.
    if (error.number === 1205 && this.#open) this.#finish('ROLLBACK', 10);
    tokens.writeDone(this.#out, 'batch', tokens.done.error);
    await this.#flush(true);
  }

  async #statements(
    sql: string,
    values: Readonly<Record<string, StoredValue>>,
    kind: tokens.DoneKind,
  ): Promise<readonly string[]> {
    const engine = this.#engine;
    if (engine === undefined) throw new TsqlError(18456, 'Not logged in.');
    const statements = translate(sql, engine.scope);
    const created: string[] = [];
    for (const [i, statement] of statements.entries()) {
      const more = kind === 'inProcedure' || i < statements.length - 1 ? tokens.done.more : 0;
      await this.#statement(engine, statement, sql, values, kind, more);
      if (statement.kind === 'run') created.push(...statement.creates);
    }
    if (statements.length === 0 && kind === 'batch') tokens.writeDone(this.#out, kind, tokens.done.final);
    return created;
  }

  async #statement(
    engine: SqliteEngine,
    statement: Statement,
    text: string,
    values: Readonly<Record<string, StoredValue>>,
    kind: tokens.DoneKind,
    more: number,
  ): Promise<void> {
    switch (statement.kind) {
      case 'run':
        return this.#run(engine, statement, text, values, kind, more);
      case 'isolation':
        this.#isolation = statement.snapshot ? snapshotLevel : readCommitted;
        break;
      case 'lockTimeout':
        this.#lockTimeout = statement.milliseconds;
        break;
      case 'begin':
        await this.#begin(this.#isolation);
        break;
      case 'commit':
        this.#finish('COMMIT', 9);
        break;
      case 'rollback':
        if (!statement.onlyIfOpen || this.#open) this.#finish('ROLLBACK', 10);
        break;
      case 'insertBulk':
        this.#bulk = { table: statement.table, columns: statement.columns };
        break;
      case 'ignore':
    }
    tokens.writeDone(this.#out, kind, more);
  }

  async #run(
    engine: SqliteEngine,
    statement: RunStatement,
    text: string,
    values: Readonly<Record<string, StoredValue>>,
    kind: tokens.DoneKind,
    more: number,
  ): Promise<void> {
    this.#checkPermitted(statement);
    this.#checkDeclared(statement, values);
    if (statement.writes || statement.locksTable) await this.#lockForWriting();
    if (this.#open) this.#created.push(...statement.creates);
    if (!(await this.#whenFree(() => engine.givesRows(statement.sql)))) {
      const changed = await this.#whenFree(() => engine.change(statement.sql, values));
      tokens.writeDone(this.#out, kind, tokens.done.count | more, changed);
      return;
    }
    const result = await this.#whenFree(() => engine.open(statement.sql, values));
    const row = new ByteWriter();
    let count = 0;
    try {
      tokens.writeColumns(this.#out, result.columns);
      for (let next = result.rows.next(); next.done !== true; next = result.rows.next()) {
        const action = this.#state.faults.strike('row', text);
        if (action === 'drop') {
          await this.#flush(false);
          this.end();
        } else if (action === 'stall') while (!this.#attention && !this.#ended) await delay(5);
        else if (action !== undefined) throw new TsqlError(action.number, action.message);
        if (this.#attention || this.#ended) throw new Interrupted();
        // Apart, so that a value that cannot be sent leaves no half row behind.
        tokens.writeRow(row, result.columns, next.value);
        this.#out.bytes(row.take());
        count++;
        this.#state.rowsSent++;
        if (this.#out.length >= flushAt) await this.#flush(false);
      }
    } finally {
      result.rows.return?.();
    }
    tokens.writeDone(this.#out, kind, tokens.done.count | more, count);
  }

  async #lockForWriting(): Promise<void> {
    const engine = this.#engine;
    if (this.#open && engine?.inTransaction === false) await this.#whenFree(() => engine.exec('BEGIN IMMEDIATE'));
  }

  #checkDeclared(statement: RunStatement, values: Readonly<Record<string, StoredValue>>): void {
    const declared = new Set(Object.keys(values).map((name) => name.toLowerCase()));
    const unknown = statement.variables.find((name) => !declared.has(name));
    if (unknown !== undefined) throw new TsqlError(137, `Must declare the scalar variable "${unknown}".`);
  }

  #checkPermitted(statement: RunStatement): void {
    const { facts } = this.#state;
    if (this.#isolation === snapshotLevel && !facts.allowsSnapshot) {
      throw new TsqlError(3952, `Snapshot isolation transaction failed accessing database '${facts.database}'.`);
    }
    const verb = /^\s*(\w+(?: +table)?)/i.exec(statement.sql)?.[1]?.toUpperCase() ?? '';
    if (statement.writes && facts.denied.includes(verb)) {
      if (verb === 'CREATE TABLE') throw new TsqlError(262, 'CREATE TABLE permission denied in database.');
      throw new TsqlError(229, `The ${verb} permission was denied on the object.`);
    }
    if (!statement.writes && facts.denied.includes('SELECT') && /\b(from|join)\s+"?ssd_/i.test(statement.sql)) {
      throw new TsqlError(229, 'The SELECT permission was denied on the object.');
    }
  }

  /** Tries until no other session holds the lock, the lock timeout passes (error 1222) or the client gives up. */
  async #whenFree<T>(work: () => T): Promise<T> {
    const deadline = Date.now() + this.#lockTimeout;
    for (;;) {
      if (this.#attention || this.#ended) throw new Interrupted();
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (Date.now() >= deadline) throw new TsqlError(1222, 'Lock request time out period exceeded.');
        await this.#pause(5);
      }
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await Promise.race([delay(milliseconds), this.#closed]);
    if (this.#attention || this.#ended) throw new Interrupted();
  }

  /** Sends what was written, whole packets only unless `final`; waits while the client does not read. */
  async #flush(final: boolean): Promise<void> {
    if (this.#ended) throw new Interrupted();
    const all = this.#out.take();
    const room = this.#packetSize - 8;
    const whole = final ? all.length : Math.floor(all.length / room) * room;
    if (whole < all.length) this.#out.bytes(all.subarray(whole));
    if (!final && whole === 0) return;
    const frames = framePackets(packetType.response, all.subarray(0, whole), this.#packetSize, final);
    if (this.#stream.write(frames)) return;
    while (this.#stream.writableNeedDrain && !this.#ended && (final || !this.#attention)) {
      await Promise.race([new Promise((resolve) => this.#stream.once('drain', resolve)), delay(20), this.#closed]);
    }
  }
}

function preloginOption(data: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; data.readUInt8(at) !== 0xff; at += 5) {
    if (data.readUInt8(at) !== wanted) continue;
    const offset = data.readUInt16BE(at + 1);
    return data.subarray(offset, offset + data.readUInt16BE(at + 3));
  }
  return undefined;
}
