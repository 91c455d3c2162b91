import { setTimeout as delay } from 'node:timers/promises';
import { ByteWriter } from './byteWriter.ts';
import { type ClientLine, Interrupted } from './clientLine.ts';
import { parseBulkRows, type RpcCall, type TransactionRequest } from './clientMessages.ts';
import type { StoredValue } from './dataTypes.ts';
import type { Fault } from './faults.ts';
import { asServerError, isBusy, type SqliteEngine } from './sqliteEngine.ts';
import type { ServerState } from './tdsServer.ts';
import * as tokens from './tokens.ts';
import { type Statement, TsqlError, translate } from './translate.ts';

type RunStatement = Extract<Statement, { kind: 'run' }>;

/** Bytes of tokens after which they are sent. */
const flushAt = 16_384;
const readCommitted = 2;
const snapshotLevel = 5;

/** Answers with an error. */
export async function fail(line: ClientLine, error: tokens.ServerMessage): Promise<void> {
  tokens.writeError(line.out, error, 'TESTSERVER');
  tokens.writeDone(line.out, 'batch', tokens.done.error);
  await line.flush(true);
}

/** Whether a fault struck, and so the message has been dealt with. */
export async function strike(line: ClientLine, state: ServerState, at: Fault['at'], text: string): Promise<boolean> {
  const action = state.faults.strike(at, text);
  if (action === undefined) return false;
  line.out.take();
  if (action === 'drop') line.end();
  else if (action === 'stall') {
    while (!line.interrupted) await Promise.race([delay(5), line.closed]);
    if (!line.ended) {
      tokens.writeDone(line.out, 'batch', tokens.done.error);
      await line.flush(true);
    }
  } else await fail(line, action);
  return true;
}

/** Carries out what a client that has logged in asks for. */
export class RequestRunner {
  readonly #line: ClientLine;
  readonly #state: ServerState;
  readonly #engine: SqliteEngine;
  #isolation = readCommitted;
  #lockTimeout = 30_000;
  #transaction = 0n;
  #open = false;
  #created: string[] = [];
  #bulk: { table: string; columns: readonly string[] } | undefined;

  constructor(line: ClientLine, state: ServerState, engine: SqliteEngine) {
    this.#line = line;
    this.#state = state;
    this.#engine = engine;
  }

  /** Lets go of the database; an open transaction is rolled back. */
  close(): void {
    this.#state.appLocks.release(this);
    this.#engine.close();
  }

