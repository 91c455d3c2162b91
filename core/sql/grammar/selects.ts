import type { Token } from '../token.ts';
import type { Expr, Name, Select, SelectItem, TableRef } from './ast.ts';
import { parseExpr } from './expressions.ts';
import { reservedWords } from './keywords.ts';
import { parseName } from './names.ts';
import { isHardStart, type Parser } from './parser.ts';
import { startsQuery } from './primaries.ts';
import { lastOf, parseQuery, skipParens } from './queries.ts';
import { parseTableList } from './tables.ts';
import { parseWindow } from './windows.ts';

/** Everything behind the word SELECT. */
export function selectBody(p: Parser, first: Token): Select {
  let distinct = false;
  if (p.accept('DISTINCT')) {
    distinct = true;
    if (p.accept('ON') && p.at('(')) skipParens(p, 0);
  } else p.accept('ALL');
  const top = parseTop(p);
  const items: SelectItem[] = [];
  if (!(p.dialect === 'postgres' && p.at('FROM'))) {
    do items.push(parseSelectItem(p));
    while (p.listGoesOn());
  }
  syncToClause(p);
  const into = p.accept('INTO') ? parseInto(p) : null;
  const fromToken = p.accept('FROM');
  const from: TableRef[] = fromToken === null ? [] : parseTableList(p);
  syncToClause(p);
  const where = p.accept('WHERE') ? parseExpr(p) : null;
  syncToClause(p);
  const groupBy = parseGroupBy(p);
  const having = p.accept('HAVING') ? parseExpr(p) : null;
  while (p.at('WINDOW') && p.at('AS', 2)) parseWindowClause(p);
  syncToClause(p);
  return {
    kind: 'select',
    distinct,
    top,
    items,
    into,
    from,
    fromToken,
    where,
    groupBy,
    having,
    first,
    last: lastOf(p, first),
  };
}

const afterSelect = new Set(
  'INTO FROM WHERE GROUP HAVING ORDER UNION EXCEPT INTERSECT MINUS FOR OPTION LIMIT OFFSET FETCH WINDOW'.split(' '),
);

/** In a statement that is broken already: goes on to the next clause, so that tables and conditions are still read. */
function syncToClause(p: Parser): void {
  if (p.fault === null || p.atAny(afterSelect)) {
    if (p.fault === null && isStray(p)) p.faultHere('This is not expected here.');
    else return;
  }
  let depth = 0;
  for (let ahead = 0; ; ahead++) {
    const token = p.peek(ahead);
    if (token.kind === 'end' || token.kind === 'go' || token.upper === ';' || isHardStart(p, ahead)) return;
    if (depth === 0 && token.kind === 'word') {
      if (afterSelect.has(token.upper)) {
        p.index += ahead;
        return;
      }
      if (
        token.firstOnLine &&
        reservedWords.has(token.upper) &&
        ['SELECT', 'IF', 'BEGIN', 'END', 'ELSE', 'SET', 'UPDATE', 'DELETE', 'MERGE', 'WITH', 'RETURN'].includes(
          token.upper,
        )
      )
        return;
    }
    if (token.kind !== 'operator') continue;
    if (token.upper === '(') depth++;
    if (token.upper === ')' && depth-- === 0) return;
  }
}

/** A name or a value right behind a complete clause: nothing can go on like that. */
function isStray(p: Parser): boolean {
  const token = p.token;
  if (token.kind === 'string' || token.kind === 'number' || token.kind === 'variable') return true;
  if (token.kind === 'operator')
    return token.upper === '.' || token.upper === '=' || token.upper === ',' || token.upper === '(';
  return false;
}

