import type { Token } from '../token.ts';
import type { ColumnDefinition, Expr } from './ast.ts';
import { parseExpr } from './expressions.ts';
import { parseType } from './names.ts';
import { isHardStart, type Parser, typeWords } from './parser.ts';
import type { VariableDefinition } from './statementAst.ts';

const columnOptions = new Set(
  `NULL NOT CONSTRAINT PRIMARY UNIQUE CHECK DEFAULT REFERENCES FOREIGN IDENTITY COLLATE SPARSE ROWGUIDCOL MASKED GENERATED HIDDEN
  PERSISTED ENCRYPTED FILESTREAM INDEX ON WITH AUTOINCREMENT ASC DESC CLUSTERED NONCLUSTERED FOR COLUMN_SET KEY CHARACTER STORAGE
  COMPRESSION AS DEFERRABLE INITIALLY OUT OUTPUT READONLY VARYING`
    .trim()
    .split(/\s+/),
);

const tableItems = new Set([
  'CONSTRAINT',
  'PRIMARY',
  'UNIQUE',
  'FOREIGN',
  'CHECK',
  'INDEX',
  'PERIOD',
  'EXCLUDE',
  'LIKE',
]);

/**
 * `name type options`, or `name AS expression` for a computed column. One that stands alone (ALTER TABLE ... ADD) is
 * in no brackets: its options end where a new line starts with something else.
 */
export function parseColumnDefinition(p: Parser, standsAlone = false): ColumnDefinition {
  const first = p.token;
  if (!p.atName()) {
    if (p.previous.upper === ',' && p.at(')')) {
      const fix = { title: 'Remove the comma', kind: 'remove', text: '' } as const;
      p.report({ code: 'SQL-004', at: p.previous, message: 'Nothing follows this comma.', fix });
    } else p.faultHere('The name of a column is expected here.');
    return { name: first, type: null, exprs: [], first, last: first };
  }
  const name = p.next();
  const exprs: Expr[] = [];
  let type = null;
  if (p.accept('AS')) exprs.push(parseExpr(p));
  else if (p.atName()) type = parseType(p);
  skipOptions(p, standsAlone);
  return { name, type, exprs, first, last: p.previous };
}

/** Skips a constraint, or what may follow a column's type, up to the comma or the closing parenthesis. */
function skipOptions(p: Parser, standsAlone: boolean, isConstraint = false): void {
  let depth = 0;
  if (!isConstraint && isNextColumn(p)) return;
  for (;;) {
    const token = p.token;
    if (token.kind === 'end' || token.kind === 'go' || p.at(';')) return;
    if (depth === 0 && (p.at(',') || p.at(')'))) return;
    if (token.firstOnLine && isHardStart(p)) return;
    if (depth === 0 && endsOptions.has(p.previous.upper) && p.atName() && typeWords.has(p.peek(1).upper)) return;
    const starts = token.kind === 'word' && columnOptions.has(token.upper);
    if (standsAlone && depth === 0 && token.firstOnLine && !starts) return;
    if (p.at('(')) depth++;
    if (p.at(')')) depth--;
    // A name on a new line that no option word leads to is the next column: its comma is missing.
    const afterOption =
      p.previous.kind === 'word' &&
      ['CONSTRAINT', 'COLLATE', 'REFERENCES', 'DEFAULT', 'KEY', 'BY', 'ON', 'TO', 'NO', 'SET', 'ALWAYS'].includes(
        p.previous.upper,
      );
    if (depth === 0 && !starts && !afterOption && token.firstOnLine && p.atName() && (p.atName(1) || p.at('AS', 1)))
      return;
    p.next();
  }
}

/** What the options of a column can end with, so that a name and a type behind it are the next column. */
const endsOptions = new Set(['NULL', 'KEY', 'UNIQUE', ')']);

/** A name with a type right behind a type: the next column, whose comma is missing. */
function isNextColumn(p: Parser): boolean {
  if (p.atName() && endsOptions.has(p.previous.upper) && typeWords.has(p.peek(1).upper)) return true;
  return p.atName() && !columnOptions.has(p.token.upper) && p.atName(1) && !columnOptions.has(p.peek(1).upper);
}

/** The parenthesised list of a CREATE TABLE or a table type: columns, with constraints skipped. */
export function parseTableElements(p: Parser): ColumnDefinition[] {
  const columns: ColumnDefinition[] = [];
  const open = p.accept('(');
  if (open === null) {
    p.faultHere('The list of columns is expected here, in brackets.');
    return columns;
  }
  while (!p.at(')') && p.token.kind !== 'end') {
    const before = p.index;
    if (p.token.kind === 'word' && tableItems.has(p.token.upper)) skipOptions(p, false, true);
    else columns.push(parseColumnDefinition(p));
    if (p.index === before || !elementsGoOn(p)) break;
  }
  p.close(open);
  return columns;
}

function elementsGoOn(p: Parser): boolean {
  if (p.at(',')) {
    if (!p.at(')', 1)) {
      p.next();
      return true;
    }
    return p.listGoesOn();
  }
  // Constraints may follow a column without a comma.
  if (p.token.kind === 'word' && tableItems.has(p.token.upper)) return true;
  return p.atName() && (p.token.firstOnLine || isNextColumn(p)) ? p.listGoesOn() : false;
}

/** `@name [AS] type [= value]`, or `@name TABLE (...)`. Also a procedure's parameter. */
export function parseVariable(p: Parser): VariableDefinition {
  const name: Token = p.next();
  p.accept('AS');
  if (p.at('TABLE') && p.at('(', 1)) {
    p.next();
    const tableColumns = parseTableElements(p);
    return { name, type: null, value: null, tableColumns, first: name, last: p.previous };
  }
  const isCursor = p.accept('CURSOR') !== null;
  const type = isCursor ? null : parseType(p);
  while (['VARYING', 'NULL', 'NOT'].includes(p.token.upper)) p.next();
  const value = p.accept('=') || p.accept(':=') || (p.dialect !== 'tsql' && p.accept('DEFAULT')) ? parseExpr(p) : null;
  while (['OUT', 'OUTPUT', 'READONLY', 'VARYING'].includes(p.token.upper)) p.next();
  return { name, type, value, tableColumns: null, first: name, last: p.previous };
}
