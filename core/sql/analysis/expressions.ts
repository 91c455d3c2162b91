import { misspeltFunction } from '../functions.ts';
import type { Call, CaseExpr, CastExpr, Expr, Operation } from '../grammar/ast.ts';
import { stringValue } from '../token.ts';
import { replaceToken } from './context.ts';
import { type Names, resolveColumn, useVariable } from './names.ts';
import { analyseQuery } from './queries.ts';
import { typed, unknownValue, type Value } from './relation.ts';
import type { Scope } from './scope.ts';
import { booleanType, dateTimeType, dateType, eitherType, integerType, textOf, typeOf, unknownType } from './types.ts';

/** Follows the names in an expression and says what is known of its value. */
export function evaluate(names: Names, expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'literal':
      return literal(expr);
    case 'column':
      return resolveColumn(names, expr, scope);
    case 'variable':
      useVariable(names, expr.token);
      return unknownValue;
    case 'call':
      return call(names, expr, scope);
    case 'operation':
      return operation(names, expr, scope);
    case 'case':
      return caseOf(names, expr, scope);
    case 'cast':
      return cast(names, expr, scope);
    case 'in':
      evaluate(names, expr.operand, scope);
      for (const item of expr.list) evaluate(names, item, scope);
      if (expr.query !== null) analyseQuery(names, expr.query, scope);
      return typed(booleanType);
    case 'subquery': {
      const output = analyseQuery(names, expr.query, scope);
      if (expr.under === 'exists') return typed(booleanType);
      return output.json ?? (output.columns.length === 1 ? (output.columns[0]?.value ?? unknownValue) : unknownValue);
    }
    case 'paren': {
      const values = expr.items.map((item) => evaluate(names, item, scope));
      return values.length === 1 ? (values[0] ?? unknownValue) : unknownValue;
    }
    case 'other':
      for (const part of expr.parts) evaluate(names, part, scope);
      return unknownValue;
    default:
      return unknownValue;
  }
}

function literal(expr: Expr): Value {
  const token = expr.first;
  if (token.kind === 'string') {
    const text = stringValue(token);
    if (text === null) return unknownValue;
    return { ...unknownValue, type: textOf(text.length), literals: [{ text, at: token }] };
  }
  if (token.kind === 'number') return typed(/^\d+$/.test(token.text) ? integerType : unknownType);
  if (token.upper === 'NULL') return { ...unknownValue, isNull: true };
  if (token.upper === 'TRUE' || token.upper === 'FALSE') return typed(booleanType);
  return unknownValue;
}

const logical = new Set([
  'AND',
  'OR',
  'NOT',
  '=',
  '<',
  '>',
  '<=',
  '>=',
  '<>',
  '!=',
  '==',
  'LIKE',
  'BETWEEN',
  'IS NULL',
  'IS',
  'IS DISTINCT FROM',
  '~',
  '~*',
  '!~',
  '!~*',
  '@>',
  '<@',
]);

function operation(names: Names, expr: Operation, scope: Scope): Value {
  const values = expr.operands.map((operand) => evaluate(names, operand, scope));
  const [first] = values;
  if (logical.has(expr.operator)) return typed(booleanType);
  if (expr.operator === 'COLLATE') return first ?? unknownValue;
  if (expr.operator === 'AT TIME ZONE') return typed(dateTimeType);
  if (expr.operator === '||' || expr.operator === '+') {
    if (values.every((value) => value.type.family === 'text')) {
      const lengths = values.map((value) => value.type.length);
      return typed(textOf(lengths.reduce<number | null>((sum, n) => (sum === null || n === null ? null : sum + n), 0)));
    }
    if (values.every((value) => value.type.family === 'integer')) return typed(integerType);
  }
  return unknownValue;
}

/** One of several values: what holds for all of them. NULLs do not count. */
function anyOf(values: readonly Value[]): Value {
  const real = values.filter((value) => !value.isNull);
  const [first] = real;
  if (first === undefined) return values[0] ?? unknownValue;
  let type = first.type;
  for (const value of real) type = eitherType(type, value.type);
  const literals = real.every((value) => value.literals !== null)
    ? real.flatMap((value) => value.literals ?? [])
    : null;
  const json = real.find((value) => value.json !== null)?.json ?? null;
  const someTexts = real.flatMap((value) => value.literals ?? value.someTexts);
  return { ...unknownValue, type, literals, someTexts, json, quotesJson: json !== null };
}

function caseOf(names: Names, expr: CaseExpr, scope: Scope): Value {
  if (expr.input !== null) evaluate(names, expr.input, scope);
  const results: Value[] = [];
  for (const branch of expr.branches) {
    evaluate(names, branch.when, scope);
    results.push(evaluate(names, branch.result, scope));
  }
  if (expr.otherwise !== null) results.push(evaluate(names, expr.otherwise, scope));
  return anyOf(results);
}