function parseTop(p: Parser): Expr | null {
  if (!p.at('TOP')) return null;
  if (p.at(',', 1) || p.at('.', 1) || p.at('FROM', 1)) return null;
  p.next();
  let top: Expr;
  const open = p.accept('(');
  if (open === null) {
    const token = p.next();
    top =
      token.kind === 'variable'
        ? { kind: 'variable', token, first: token, last: token }
        : { kind: 'literal', value: 'number', first: token, last: token };
  } else {
    top = startsQuery(p)
      ? { kind: 'subquery', under: 'value', query: parseQuery(p), first: open, last: p.previous }
      : parseExpr(p);
    p.close(open);
  }
  p.accept('PERCENT');
  if (p.at('WITH') && p.at('TIES', 1)) p.index += 2;
  return top;
}

function parseInto(p: Parser): Name {
  for (const word of ['TEMPORARY', 'TEMP', 'UNLOGGED', 'TABLE']) if (p.atName(1) || p.at('TABLE', 1)) p.accept(word);
  const name = parseName(p, 'The name of the new table is expected here.');
  if (p.at('ON') && p.atName(1)) p.index += 2;
  return name;
}

/** `expr`, `expr AS alias`, `alias = expr`, `@v = expr`, `*`. */
export function parseSelectItem(p: Parser): SelectItem {
  const first = p.token;
  const assigning = ['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='].includes(p.peek(1).upper);
  if (first.kind === 'variable' && assigning) {
    p.next();
    p.next();
    const expr = parseExpr(p);
    return { expr, alias: null, bareAlias: false, assigns: first, first, last: p.previous };
  }
  if (p.at('=', 1) && p.dialect === 'tsql' && (p.atName() || first.kind === 'string')) {
    p.next();
    p.next();
    const expr = parseExpr(p);
    return { expr, alias: first, bareAlias: false, assigns: null, first, last: p.previous };
  }
  const expr = parseExpr(p);
  const bareAlias = !p.at('AS');
  const alias = parseItemAlias(p);
  return {
    expr,
    alias,
    bareAlias,
    assigns: null,
    first,
    last: expr.kind === 'missing' && alias === null ? first : p.previous,
  };
}

function parseItemAlias(p: Parser): Token | null {
  if (p.accept('AS')) {
    const token = p.token;
    if (p.atName() || token.kind === 'string') return p.next();
    // PostgreSQL and SQLite take most keywords after AS; T-SQL takes none.
    if (token.kind === 'word' && p.dialect !== 'tsql' && !['FROM', 'WHERE', 'SELECT'].includes(token.upper))
      return p.next();
    if (token.kind === 'word' && [',', 'FROM', ')'].includes(p.peek(1).upper) && token.upper !== 'FROM') {
      const text = p.dialect === 'postgres' ? `"${token.text}"` : `[${token.text}]`;
      const fix = { title: `Put ${token.text} in brackets`, kind: 'replace', text } as const;
      p.report({
        code: 'SQL-001',
        at: token,
        message: `${token.text} is a keyword. Put it in brackets to use it as a name.`,
        fix,
      });
      return p.next();
    }
    p.faultHere('A name is expected after AS.');
    return null;
  }
  // `a b.c` and `a f(x)`: a comma is missing, and what follows is no alias.
  if (p.atBareAlias() && !p.at('.', 1) && !p.at('(', 1)) return p.next();
  if (p.token.kind === 'string' && p.dialect !== 'postgres') return p.next();
  return null;
}

function parseGroupBy(p: Parser): Expr[] {
  const items: Expr[] = [];
  if (p.accept('GROUP') === null) return items;
  p.expect('BY');
  p.accept('ALL');
  do {
    if (p.atWords('GROUPING', 'SETS')) {
      p.next();
      p.next();
    }
    items.push(parseExpr(p));
  } while (p.listGoesOn());
  if (p.at('WITH') && (p.at('ROLLUP', 1) || p.at('CUBE', 1))) p.index += 2;
  return items;
}

function parseWindowClause(p: Parser): void {
  p.next();
  do {
    if (p.atName()) p.next();
    p.expect('AS');
    const open = p.accept('(');
    if (open === null) return;
    parseWindow(p);
    p.close(open);
  } while (p.accept(','));
}
