import { ssdTables } from '../../ssd/ssdModel.ts';
import type { TableRef } from '../grammar/ast.ts';
import type {
  Assignment,
  Delete,
  Insert,
  Merge,
  OutputClause,
  Script,
  Statement,
  Update,
} from '../grammar/statementAst.ts';
import { editDistance } from '../nearest.ts';
import { keyOf, nameOf, type Token } from '../token.ts';
import { AnalysisContext, type AnalysisOptions } from './context.ts';
import { columnsOf, Environment } from './environment.ts';
import { evaluate } from './expressions.ts';
import { checkJoins } from './joins.ts';
import { columnOf, type Names, reportUnknownAlias, resolveTable, useVariable } from './names.ts';
import { analyseQuery, countText, followCtes, type Output } from './queries.ts';
import { type Column, type Relation, unknownRelation, unknownValue } from './relation.ts';
import { type CteFrame, lookUpCte, Scope } from './scope.ts';
import { addTables } from './tables.ts';

/** What an analysis of a whole script knows. */
export interface ScriptAnalysis {
  readonly ctx: AnalysisContext;
  readonly env: Environment;
  /** What each top-level query statement gives, for the checks of sections. */
  readonly outputs: ReadonlyMap<Statement, Output>;
}

/** Follows all names of a script, statement by statement. */
export function analyseScript(script: Script, tokens: readonly Token[], options: AnalysisOptions): ScriptAnalysis {
  const ctx = new AnalysisContext(options);
  const env = new Environment(script.statements, tokens);
  const outputs = new Map<Statement, Output>();
  const follow = new StatementFollower({ ctx, env }, outputs);
  for (const statement of script.statements) follow.statement(statement);
  return { ctx, env, outputs };
}

class StatementFollower {
  readonly #names: Names;
  readonly #outputs: Map<Statement, Output>;

  constructor(names: Names, outputs: Map<Statement, Output>) {
    this.#names = names;
    this.#outputs = outputs;
  }

  statement(statement: Statement): void {
    const { ctx } = this.#names;
    if (statement.fault !== null) ctx.muted++;
    this.#follow(statement);
    if (statement.fault !== null) ctx.muted--;
  }

  #follow(statement: Statement): void {
    const names = this.#names;
    const { ctx, env } = names;
    const empty = () => new Scope(null, null);
    switch (statement.kind) {
      case 'queryStatement':
        this.#outputs.set(statement, analyseQuery(names, statement.query, null));
        return;
      case 'insert':
        followInsert(names, statement);
        return;
      case 'update':
        followUpdate(names, statement);
        return;
      case 'delete':
        followDelete(names, statement);
        return;
      case 'merge':
        followMerge(names, statement);
        return;
      case 'createTable': {
        const output = statement.source === null ? null : analyseQuery(names, statement.source, null);
        const given = columnsOf(statement.columns);
        const columns = output === null ? given : namedColumns(output);
        const complete = statement.fault === null && (output?.complete ?? true) && columns.length > 0;
        const token = statement.name.parts.at(-1);
        if (token !== undefined) ctx.refer('table', token, env.define(token, columns, complete), null, token);
        return;
      }
      case 'alterTable': {
        const token = statement.name.parts.at(-1);
        if (token === undefined) return;
        const relation = resolveTable(names, statement.name, empty());
        env.extend(token, relation, columnsOf(statement.added), statement.fault === null && !statement.changesColumns);
        return;
      }
      case 'createIndex': {
        const relation = resolveTable(names, statement.table, empty());
        for (const column of statement.columns)
          columnOf(ctx, { key: '', relation, token: null, definition: null }, column);
        return;
      }
      case 'drop':
        if (['TABLE', 'TRUNCATE'].includes(statement.objectKind)) {
          for (const name of statement.names) referQuietly(names, name.parts.at(-1));
        }
        return;
      case 'module':
        this.#followModule(statement);
        return;
      case 'declare':
        for (const variable of statement.variables) {
          if (variable.value !== null) evaluate(names, variable.value, empty());
          const declared = env.declare(variable, statement.fault === null);
          ctx.refer('variable', variable.name, declared.relation, null, variable.name);
        }
        if (statement.query !== null) analyseQuery(names, statement.query, null);
        return;
      case 'block':
        for (const inner of statement.statements) this.statement(inner);
        return;
      case 'if':
        evaluate(names, statement.condition, empty());
        if (statement.body !== null) this.statement(statement.body);
        if (statement.otherwise !== null) this.statement(statement.otherwise);
        return;
      case 'while':
        evaluate(names, statement.condition, empty());
        if (statement.body !== null) this.statement(statement.body);
        return;
      case 'execute':
        // An argument may be a bare word that stands for a text, so only its variables are followed.
        for (const arg of statement.args) if (arg.kind !== 'column') evaluate(names, arg, empty());
        return;
      default:
        if (statement.verb === 'GO') env.endBatch();
        for (const expr of statement.exprs) evaluate(names, expr, empty());
    }
  }

  #followModule(statement: Extract<Statement, { kind: 'module' }>): void {
    const names = this.#names;
    const { ctx, env } = names;
    for (const parameter of statement.parameters) {
      if (parameter.value !== null && parameter.value.kind !== 'column')
        evaluate(names, parameter.value, new Scope(null, null));
      env.declare(parameter);
      ctx.refer('variable', parameter.name, null, null, parameter.name);
    }
    const name = statement.name.parts.at(-1);
    if (statement.query !== null) {
      const output = analyseQuery(names, statement.query, null);
      const own = namedColumns(output);
      const columns =
        statement.columns.length > 0
          ? statement.columns.map((t, index) => ({
              name: nameOf(t),
              definition: t,
              value: own[index]?.value ?? unknownValue,
            }))
          : own;
      if (name !== undefined && statement.objectKind === 'view') {
        ctx.refer('table', name, env.define(name, columns, output.complete && statement.fault === null), null, name);
      }
    }
    for (const inner of statement.body) this.statement(inner);
  }
}