function cast(names: Names, expr: CastExpr, scope: Scope): Value {
  const inner = evaluate(names, expr.operand, scope);
  if (expr.style !== null) evaluate(names, expr.style, scope);
  const type = typeOf(expr.type);
  const fromDate = inner.type.family === 'date' || inner.type.family === 'datetime';
  if (type.family === 'text' && fromDate) {
    const style =
      expr.style?.first.kind === 'number' ? expr.style.first.text : expr.how.endsWith('CONVERT') ? '0' : null;
    if (style === null || !expr.how.endsWith('CONVERT')) return typed(type);
    return { ...unknownValue, type, dateStyle: { style, at: expr.style?.first ?? expr.first } };
  }
  // CAST(... AS varchar) without a length cuts to 30 characters in T-SQL.
  const source = type.family === 'text' || type.family === inner.type.family ? inner.source : null;
  return {
    ...unknownValue,
    type,
    source,
    literals: type.family === 'text' ? inner.literals : null,
    isNull: inner.isNull,
  };
}

const sameText = new Set(['LTRIM', 'RTRIM', 'TRIM', 'BTRIM']);
const sameLength = new Set(['UPPER', 'LOWER', 'REVERSE', 'TRANSLATE']);
const anyRow = new Set(['MIN', 'MAX', 'FIRST_VALUE', 'LAST_VALUE', 'LAG', 'LEAD']);
const wholeNumbers = new Set(
  'COUNT COUNT_BIG ROW_NUMBER RANK DENSE_RANK NTILE LEN LENGTH DATALENGTH CHARINDEX PATINDEX INSTR DATEDIFF DATEDIFF_BIG DATEPART YEAR MONTH DAY ISNUMERIC ISDATE ISJSON CHAR_LENGTH POSITION'.split(
    ' ',
  ),
);
const days = new Set('DATEFROMPARTS EOMONTH'.split(' '));
const times = new Set('GETDATE SYSDATETIME GETUTCDATE SYSUTCDATETIME NOW'.split(' '));

function call(names: Names, expr: Call, scope: Scope): Value {
  const values = expr.args.map((arg) => evaluate(names, arg, scope));
  for (const item of expr.orderBy) evaluate(names, item.expr, scope);
  if (expr.filter !== null) evaluate(names, expr.filter, scope);
  if (expr.over !== null) {
    for (const item of expr.over.partitionBy) evaluate(names, item, scope);
    for (const item of expr.over.orderBy) evaluate(names, item.expr, scope);
  }
  if (expr.name.parts.length > 1) return unknownValue;
  checkFunctionName(names, expr);
  const [first, second] = values;
  if (first === undefined) {
    if (times.has(expr.upper)) return typed(dateTimeType);
    return wholeNumbers.has(expr.upper) ? typed(integerType) : unknownValue;
  }
  if (sameText.has(expr.upper)) return { ...first, json: null, dateStyle: null };
  if (sameLength.has(expr.upper)) return typed(first.type.family === 'text' ? first.type : textOf(null));
  if (anyRow.has(expr.upper)) return { ...first, someTexts: [], json: null };
  if (wholeNumbers.has(expr.upper)) return typed(integerType);
  if (days.has(expr.upper)) return typed(dateType);
  switch (expr.upper) {
    case 'NULLIF':
      return { ...first, someTexts: [], json: null };
    case 'COALESCE':
    case 'ISNULL':
    case 'IFNULL': {
      const either = anyOf(values);
      return expr.upper === 'ISNULL' && names.ctx.options.flavour === 'tsql' ? { ...either, type: first.type } : either;
    }
    case 'IIF':
      return anyOf(values.slice(1));
    case 'CHOOSE':
      return anyOf(values.slice(1));
    case 'LEFT':
    case 'RIGHT':
      return typed(textOf(numberOf(expr.args[1])));
    case 'SUBSTRING':
    case 'SUBSTR':
      return typed(textOf(numberOf(expr.args[2])));
    case 'JSON_QUERY':
      return second === undefined && first.json !== null
        ? { ...unknownValue, json: first.json }
        : { ...unknownValue, type: { family: 'json', length: null, text: 'json' } };
    case 'DATEADD':
      return values[2] === undefined ? unknownValue : typed(values[2].type);
    default:
      return unknownValue;
  }
}

/** Functions of one's own need their schema in SQL Server; elsewhere they may have any name. */
function checkFunctionName({ ctx }: Names, expr: Call): void {
  const meant =
    ctx.options.flavour === 'postgres' || ctx.options.flavour === 'sqlite' ? undefined : misspeltFunction(expr.upper);
  if (meant === undefined) return;
  const token = expr.name.first;
  ctx.report('SQL-112', token, `There is no function ${expr.upper}. Did you mean ${meant}?`, {
    fixes: [replaceToken(token, meant)],
  });
}

function numberOf(expr: Expr | undefined): number | null {
  if (expr?.kind !== 'literal' || expr.value !== 'number') return null;
  const number = Number(expr.first.text);
  return Number.isInteger(number) ? number : null;
}