  async batch(sql: string): Promise<void> {
    await this.#answer(sql, async () => {
      await this.#statements(sql, {}, 'batch');
    });
  }

  async rpc(call: RpcCall): Promise<void> {
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
        for (const table of created) this.#engine.dropTemporary(table);
      } else if (/^(\[?sys\]?\.)?sp_getapplock$/i.test(call.procedure)) status = await this.#appLock(values);
      else throw new TsqlError(2812, `Could not find stored procedure '${call.procedure}'.`);
      tokens.writeReturnStatus(this.#line.out, status);
      tokens.writeDone(this.#line.out, 'procedure', tokens.done.final);
    });
  }

  async #appLock(values: Readonly<Record<string, StoredValue>>): Promise<number> {
    const resource = String(values['@Resource']);
    const deadline = Date.now() + Number(values['@LockTimeout'] ?? this.#lockTimeout);
    while (!this.#state.appLocks.take(resource, this)) {
      if (Date.now() >= deadline) return -1;
      await this.#line.pause(5);
    }
    return 0;
  }

  async bulkLoad(data: Buffer): Promise<void> {
    const bulk = this.#bulk;
    this.#bulk = undefined;
    await this.#answer(`bulk load ${bulk?.table ?? ''}`, async () => {
      if (bulk === undefined) throw new TsqlError(4002, 'The incoming bulk load was not announced.');
      const rows = parseBulkRows(data);
      if (!bulk.table.startsWith('#')) await this.#lockForWriting();
      this.#engine.insert(bulk.table, bulk.columns, rows);
      tokens.writeDone(this.#line.out, 'batch', tokens.done.count, rows.length);
    });
  }

  async transaction(request: TransactionRequest): Promise<void> {
    await this.#answer(`transaction ${request.kind}`, async () => {
      if (request.kind === 'begin') await this.#begin(request.isolation === 0 ? this.#isolation : request.isolation);
      else if (request.kind === 'commit') this.#finish('COMMIT', 9);
      else if (request.kind === 'rollback') this.#finish('ROLLBACK', 10);
      else throw new TsqlError(50000, `The test server has no transaction request ${request.number}.`);
      tokens.writeDone(this.#line.out, 'batch', tokens.done.final);
    });
  }

  /**
   * BEGIN. A snapshot transaction is one of SQLite. Any other reads what is committed, statement by statement, and
   * becomes a transaction of SQLite, with the write lock of the whole database, when it first writes or locks.
   */
  async #begin(isolation: number): Promise<void> {
    this.#isolation = isolation;
    if (isolation === snapshotLevel) await this.#whenFree(() => this.#engine.exec('BEGIN'));
    this.#open = true;
    this.#transaction = this.#state.nextTransaction();
    tokens.writeTransactionChange(this.#line.out, 8, this.#transaction);
  }

  #finish(sql: 'COMMIT' | 'ROLLBACK', change: 9 | 10): void {
    if (!this.#open) {
      throw new TsqlError(3902, `The ${sql} TRANSACTION request has no corresponding BEGIN TRANSACTION.`);
    }
    this.#open = false;
    if (this.#engine.inTransaction) this.#engine.exec(sql);
    // Temporary tables are made outside SQLite's transaction, as they need no lock on the database.
    if (change === 10) for (const table of this.#created) this.#engine.dropTemporary(table);
    this.#created = [];
    this.#state.appLocks.release(this);
    tokens.writeTransactionChange(this.#line.out, change, this.#transaction);
  }

  /** Carries out `work` with the faults around it, and ends the message in every case. */
  async #answer(text: string, work: () => Promise<void>): Promise<void> {
    this.#state.addStatement(text);
    if (await strike(this.#line, this.#state, 'request', text)) return;
    try {
      await work();
    } catch (error) {
      if (error instanceof Interrupted) {
        if (this.#line.ended) return;
        tokens.writeDone(this.#line.out, 'batch', tokens.done.error);
        await this.#line.flush(true);
        return;
      }
      const refused = asServerError(error);
      await this.#fail({ number: refused.number, message: refused.message });
      return;
    }
    if (await strike(this.#line, this.#state, 'answer', text)) return;
    await this.#line.flush(true);
  }

  async #fail(error: tokens.ServerMessage): Promise<void> {
    // A deadlock victim loses its transaction.
    if (error.number === 1205 && this.#open) this.#finish('ROLLBACK', 10);
    await fail(this.#line, error);
  }

  async #statements(
    sql: string,
    values: Readonly<Record<string, StoredValue>>,
    kind: tokens.DoneKind,
  ): Promise<readonly string[]> {
    const engine = this.#engine;
    const statements = translate(sql, engine.scope);
    const created: string[] = [];
    for (const [i, statement] of statements.entries()) {
      const more = kind === 'inProcedure' || i < statements.length - 1 ? tokens.done.more : 0;
      await this.#statement(engine, statement, sql, values, kind, more);
      if (statement.kind === 'run') created.push(...statement.creates);
    }
    if (statements.length === 0 && kind === 'batch') tokens.writeDone(this.#line.out, kind, tokens.done.final);
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
    tokens.writeDone(this.#line.out, kind, more);
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
      tokens.writeDone(this.#line.out, kind, tokens.done.count | more, changed);
      return;
    }
    const result = await this.#whenFree(() => engine.open(statement.sql, values));
    const row = new ByteWriter();
    let count = 0;
    try {
      tokens.writeColumns(this.#line.out, result.columns);
      for (let next = result.rows.next(); next.done !== true; next = result.rows.next()) {
        const action = this.#state.faults.strike('row', text);
        if (action === 'drop') {
          await this.#line.flush(false);
          this.#line.end();
        } else if (action === 'stall') while (!this.#line.interrupted) await delay(5);
        else if (action !== undefined) throw new TsqlError(action.number, action.message);
        if (this.#line.interrupted) throw new Interrupted();
        // Apart, so that a value that cannot be sent leaves no half row behind.
        tokens.writeRow(row, result.columns, next.value);
        this.#line.out.bytes(row.take());
        count++;
        this.#state.rowsSent++;
        if (this.#line.out.length >= flushAt) await this.#line.flush(false);
      }
    } finally {
      result.rows.return?.();
    }
    tokens.writeDone(this.#line.out, kind, tokens.done.count | more, count);
  }

  async #lockForWriting(): Promise<void> {
    const engine = this.#engine;
    if (this.#open && !engine.inTransaction) await this.#whenFree(() => engine.exec('BEGIN IMMEDIATE'));
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
      if (this.#line.interrupted) throw new Interrupted();
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (Date.now() >= deadline) throw new TsqlError(1222, 'Lock request time out period exceeded.');
        await this.#line.pause(5);
      }
    }
  }
}