function namedColumns(output: Output): Column[] {
  return output.columns
    .filter((column) => column.name !== null)
    .map(({ name, token, value }) => ({ name: name ?? '', definition: token, value }));
}

/** A table that is dropped need not exist. */
function referQuietly({ ctx, env }: Names, token: Token | undefined): void {
  if (token === undefined) return;
  const made = env.table(keyOf(token));
  ctx.refer('table', token, made, null, made?.definition ?? null);
}

/** Whether the target of `UPDATE x ... FROM table t` is no table that is known, but close to an alias of FROM. */
function isMisspeltTarget({ env, ctx }: Names, target: Token, scope: Scope): boolean {
  const key = keyOf(target);
  if (ctx.options.flavour !== 'tsql' || target.kind === 'variable' || key.startsWith('#')) return false;
  if (env.madeSomewhere.has(key) || ssdTables().has(key) || lookUpCte(scope.ctes, key) !== null) return false;
  const aliases = scope.entries.filter((entry) => entry.definition !== null).map((entry) => entry.key);
  return aliases.some((alias) => editDistance(key, alias, 1) === 1 && key.length <= alias.length + 1);
}

function targetRelation(names: Names, target: TableRef | null, scope: Scope): Relation {
  if (target === null || target.kind !== 'table') {
    if (target !== null) addTables(names, [target], scope, () => undefined);
    return unknownRelation('');
  }
  // `UPDATE t ... FROM dbo.target t`: the target is an alias of FROM.
  const only = target.name.parts.length === 1 ? target.name.parts[0] : undefined;
  const aliased = only === undefined ? undefined : scope.entries.find((entry) => entry.key === keyOf(only));
  if (aliased !== undefined && only !== undefined) {
    names.ctx.refer('alias', only, aliased.relation, null, aliased.definition);
    return aliased.relation;
  }
  if (only !== undefined && isMisspeltTarget(names, only, scope)) {
    reportUnknownAlias(names.ctx, only, null, scope);
    return unknownRelation('');
  }
  const relation = resolveTable(names, target.name, scope);
  const token = target.alias ?? target.name.parts.at(-1);
  if (token !== undefined) scope.add(keyOf(token), relation, token, target.alias ?? relation.definition);
  if (target.alias !== null) names.ctx.refer('alias', target.alias, relation, null, target.alias);
  return relation;
}

function followOutput(names: Names, output: OutputClause | null, relation: Relation, around: Scope): void {
  if (output === null) return;
  const scope = new Scope(around, around.ctes);
  scope.add('inserted', relation, null);
  scope.add('deleted', relation, null);
  for (const item of output.items) {
    // An unqualified column is the target's: RETURNING of PostgreSQL.
    if (item.expr.kind !== 'star' && !(item.expr.kind === 'column' && item.expr.parts.length === 1))
      evaluate(names, item.expr, scope);
  }
  if (output.into !== null) resolveTable(names, output.into, scope);
}

