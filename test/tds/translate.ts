import { type SqlToken, splitStatements, tokenise } from './tsqlTokens.ts';

/** What one T-SQL statement asks for, in terms that the session can carry out on SQLite. */
export type Statement =
  | { readonly kind: 'ignore' }
  | { readonly kind: 'isolation'; readonly snapshot: boolean }
  | { readonly kind: 'lockTimeout'; readonly milliseconds: number }
  | { readonly kind: 'begin' | 'commit' }
  | { readonly kind: 'rollback'; readonly onlyIfOpen: boolean }
  | { readonly kind: 'insertBulk'; readonly table: string; readonly columns: readonly string[] }
  | {
      readonly kind: 'run';
      readonly sql: string;
      readonly writes: boolean;
      /** A table hint asked to hold a lock on the table until the transaction ends. */
      readonly locksTable: boolean;
      /** Variables that the statement names, in lower case with their `@`. */
      readonly variables: readonly string[];
      /** Temporary tables that the statement creates. */
      readonly creates: readonly string[];
    };

/** Where names resolve: the schema that holds the tables, and the one that unqualified names mean. */
export interface NameScope {
  readonly schema: string;
  readonly defaultSchema: string;
  isTable(name: string): boolean;
}

/** A statement that SQL Server would refuse: its number and its words. */
export class TsqlError extends Error {
  readonly number: number;

  constructor(number: number, message: string) {
    super(message);
    this.name = 'TsqlError';
    this.number = number;
  }
}

const hints = new Set(['tablock', 'tablockx', 'holdlock', 'updlock', 'nolock', 'rowlock', 'xlock', 'serializable']);
const catalog = new Map([
  ['sys.databases', 'temp.sys_databases'],
  ['sys.schemas', 'temp.sys_schemas'],
  ['information_schema.columns', 'temp.information_schema_columns'],
]);
const beforeTable = new Set(['from', 'join', 'into', 'update', 'table', ',', 'on']);

/**
 * Translates the T-SQL of a batch. It knows what this product sends and what the portable extract pack is written in,
 * nothing more: anything else reaches SQLite as it is and fails there.
 */
export function translate(batch: string, scope: NameScope): Statement[] {
  // The driver opens a session with a list of SET options that has no semicolons.
  if (/^\s*set\s+ansi_nulls\b/i.test(batch)) return [{ kind: 'ignore' }];
  return splitStatements(batch).map((tokens) => translateStatement(tokens, scope));
}

function words(tokens: readonly SqlToken[]): string {
  return tokens
    .map((token) => token.name)
    .join('')
    .trim()
    .replaceAll(/\s+/g, ' ');
}

function translateStatement(tokens: readonly SqlToken[], scope: NameScope): Statement {
  const text = words(tokens);
  if (text.startsWith('set transaction isolation level ')) {
    return { kind: 'isolation', snapshot: text.endsWith('snapshot') };
  }
  const lockTimeout = /^set lock_timeout (\d+)$/.exec(text);
  if (lockTimeout !== null) return { kind: 'lockTimeout', milliseconds: Number(lockTimeout[1]) };
  if (text.startsWith('set ')) return { kind: 'ignore' };
  if (/^begin tran(saction)?$/.test(text)) return { kind: 'begin' };
  if (/^commit( tran(saction)?)?$/.test(text)) return { kind: 'commit' };
  if (/^(if @@trancount ?> ?0 )?rollback( tran(saction)?)?$/.test(text)) {
    return { kind: 'rollback', onlyIfOpen: text.startsWith('if') };
  }
  if (text.startsWith('insert bulk ')) return insertBulk(tokens);
  return new StatementTranslator(tokens, scope).run();
}

function insertBulk(tokens: readonly SqlToken[]): Statement {
  const names = tokens.filter((token) => token.kind === 'word' || token.kind === 'quoted');
  const columns = tokens.filter((token) => token.kind === 'quoted').map((token) => token.name);
  const target = names[2];
  if (target === undefined) throw new TsqlError(102, 'Incorrect syntax in INSERT BULK.');
  const table = target.name;
  return { kind: 'insertBulk', table, columns: columns.filter((column) => column !== table) };
}

