import type { Cte, Query, QueryBody, Select, SelectItem, ValuesBody } from '../grammar/ast.ts';
import { keyOf, nameOf, type Token } from '../token.ts';
import { evaluate } from './expressions.ts';
import { checkJoins } from './joins.ts';
import { type JsonField, type JsonShape, objectFromAliases } from './jsonShape.ts';
import { type Names, reportUnknownAlias } from './names.ts';
import { type Column, relationOf, unknownRelation, unknownValue, type Value } from './relation.ts';
import { type CteFrame, Scope } from './scope.ts';
import { addTables, withNames } from './tables.ts';

/** One column that a query gives. */
export interface OutputColumn {
  /** Null for an expression without a name. */
  readonly name: string | null;
  /** The token that gives the name; null for columns of `*`. */
  readonly token: Token | null;
  readonly value: Value;
  readonly item: SelectItem | null;
}

/** What a query gives. */
export interface Output {
  readonly columns: readonly OutputColumn[];
  /** Whether `columns` is all there is. */
  readonly complete: boolean;
  /** The value of a FOR JSON query; null for others. */
  readonly json: Value | null;
}

type SortKeys = Pick<Query, 'orderBy'>;

/**
 * Follows a query inside the scope around it.
 * @param ctes what a query without an outer scope can see, such as the body of a common table expression
 */
export function analyseQuery(
  names: Names,
  query: Query,
  outer: Scope | null,
  ctes: CteFrame | null = outer?.ctes ?? null,
): Output {
  const frame = followCtes(names, query.ctes, outer, ctes);
  const body = analyseBody(names, query.body, outer, frame, query);
  for (const limit of query.limits) evaluate(names, limit, new Scope(outer, frame));
  if (query.forClause === null) return body;
  const json = jsonValue(query, body);
  if (json?.json != null && names.ctx.muted === 0) names.ctx.json.push(json.json);
  return { ...body, json };
}

/** Follows common table expressions; each sees those before it, and itself. */
export function followCtes(
  names: Names,
  ctes: readonly Cte[],
  outer: Scope | null,
  parent: CteFrame | null,
): CteFrame | null {
  if (ctes.length === 0) return parent;
  const frame: CteFrame = { relations: new Map(), parent };
  for (const cte of ctes) {
    const key = keyOf(cte.name);
    names.ctx.refer('cte', cte.name, null, null, cte.name);
    if (frame.relations.has(key)) {
      names.ctx.report(
        'SQL-108',
        cte.name,
        `There are two common table expressions called ${nameOf(cte.name)}. Give one another name.`,
      );
    }
    frame.relations.set(key, whileItIsRead(cte));
    const output = cte.query === null ? null : analyseQuery(names, cte.query, outer, frame);
    frame.relations.set(key, cteRelation(cte, output));
  }
  return frame;
}

function cteRelation(cte: Cte, output: Output | null) {
  if (output === null) return unknownRelation(nameOf(cte.name), cte.name);
  const own = output.columns.map(({ name, token, value }) => ({ name: name ?? '', definition: token, value }));
  const columns = withNames(own, cte.columns).filter((column) => column.name !== '');
  const complete = cte.columns.length > 0 || output.complete;
  return relationOf('cte', nameOf(cte.name), columns, complete, cte.name);
}

/** What a recursive expression sees of itself: the columns of its first part. */
function whileItIsRead(cte: Cte) {
  const name = nameOf(cte.name);
  if (cte.columns.length > 0) {
    const columns = cte.columns.map((token) => ({ name: nameOf(token), definition: token, value: unknownValue }));
    return relationOf('cte', name, columns, true, cte.name);
  }
  const body = cte.query?.body;
  const anchor = body?.kind === 'set' ? body.parts[0] : undefined;
  if (anchor === undefined || anchor.kind !== 'select') return unknownRelation(name, cte.name);
  const columns: Column[] = [];
  for (const item of anchor.items) {
    const named = outputName(item);
    if (named === null) return unknownRelation(name, cte.name);
    columns.push({ name: named.name, definition: named.token, value: unknownValue });
  }
  return relationOf('cte', name, columns, true, cte.name);
}

function analyseBody(
  names: Names,
  body: QueryBody,
  outer: Scope | null,
  frame: CteFrame | null,
  query: SortKeys,
): Output {
  switch (body.kind) {
    case 'select':
      return analyseSelect(names, body, outer, frame, query);
    case 'nested':
      return analyseQuery(names, body.query, outer, frame);
    case 'values':
      return analyseValues(names, body, outer, frame);
    default: {
      const outputs = body.parts.map((part) => analyseBody(names, part, outer, frame, emptyTail));
      const [first] = outputs;
      if (first === undefined) return { columns: [], complete: false, json: null };
      checkCounts(names, body.parts, outputs);
      followSortKeys(names, query, new Scope(outer, frame), first, true);
      return {
        columns: first.columns.map((column, index) => combined(column, outputs, index)),
        complete: first.complete,
        json: null,
      };
    }
  }
}

