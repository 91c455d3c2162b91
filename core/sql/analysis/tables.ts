import type { ColumnDefinition, TableRef } from '../grammar/ast.ts';
import { keyOf, nameOf, type Token } from '../token.ts';
import { columnsOf } from './environment.ts';
import { evaluate } from './expressions.ts';
import { type Names, resolveTable } from './names.ts';
import { analyseQuery } from './queries.ts';
import { type Column, type Relation, relationOf, typed, unknownRelation, unknownValue } from './relation.ts';
import { Scope } from './scope.ts';
import { integerType, textOf } from './types.ts';

/** Adds the relations of a FROM clause to the scope, and checks the conditions of its joins. */
export function addTables(
  names: Names,
  tables: readonly TableRef[],
  scope: Scope,
  checkJoins: (scope: Scope, tables: readonly TableRef[]) => void,
): void {
  for (const table of tables) addTable(names, table, scope);
  for (const table of tables) followConditions(names, table, scope);
  checkJoins(scope, tables);
}

function addTable(names: Names, table: TableRef, scope: Scope): void {
  switch (table.kind) {
    case 'table': {
      const relation = renamed(resolveTable(names, table.name, scope), table.columns);
      const last = table.name.parts.at(-1);
      const token = table.alias ?? last ?? null;
      if (token !== null) scope.add(keyOf(token), relation, token, table.alias ?? relation.definition);
      if (table.alias !== null) names.ctx.refer('alias', table.alias, relation, null, table.alias);
      return;
    }
    case 'derived': {
      // A derived table sees the queries around its FROM, and with LATERAL the tables before it.
      const outer = table.lateral ? scope : scope.parent;
      const output = analyseQuery(names, table.query, outer, scope.ctes);
      const name = table.alias === null ? '' : nameOf(table.alias);
      const columns = withNames(
        output.columns.map(({ name, token, value }) => ({ name: name ?? '', definition: token, value })),
        table.columns,
      );
      const relation = relationOf(
        'derived',
        name,
        columns.filter((column) => column.name !== ''),
        output.complete,
        table.alias,
      );
      addAliased(names, scope, relation, table.alias);
      return;
    }
    case 'function': {
      evaluate(names, table.call, scope);
      addAliased(
        names,
        scope,
        functionRelation(table.upper, table.withColumns, table.columns, table.alias),
        table.alias,
      );
      return;
    }
    case 'join': {
      addTable(names, table.left, scope);
      if (table.how.endsWith('APPLY')) addApplied(names, table.right, scope);
      else addTable(names, table.right, scope);
      if (table.natural) scope.merged = null;
      for (const column of table.using) scope.merged?.add(keyOf(column));
      return;
    }
    case 'pivot': {
      const inner = new Scope(scope.parent, scope.ctes);
      addTable(names, table.source, inner);
      followConditions(names, table.source, inner);
      for (const expr of table.inside) evaluate(names, expr, inner);
      addAliased(
        names,
        scope,
        unknownRelation(table.alias === null ? '' : nameOf(table.alias), table.alias),
        table.alias,
      );
      return;
    }
    default:
      addTable(names, table.inner, scope);
  }
}

/** The right side of APPLY sees the tables to its left. */
function addApplied(names: Names, table: TableRef, scope: Scope): void {
  addTable(names, table.kind === 'derived' ? { ...table, lateral: true } : table, scope);
}

function addAliased(names: Names, scope: Scope, relation: Relation, alias: Token | null): void {
  scope.add(alias === null ? '' : keyOf(alias), relation, alias);
  if (alias !== null) names.ctx.refer('alias', alias, relation, null, alias);
}

function followConditions(names: Names, table: TableRef, scope: Scope): void {
  if (table.kind === 'parens') followConditions(names, table.inner, scope);
  if (table.kind !== 'join') return;
  followConditions(names, table.left, scope);
  followConditions(names, table.right, scope);
  if (table.on !== null) evaluate(names, table.on, scope);
}

/** `t (a, b)`: the columns under other names. */
function renamed(relation: Relation, columns: readonly Token[]): Relation {
  if (columns.length === 0) return relation;
  const list = withNames([...relation.columns.values()], columns);
  return {
    ...relation,
    ssd: null,
    columns: new Map(list.map((column) => [column.name.toLowerCase(), column])),
    complete: true,
  };
}

/** Columns under the names of a column list, where there is one. */
export function withNames(columns: readonly Column[], given: readonly Token[]): readonly Column[] {
  if (given.length === 0) return columns;
  return given.map((token, index) => ({
    name: nameOf(token),
    definition: token,
    value: columns[index]?.value ?? unknownValue,
  }));
}

function functionRelation(
  upper: string,
  withColumns: readonly ColumnDefinition[],
  columns: readonly Token[],
  alias: Token | null,
): Relation {
  const name = alias === null ? '' : nameOf(alias);
  if (columns.length > 0) {
    return relationOf(
      'derived',
      name,
      columns.map((token) => ({ name: nameOf(token), definition: token, value: unknownValue })),
      true,
      alias,
    );
  }
  if (withColumns.length > 0) return relationOf('derived', name, columnsOf(withColumns), true, alias);
  const known = functionColumns[upper];
  if (known === undefined) return unknownRelation(name, alias);
  return relationOf('derived', name, known, true, alias);
}

const text = typed(textOf(null));
const functionColumns: Readonly<Record<string, readonly Column[]>> = {
  OPENJSON: [
    { name: 'key', definition: null, value: text },
    { name: 'value', definition: null, value: text },
    { name: 'type', definition: null, value: typed(integerType) },
  ],
  STRING_SPLIT: [
    { name: 'value', definition: null, value: text },
    { name: 'ordinal', definition: null, value: typed(integerType) },
  ],
};