function checkColumns(names: Names, columns: readonly Token[], relation: Relation): void {
  const seen = new Map<string, Token>();
  for (const column of columns) {
    columnOf(names.ctx, { key: '', relation, token: null, definition: null }, column);
    const key = keyOf(column);
    const before = seen.get(key);
    if (before !== undefined) {
      names.ctx.report('SQL-110', column, `${nameOf(column)} is named twice in this list.`, {
        related: [{ token: before, message: 'It was named here before.' }],
      });
    }
    seen.set(key, column);
  }
}

function followAssignments(names: Names, assignments: readonly Assignment[], relation: Relation, scope: Scope): void {
  for (const { target, value } of assignments) {
    const column = target.at(-1);
    if (column?.kind === 'variable') useVariable(names, column);
    else if (column !== undefined) columnOf(names.ctx, { key: '', relation, token: null, definition: null }, column);
    evaluate(names, value, scope);
  }
}

function withFrame(names: Names, ctes: Insert['ctes']): CteFrame | null {
  return followCtes(names, ctes, null, null);
}

function followInsert(names: Names, statement: Insert): void {
  const frame = withFrame(names, statement.ctes);
  const scope = new Scope(null, frame);
  const relation = statement.target === null ? unknownRelation('') : resolveTable(names, statement.target, scope);
  checkColumns(names, statement.columns, relation);
  const target = statement.alias ?? statement.target?.parts.at(-1);
  const around = new Scope(null, frame);
  if (target !== undefined) around.add(keyOf(target), relation, target);
  around.add('excluded', relation, null);
  if (statement.source !== null) {
    const output = analyseQuery(names, statement.source, null, frame);
    const expected = statement.columns.length;
    if (expected > 0 && output.complete && output.columns.length !== expected) {
      const message = `${countText(expected)} are to be filled, but ${countText(output.columns.length)} are given.`;
      names.ctx.report('SQL-109', statement.columns[0] ?? statement.first, message, {
        last: statement.columns.at(-1) ?? statement.first,
      });
    }
  }
  followAssignments(names, statement.updates, relation, around);
  if (statement.where !== null) evaluate(names, statement.where, around);
  followOutput(names, statement.output, relation, around);
}

function followUpdate(names: Names, statement: Update): void {
  const frame = withFrame(names, statement.ctes);
  const scope = new Scope(null, frame);
  names.ctx.scopes.push({ first: statement.first, last: statement.last, scope });
  addTables(names, statement.from, scope, (inner, tables) => checkJoins(names.ctx, inner, tables));
  const relation = targetRelation(names, statement.target, scope);
  followAssignments(names, statement.assignments, relation, scope);
  if (statement.where !== null) evaluate(names, statement.where, scope);
  followOutput(names, statement.output, relation, scope);
}

function followDelete(names: Names, statement: Delete): void {
  const frame = withFrame(names, statement.ctes);
  const scope = new Scope(null, frame);
  names.ctx.scopes.push({ first: statement.first, last: statement.last, scope });
  addTables(names, statement.from, scope, (inner, tables) => checkJoins(names.ctx, inner, tables));
  const relation = targetRelation(names, statement.target, scope);
  if (statement.where !== null) evaluate(names, statement.where, scope);
  followOutput(names, statement.output, relation, scope);
}

function followMerge(names: Names, statement: Merge): void {
  const frame = withFrame(names, statement.ctes);
  const scope = new Scope(null, frame);
  names.ctx.scopes.push({ first: statement.first, last: statement.last, scope });
  const relation = targetRelation(names, statement.target, scope);
  if (statement.source !== null) addTables(names, [statement.source], scope, () => undefined);
  if (statement.on !== null) evaluate(names, statement.on, scope);
  for (const action of statement.actions) {
    if (action.condition !== null) evaluate(names, action.condition, scope);
    followAssignments(names, action.assignments, relation, scope);
    checkColumns(names, action.insertColumns, relation);
    for (const value of action.insertValues) evaluate(names, value, scope);
    const [first] = action.insertColumns;
    const counted = action.insertColumns.length;
    if (first !== undefined && action.insertValues.length > 0 && action.insertValues.length !== counted) {
      const message = `${countText(counted)} are to be filled, but ${countText(action.insertValues.length)} are given.`;
      names.ctx.report('SQL-109', first, message, { last: action.insertColumns.at(-1) ?? first });
    }
  }
  followOutput(names, statement.output, relation, scope);
}