const emptyTail = { orderBy: [] } as const;

function combined(column: OutputColumn, outputs: readonly Output[], index: number): OutputColumn {
  const values = outputs.map((output) => output.columns[index]?.value ?? unknownValue);
  const same = values.every((value) => value.source === column.value.source && value.type === column.value.type);
  return same ? column : { ...column, value: { ...unknownValue, type: column.value.type } };
}

function checkCounts(names: Names, parts: readonly QueryBody[], outputs: readonly Output[]): void {
  const [first] = outputs;
  if (first === undefined || !first.complete) return;
  for (const [index, output] of outputs.entries()) {
    const part = parts[index];
    if (part === undefined || !output.complete || output.columns.length === first.columns.length) continue;
    const message = `This part of the UNION has ${countText(output.columns.length)}, the first part has ${first.columns.length}. They must have the same number.`;
    names.ctx.report('SQL-109', part.first, message);
    return;
  }
}

/** "1 column", "3 columns". */
export function countText(count: number): string {
  return count === 1 ? '1 column' : `${count} columns`;
}

function analyseValues(names: Names, body: ValuesBody, outer: Scope | null, frame: CteFrame | null): Output {
  const scope = new Scope(outer, frame);
  const rows = body.rows.map((row) => row.map((expr) => evaluate(names, expr, scope)));
  const first = rows[0] ?? [];
  for (const [index, row] of body.rows.entries()) {
    const at = row[0]?.first;
    if (index > 0 && row.length !== first.length && at !== undefined) {
      names.ctx.report(
        'SQL-109',
        at,
        `This row has ${countText(row.length)}, the first row has ${first.length}. They must have the same number.`,
      );
      break;
    }
  }
  const columns = first.map((value, index) => ({
    name: names.ctx.options.flavour === 'tsql' ? null : `column${index + 1}`,
    token: null,
    value: rows.length === 1 ? value : unknownValue,
    item: null,
  }));
  return { columns, complete: true, json: null };
}

function analyseSelect(
  names: Names,
  select: Select,
  outer: Scope | null,
  frame: CteFrame | null,
  query: SortKeys,
): Output {
  const { ctx } = names;
  const scope = new Scope(outer, frame);
  ctx.scopes.push({ first: select.first, last: select.last, scope });
  addTables(names, select.from, scope, (inner, tables) => checkJoins(ctx, inner, tables));
  if (ctx.options.flavour !== 'tsql') scope.outputs = outputNames(select.items);
  if (select.top !== null) evaluate(names, select.top, scope);
  const columns: OutputColumn[] = [];
  let complete = true;
  for (const item of select.items) {
    if (item.expr.kind === 'star') {
      complete = expandStar(names, item, scope, columns) && complete;
      continue;
    }
    if (item.expr.kind === 'missing') complete = false;
    const before = ctx.findings.length;
    const value = evaluate(names, item.expr, scope);
    // A misspelt column gives the output another name than the one that is meant.
    if (item.alias === null && ctx.findings.length > before) complete = false;
    const named = outputName(item);
    if (item.alias !== null) {
      ctx.refer('output', item.alias, null, null, item.alias);
      checkBareAlias(names, item, item.alias, scope);
    }
    columns.push({ name: named?.name ?? null, token: named?.token ?? null, value, item });
  }
  if (select.where !== null) evaluate(names, select.where, scope);
  for (const expr of select.groupBy) evaluate(names, expr, scope);
  if (select.having !== null) evaluate(names, select.having, scope);
  const output = { columns, complete, json: null };
  followSortKeys(names, query, scope, output, false);
  if (select.into !== null) defineInto(names, select, output);
  return output;
}

/** `SELECT a b` where b is a column too: most likely a comma is missing. */
function checkBareAlias({ ctx }: Names, item: SelectItem, alias: Token, scope: Scope): void {
  if (!item.bareAlias) return;
  if (item.expr.kind === 'literal' && alias.kind === 'string') {
    const fix = {
      title: 'Insert a comma',
      safe: false,
      changes: [{ first: item.expr.last, last: item.expr.last, how: 'after' as const, newText: ',' }],
    };
    ctx.report(
      'SQL-113',
      alias,
      'Two texts side by side: the second one becomes the name of the first. Is a comma missing?',
      { fixes: [fix] },
    );
    return;
  }
  if (item.expr.kind !== 'column' || alias.kind !== 'word') return;
  const key = keyOf(alias);
  const own = item.expr.parts.at(-1);
  if (own === undefined || keyOf(own) === key) return;
  // Only a column of the same table: renaming to a name that another table has is common.
  const qualifier = item.expr.parts.at(-2);
  const found = qualifier === undefined ? scope.columnNamed(keyOf(own)) : null;
  const named = qualifier === undefined ? null : scope.relationNamed(keyOf(qualifier));
  const entry = found?.found === 'one' ? found.entry : named;
  if (entry?.relation.columns.has(key) !== true) return;
  const fix = {
    title: 'Insert a comma',
    safe: false,
    changes: [{ first: own, last: own, how: 'after' as const, newText: ',' }],
  };
  ctx.report(
    'SQL-113',
    alias,
    `${nameOf(alias)} is a column as well. Is a comma missing before it? If it is meant as the new name, put AS in front.`,
    { fixes: [fix] },
  );
}