class StatementTranslator {
  readonly #tokens: readonly SqlToken[];
  readonly #scope: NameScope;
  readonly #out: string[] = [];
  readonly #creates: string[] = [];
  #at = 0;
  #limit: string | null = null;
  #locksTable = false;
  /** The last token that said something, in lower case. */
  #before = '';
  #inCreateTable = false;
  #identity = false;

  constructor(tokens: readonly SqlToken[], scope: NameScope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  run(): Statement {
    const first = this.#tokens.find((token) => token.kind !== 'space')?.name ?? '';
    const second = this.#tokens.filter((token) => token.kind !== 'space')[1]?.name ?? '';
    this.#inCreateTable = first === 'create' && second === 'table';
    while (this.#at < this.#tokens.length) this.#step();
    if (this.#limit !== null) this.#out.push(` LIMIT ${this.#limit}`);
    const sql = updateThroughAlias(this.#out.join(''));
    const temporary = /^\s*(create temp|insert into "#|drop table "#)/i.test(sql);
    return {
      kind: 'run',
      sql,
      writes: first !== 'select' && first !== 'with' && !temporary,
      locksTable: this.#locksTable,
      creates: this.#creates,
      variables: this.#tokens
        .filter((token) => token.kind === 'variable' && !token.text.startsWith('@@'))
        .map((token) => token.name),
    };
  }

  #peek(ahead: number): SqlToken | undefined {
    return this.#meaningful(ahead)?.token;
  }

  /** The `ahead`-th token from here that is no space, with its index. */
  #meaningful(ahead: number): { token: SqlToken; index: number } | undefined {
    let left = ahead;
    for (let index = this.#at; index < this.#tokens.length; index++) {
      const token = this.#tokens[index];
      if (token === undefined || token.kind === 'space') continue;
      if (left === 0) return { token, index };
      left--;
    }
    return undefined;
  }

  #skip(count: number): void {
    const last = this.#meaningful(count - 1);
    this.#at = (last?.index ?? this.#tokens.length) + 1;
  }

  #emit(text: string, before: string): void {
    this.#out.push(text);
    this.#before = before;
  }

  #step(): void {
    const token = this.#tokens[this.#at];
    if (token === undefined) return;
    if (token.kind === 'space') {
      this.#out.push(' ');
      this.#at++;
      return;
    }
    if (token.kind === 'word' || token.kind === 'quoted') {
      this.#name(token);
      return;
    }
    if (token.kind === 'number' && token.text.toLowerCase().startsWith('0x')) {
      this.#emit(`x'${token.text.slice(2)}'`, 'x');
    } else if (token.kind === 'variable' && token.name === '@@spid') this.#emit('1', '1');
    else this.#emit(token.text, token.name);
    if (token.text === ',') this.#identity = false;
    this.#at++;
  }

