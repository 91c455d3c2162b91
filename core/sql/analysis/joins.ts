import { keySpaceOf, type SsdModelColumn, ssdTables } from '../../ssd/ssdModel.ts';
import type { ColumnRef, Expr, TableRef } from '../grammar/ast.ts';
import { keyOf, nameOf } from '../token.ts';
import type { AnalysisContext } from './context.ts';
import type { Column, Relation } from './relation.ts';
import type { Scope } from './scope.ts';

/**
 * Looks at the conditions of joins between SSD tables: two ids of different kinds never match, and a join without any
 * of its tables' keys multiplies rows.
 */
export function checkJoins(ctx: AnalysisContext, scope: Scope, tables: readonly TableRef[]): void {
  for (const table of tables) checkJoin(ctx, scope, table);
}

function checkJoin(ctx: AnalysisContext, scope: Scope, table: TableRef): void {
  if (table.kind === 'parens') checkJoin(ctx, scope, table.inner);
  if (table.kind !== 'join') return;
  checkJoin(ctx, scope, table.left);
  checkJoin(ctx, scope, table.right);
  if (table.on === null) return;
  const equalities = equalitiesOf(table.on);
  let keys = 0;
  for (const [left, right] of equalities) {
    const a = sourceOf(scope, left);
    const b = sourceOf(scope, right);
    if (a === null || b === null) {
      keys++;
      continue;
    }
    const spaces = [keySpaceOf(a), keySpaceOf(b)];
    if (spaces[0] !== null || spaces[1] !== null) keys++;
    if (spaces[0] === null || spaces[1] === null || spaces[0] === spaces[1]) continue;
    const message = `${nameOf(lastOf(left))} (${a.description.toLowerCase()}) and ${nameOf(lastOf(right))} (${b.description.toLowerCase()}) are ids of different things and will not match.`;
    ctx.report('SQL-201', left.first, message, { last: right.last });
  }
  if (keys > 0 || !ctx.isExtract || table.how === 'CROSS') return;
  const right = table.right.kind === 'table' ? table.right.name.parts.at(-1) : undefined;
  const known =
    right !== undefined &&
    scope.entries.some((entry) => entry.relation.ssd !== null && entry.relation.name === keyOf(right));
  if (known && right !== undefined && equalities.length > 0) {
    ctx.report('SQL-202', right, `This join uses no key of ${nameOf(right)}, so it may give one row several times.`);
  }
}

function lastOf(ref: ColumnRef) {
  return ref.parts.at(-1) ?? ref.first;
}

/** The `a.x = b.y` of a condition that must all hold. */
function equalitiesOf(expr: Expr): [ColumnRef, ColumnRef][] {
  if (expr.kind === 'paren' && expr.items.length === 1 && expr.items[0] !== undefined)
    return equalitiesOf(expr.items[0]);
  if (expr.kind !== 'operation') return [];
  if (expr.operator === 'AND') return expr.operands.flatMap(equalitiesOf);
  const [left, right] = expr.operands;
  if (expr.operator !== '=' || left?.kind !== 'column' || right?.kind !== 'column') return [];
  return [[left, right]];
}

function relationNamed(scope: Scope, ref: ColumnRef): Relation | null {
  const qualifier = ref.parts.at(-2);
  return qualifier === undefined ? null : (scope.relationNamed(keyOf(qualifier))?.relation ?? null);
}

/** The SSD column that a reference names. The ids of the cohort are those of ssd_person. */
function sourceOf(scope: Scope, ref: ColumnRef): SsdModelColumn | null {
  const name = ref.parts.at(-1);
  if (name === undefined) return null;
  const relation = ref.parts.length === 1 ? null : relationNamed(scope, ref);
  if (relation?.kind === 'cohort') return ssdTables().get('ssd_person')?.columns.get('pers_person_id') ?? null;
  let column: Column | undefined;
  if (ref.parts.length === 1) {
    const found = scope.columnNamed(keyOf(name));
    column = found.found === 'one' ? found.column : undefined;
  } else column = relation?.columns.get(keyOf(name));
  return column?.value.source ?? null;
}
