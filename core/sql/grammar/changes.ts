import { nearest } from '../nearest.ts';
import type { Token } from '../token.ts';
import type { Cte, Expr, Query, SelectItem, TableRef } from './ast.ts';
import { parseExpr } from './expressions.ts';
import { parseName, parseNameList } from './names.ts';
import type { Parser } from './parser.ts';
import { startsQuery } from './primaries.ts';
import { parseQuery, parseValues, skipParens } from './queries.ts';
import { parseSelectItem } from './selects.ts';
import type { Assignment, Delete, Insert, Merge, MergeAction, OutputClause, Update } from './statementAst.ts';
import { base } from './statementBase.ts';
import { parseJoined, parseTableAlias, parseTableList } from './tables.ts';

function skipTop(p: Parser): void {
  if (!p.at('TOP')) return;
  if (p.at('(', 1)) skipParens(p, 1);
  else p.index += 2;
  p.accept('PERCENT');
}

function skipOption(p: Parser): void {
  if (p.at('OPTION') && p.at('(', 1)) skipParens(p, 1);
}

/** `OUTPUT inserted.id, ... [INTO t (columns)]`, or PostgreSQL's RETURNING. */
function parseOutput(p: Parser): OutputClause | null {
  if (!p.at('OUTPUT') && !p.at('RETURNING')) return null;
  const first = p.next();
  const items: SelectItem[] = [];
  do items.push(parseSelectItem(p));
  while (p.listGoesOn());
  let into = null;
  if (p.accept('INTO')) {
    into = parseName(p);
    if (p.at('(')) parseNameList(p);
  }
  return { items, into, first, last: p.previous };
}

/** `INSERT INTO t (a, b) SELECT ... | VALUES ... | EXEC ... | DEFAULT VALUES`. */
export function parseInsert(p: Parser, first: Token, ctes: readonly Cte[]): Insert {
  p.next();
  if (p.accept('OR')) p.next();
  skipTop(p);
  if (p.accept('INTO') === null && p.atName() && p.atName(1)) {
    reportMisspelt(p, p.token, 'INTO');
    if (p.fault !== null) p.next();
  }
  if (p.at('OVERWRITE')) p.next();
  const remote = ['OPENQUERY', 'OPENROWSET', 'OPENDATASOURCE'].includes(p.token.upper);
  if (remote) skipParens(p, 1);
  const target = remote ? null : parseName(p, 'The name of a table is expected here.');
  const alias = p.accept('AS') && p.atName() ? p.next() : null;
  if (p.at('WITH') && p.at('(', 1)) skipParens(p, 1);
  const columns = p.at('(') && !p.at('SELECT', 1) && !p.at('WITH', 1) && !p.at('(', 1) ? parseInsertColumns(p) : [];
  if (p.at('OVERRIDING')) p.index += 3;
  let output = parseOutput(p);
  let source: Query | null = null;
  if (p.at('DEFAULT') && p.at('VALUES', 1)) p.index += 2;
  else if (p.at('EXEC') || p.at('EXECUTE')) return finishInsertExec(p, first, ctes, target, columns, output);
  else if (p.at('VALUES')) {
    const start = p.token;
    const body = parseValues(p);
    source = {
      kind: 'query',
      ctes: [],
      recursive: false,
      body,
      orderBy: [],
      limited: false,
      limits: [],
      forClause: null,
      first: start,
      last: p.previous,
    };
  } else if (startsQuery(p) || p.at('(')) source = parseQuery(p);
  else p.faultHere('SELECT or VALUES is expected here.', ['SELECT', 'VALUES', 'EXEC']);
  const updates: Assignment[] = [];
  let where: Expr | null = null;
  if (p.at('ON') && p.at('CONFLICT', 1)) where = parseConflict(p, updates);
  output ??= parseOutput(p);
  skipOption(p);
  return { kind: 'insert', ctes, target, alias, columns, source, output, updates, where, ...base(p, first) };
}

function parseInsertColumns(p: Parser): Token[] {
  const open = p.next();
  const names: Token[] = [];
  while (p.atName() || p.token.kind === 'quotedName') {
    const name = parseName(p);
    const last = name.parts.at(-1);
    if (last) names.push(last);
    if (!p.listGoesOn()) break;
  }
  p.close(open);
  return names;
}