function outputNames(items: readonly SelectItem[]): ReadonlyMap<string, Token | null> {
  const outputs = new Map<string, Token | null>();
  for (const item of items) if (item.alias !== null) outputs.set(keyOf(item.alias), item.alias);
  return outputs;
}

/** The name that a select item has in the result, and the token that gives it. */
function outputName(item: SelectItem): { name: string; token: Token } | null {
  if (item.alias !== null) return { name: aliasName(item.alias), token: item.alias };
  if (item.expr.kind === 'column') {
    const token = item.expr.parts.at(-1);
    return token === undefined ? null : { name: nameOf(token), token };
  }
  return null;
}

function aliasName(token: Token): string {
  return token.kind === 'string' ? token.text.replace(/^N?'/, '').replace(/'$/, '') : nameOf(token);
}

function expandStar(names: Names, item: SelectItem, scope: Scope, columns: OutputColumn[]): boolean {
  if (item.expr.kind !== 'star') return true;
  const qualifier = item.expr.qualifier.at(-1);
  let entries = scope.entries;
  if (qualifier !== undefined) {
    const entry = scope.relationNamed(keyOf(qualifier));
    if (entry === null) {
      if (item.expr.qualifier.length === 1) reportUnknownAlias(names.ctx, qualifier, null, scope);
      return false;
    }
    if (entry.token !== null) names.ctx.refer('alias', qualifier, entry.relation, null, entry.definition);
    entries = [entry];
  }
  let complete = entries.length > 0;
  for (const { relation } of entries) {
    complete &&= relation.complete;
    // A table of the SSD may have columns of the authority's own, so its star is never the whole list.
    if (relation.ssd !== null) complete = false;
    for (const column of relation.columns.values())
      columns.push({ name: column.name, token: column.definition, value: column.value, item: null });
  }
  return complete;
}

/** ORDER BY sees the output names first; behind a UNION it sees nothing else. */
function followSortKeys(names: Names, query: SortKeys, scope: Scope, output: Output, outputOnly: boolean): void {
  for (const { expr } of query.orderBy) {
    if (expr.kind === 'column' && expr.parts.length === 1) {
      const token = expr.first;
      const named = output.columns.find((column) => column.name?.toLowerCase() === keyOf(token));
      if (named !== undefined) {
        names.ctx.refer('output', token, null, null, named.token);
        continue;
      }
      if (outputOnly && !output.complete) continue;
    }
    if (!outputOnly) evaluate(names, expr, scope);
  }
}

function defineInto(names: Names, select: Select, output: Output): void {
  const target = select.into?.parts.at(-1);
  if (target === undefined) return;
  const columns = output.columns
    .filter((c) => c.name !== null)
    .map(({ name, token, value }) => ({ name: name ?? '', definition: token, value }));
  const made = names.env.define(target, columns, output.complete && names.ctx.muted === 0);
  names.ctx.refer('table', target, made, null, made.definition);
}

function jsonValue(query: Query, output: Output): Value | null {
  const { forClause } = query;
  if (forClause === null || !forClause.mode.startsWith('json')) return null;
  const at = query.body.first;
  const fields: JsonField[] = [];
  let complete = output.complete && forClause.mode === 'json path';
  for (const column of output.columns) {
    if (column.name === null || column.token === null) complete = false;
    else fields.push({ name: column.name, at: column.token, shape: shapeOf(column.value, column.token) });
  }
  if (query.body.kind !== 'select') complete = false;
  const object = objectFromAliases(fields, complete, at);
  const rows: JsonShape = forClause.withoutArrayWrapper ? object : { kind: 'array', items: object, at };
  const rooted: JsonShape =
    forClause.root === null
      ? rows
      : { kind: 'object', complete: true, at, fields: [{ name: forClause.root || 'root', at, shape: rows }] };
  return { ...unknownValue, json: rooted, quotesJson: forClause.withoutArrayWrapper };
}

function shapeOf(value: Value, at: Token): JsonShape | null {
  if (value.json !== null) return value.quotesJson ? { kind: 'quoted', inner: value.json, at } : value.json;
  return value.type.family === 'other' || value.type.family === 'json' ? null : { kind: 'scalar', value, at };
}