  #name(token: SqlToken): void {
    const next = this.#peek(1);
    const afterNext = this.#peek(2);
    if (token.kind === 'word' && this.#keyword(token, next, afterNext)) return;
    if (next?.text === '.' && afterNext !== undefined && this.#qualified(token, afterNext)) return;
    if (token.name.startsWith('#')) {
      this.#temporary(token);
      return;
    }
    const unqualified = beforeTable.has(this.#before) && this.#before !== 'on';
    if (unqualified && this.#scope.schema !== this.#scope.defaultSchema && this.#scope.isTable(token.name)) {
      throw new TsqlError(208, `Invalid object name '${token.name}'.`);
    }
    this.#emit(token.kind === 'quoted' ? `"${token.name}"` : token.text, token.name);
    this.#at++;
  }

  /** Whether the token was a keyword that SQLite spells otherwise. */
  #keyword(token: SqlToken, next: SqlToken | undefined, afterNext: SqlToken | undefined): boolean {
    switch (token.name) {
      case 'with':
        if (next?.text !== '(' || !hints.has(afterNext?.name ?? '')) return false;
        this.#hints();
        return true;
      case 'top':
        if (next?.text !== '(') return false;
        this.#limit = afterNext?.text ?? '0';
        this.#skip(4);
        return true;
      case 'collate':
        this.#emit('COLLATE BINARY', 'binary');
        this.#skip(2);
        return true;
      case 'max':
        if (next?.text !== ')' || this.#before !== '(') return false;
        // The type `nvarchar(max)`; SQLite takes only numbers there.
        this.#emit('2147483647', 'max');
        this.#at++;
        return true;
      case 'getdate':
      case 'sysutcdatetime':
        this.#emit('CURRENT_TIMESTAMP', 'current_timestamp');
        this.#skip(3);
        return true;
      case 'identity':
        this.#identity = true;
        this.#emit('PRIMARY KEY', 'key');
        this.#skip(6);
        return true;
      case 'primary':
        if (!this.#identity) return false;
        this.#skip(2);
        return true;
      case 'not':
        if (!this.#identity || next?.name !== 'null') return false;
        this.#skip(2);
        return true;
      case 'int':
        if (!this.#inCreateTable || next?.name !== 'identity') return false;
        this.#emit('INTEGER', 'integer');
        this.#at++;
        return true;
      case 'option':
        this.#at = this.#tokens.length;
        return true;
      default:
        return false;
    }
  }

  #hints(): void {
    const from = this.#at;
    while (this.#at < this.#tokens.length && this.#tokens[this.#at]?.text !== ')') this.#at++;
    const names = this.#tokens.slice(from, this.#at).map((token) => token.name);
    if (names.includes('holdlock') || names.includes('tablockx') || names.includes('updlock')) this.#locksTable = true;
    this.#at++;
  }

  /** `schema.table`, `tempdb..#t` or a catalog view; false for `table.column`, which SQLite reads as it is. */
  #qualified(token: SqlToken, second: SqlToken): boolean {
    const view = catalog.get(`${token.name}.${second.name}`);
    if (view !== undefined) {
      this.#emit(view, view);
      this.#skip(3);
      return true;
    }
    if (token.name === this.#scope.schema.toLowerCase()) {
      this.#emit(`"${second.name}"`, second.name);
      this.#skip(3);
      return true;
    }
    if (beforeTable.has(this.#before) && this.#scope.isTable(second.name) && this.#before !== 'on') {
      throw new TsqlError(208, `Invalid object name '${token.name}.${second.name}'.`);
    }
    return false;
  }

  #temporary(token: SqlToken): void {
    if (this.#inCreateTable && this.#before === 'table') {
      // `CREATE TABLE` has been written already; a temporary table needs its own word.
      const all = this.#out.join('').replace(/create\s+table\s*$/i, 'CREATE TEMP TABLE ');
      this.#out.length = 0;
      this.#out.push(all);
      this.#creates.push(token.name);
    }
    this.#emit(`"${token.name}"`, token.name);
    this.#at++;
  }
}

/** `UPDATE a SET ... FROM t AS a JOIN x AS b ON ... WHERE ...` in the words of SQLite. */
function updateThroughAlias(sql: string): string {
  const update = /^\s*UPDATE\s+(\w+)\s+SET\s/i.exec(sql);
  const alias = update?.[1];
  if (update === null || alias === undefined) return sql;
  const from = new RegExp(`\\sFROM\\s+(\\S+)\\s+AS\\s+${alias}\\b`, 'i').exec(sql);
  if (from === null) return sql;
  const assignments = sql.slice(update[0].length, from.index);
  const rest = sql.slice(from.index + from[0].length);
  const head = `UPDATE ${from[1]} AS ${alias} SET ${assignments}`;
  if (!/^\s*JOIN\s/i.test(rest)) return head + rest;
  const tokens = tokenise(rest);
  const on = outside(tokens, 0, 'on');
  const where = outside(tokens, on, 'where');
  const text = (part: readonly SqlToken[]): string => part.map((token) => token.text).join('');
  const joined = text(tokens.slice(0, on)).replace(/^\s*JOIN/i, '');
  const condition = text(tokens.slice(on + 1, where));
  const filter = where < tokens.length ? ` AND (${text(tokens.slice(where + 1))})` : '';
  return `${head} FROM ${joined} WHERE (${condition})${filter}`;
}

/** Index of a keyword that stands outside all brackets, from `start`; the number of tokens when there is none. */
function outside(tokens: readonly SqlToken[], start: number, keyword: string): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.text === '(') depth++;
    else if (token?.text === ')') depth--;
    else if (depth === 0 && token?.name === keyword && i > start) return i;
  }
  return tokens.length;
}