function finishInsertExec(
  p: Parser,
  first: Token,
  ctes: readonly Cte[],
  target: Insert['target'],
  columns: readonly Token[],
  output: OutputClause | null,
): Insert {
  p.next();
  parseExecTail(p);
  return {
    kind: 'insert',
    ctes,
    target,
    alias: null,
    columns,
    source: null,
    output,
    updates: [],
    where: null,
    ...base(p, first),
  };
}

function parseConflict(p: Parser, updates: Assignment[]): Expr | null {
  p.index += 2;
  if (p.at('(')) skipParens(p, 0);
  else if (p.at('ON') && p.at('CONSTRAINT', 1)) p.index += 3;
  if (p.accept('WHERE')) parseExpr(p);
  p.expect('DO');
  if (p.accept('NOTHING')) return null;
  p.expect('UPDATE');
  p.expect('SET');
  updates.push(...parseAssignments(p));
  return p.accept('WHERE') ? parseExpr(p) : null;
}

const assigning = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', ':=']);

/** `a = 1, t.b = 2, @v = c = 3, (a, b) = (...)`. */
function parseAssignments(p: Parser): Assignment[] {
  const list: Assignment[] = [];
  do {
    const first = p.token;
    if (p.at('(')) {
      parseNameList(p);
      p.expect('=');
      const value = parseExpr(p);
      list.push({ target: [], value, first, last: p.previous });
      continue;
    }
    let target = parseName(p, 'The column to set is expected here.').parts;
    if (p.at('(')) {
      // `column.WRITE(...)`, `xml.modify('...')`
      skipParens(p, 0);
      list.push({
        target: target.slice(0, -1),
        value: { kind: 'missing', first, last: first },
        first,
        last: p.previous,
      });
      continue;
    }
    if (p.atAny(assigning)) p.next();
    else {
      p.faultHere('= is expected here.');
      break;
    }
    if (first.kind === 'variable' && p.atName() && p.atAny(assigning, 1)) {
      target = [p.next()];
      p.next();
    }
    const value = parseExpr(p);
    list.push({ target, value, first, last: p.previous });
  } while (p.listGoesOn());
  return list;
}

/** `UPDATE t SET ... [OUTPUT ...] [FROM ...] [WHERE ...]`. */
export function parseUpdate(p: Parser, first: Token, ctes: readonly Cte[]): Update {
  p.next();
  if (p.accept('OR')) p.next();
  skipTop(p);
  const target = parseJoined(p);
  p.expect('SET');
  const assignments = parseAssignments(p);
  let output = parseOutput(p);
  const from: TableRef[] = p.accept('FROM') ? parseTableList(p) : [];
  const where = parseWhere(p);
  output ??= parseOutput(p);
  skipOption(p);
  return { kind: 'update', ctes, target, assignments, from, where, output, ...base(p, first) };
}

function parseWhere(p: Parser): Expr | null {
  if (p.accept('WHERE') === null) return null;
  if (p.at('CURRENT') && p.at('OF', 1)) {
    p.index += 2;
    p.accept('GLOBAL');
    p.next();
    return null;
  }
  return parseExpr(p);
}

/** `DELETE [FROM] t [OUTPUT ...] [FROM ... | USING ...] [WHERE ...]`. */
export function parseDelete(p: Parser, first: Token, ctes: readonly Cte[]): Delete {
  p.next();
  skipTop(p);
  const fromWord = p.accept('FROM');
  const target = parseJoined(p);
  if (fromWord === null && target.kind === 'table' && target.alias !== null) reportMisspelt(p, target.first, 'FROM');
  let output = parseOutput(p);
  const from: TableRef[] = p.accept('FROM') || p.accept('USING') ? parseTableList(p) : [];
  const where = parseWhere(p);
  output ??= parseOutput(p);
  skipOption(p);
  return { kind: 'delete', ctes, target, from, where, output, ...base(p, first) };
}

/** `DELETE FORM t`, `INSERT INOT t`: two names side by side, so the first one is the keyword misspelt. */
function reportMisspelt(p: Parser, at: Token, keyword: string): void {
  if (nearest(at.upper, [keyword]) === undefined) return;
  const fix = { title: `Change to ${keyword}`, kind: 'replace', text: keyword } as const;
  p.report({ code: 'SQL-001', at, message: `"${at.text}" is not expected here. Did you mean ${keyword}?`, fix });
}

/** `MERGE [INTO] t USING s ON ... WHEN [NOT] MATCHED ... THEN ...`. */
export function parseMerge(p: Parser, first: Token, ctes: readonly Cte[]): Merge {
  p.next();
  skipTop(p);
  p.accept('INTO');
  const start = p.token;
  const name = parseName(p, 'The name of a table is expected here.');
  if (p.at('WITH') && p.at('(', 1)) skipParens(p, 1);
  const alias = parseTableAlias(p);
  const target: TableRef = { kind: 'table', name, alias, columns: [], first: start, last: p.previous };
  p.expect('USING');
  const source = parseJoined(p);
  p.expect('ON');
  const on = parseExpr(p);
  const actions: MergeAction[] = [];
  if (!p.at('WHEN')) p.faultHere('WHEN is expected here.', ['WHEN']);
  while (p.at('WHEN')) actions.push(parseMergeAction(p));
  const output = parseOutput(p);
  skipOption(p);
  return { kind: 'merge', ctes, target, source, on, actions, output, ...base(p, first) };
}

function parseMergeAction(p: Parser): MergeAction {
  const first = p.next();
  p.accept('NOT');
  p.expect('MATCHED');
  if (p.accept('BY') && p.accept('TARGET') === null && p.accept('SOURCE') === null)
    p.faultHere('TARGET or SOURCE is expected here.', ['TARGET', 'SOURCE']);
  const condition = p.accept('AND') ? parseExpr(p) : null;
  p.expect('THEN');
  let assignments: Assignment[] = [];
  let insertColumns: Token[] = [];
  let insertValues: Expr[] = [];
  if (p.accept('UPDATE')) {
    p.expect('SET');
    assignments = parseAssignments(p);
  } else if (p.accept('INSERT')) {
    if (p.at('(')) insertColumns = parseInsertColumns(p);
    if (p.at('DEFAULT')) p.index += 2;
    else if (p.at('VALUES')) insertValues = parseValues(p).rows.flat();
    else p.faultHere('VALUES is expected here.', ['VALUES']);
  } else if (p.accept('DELETE') === null && !p.acceptWords('DO', 'NOTHING')) {
    p.faultHere('UPDATE, INSERT or DELETE is expected here.', ['UPDATE', 'INSERT', 'DELETE']);
  }
  return { condition, assignments, insertColumns, insertValues, first, last: p.previous };
}

/** What follows EXEC: `[@r =] name args`, `('text' ...) [AT server]`, `@variable args`. Gives the name and the values. */
export function parseExecTail(p: Parser): { procedure: Insert['target']; args: Expr[] } {
  const args: Expr[] = [];
  if (p.at('(')) {
    const open = p.next();
    do args.push(parseExpr(p));
    while (p.listGoesOn());
    p.close(open);
    if (p.at('AS') && (p.at('USER', 1) || p.at('LOGIN', 1))) p.index += 4;
    if (p.accept('AT')) {
      if (p.at('DATA_SOURCE')) p.next();
      if (p.atName()) p.next();
    }
    return { procedure: null, args };
  }
  if (p.token.kind === 'variable' && p.at('=', 1)) p.index += 2;
  let procedure: Insert['target'] = null;
  if (p.token.kind === 'variable') p.next();
  else procedure = parseName(p, 'The name of a procedure is expected here.');
  if (p.at(';') && p.peek(1).kind === 'number') p.index += 2;
  parseExecArgs(p, args);
  if (p.at('WITH') && ['RECOMPILE', 'RESULT'].includes(p.peek(1).upper)) {
    p.index += 2;
    if (p.accept('SETS')) {
      if (p.at('(')) skipParens(p, 0);
      else p.next();
    }
  }
  return { procedure, args };
}

function parseExecArgs(p: Parser, args: Expr[]): void {
  for (;;) {
    const token = p.token;
    const starts =
      token.kind === 'variable' ||
      token.kind === 'string' ||
      token.kind === 'number' ||
      token.kind === 'quotedName' ||
      p.at('-') ||
      p.at('+');
    const word =
      token.kind === 'word' &&
      (!token.firstOnLine || p.previous.upper === ',') &&
      (p.atName() || p.at('NULL') || p.at('DEFAULT'));
    if (!starts && !word) return;
    if (token.kind === 'variable' && p.at('=', 1)) p.index += 2;
    args.push(parseExpr(p));
    while (p.at('OUT') || p.at('OUTPUT')) p.next();
    if (p.accept(',') === null) return;
  }
}
