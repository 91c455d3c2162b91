import type { Token } from '../token.ts';
import type { Expr, Name, OrderItem } from './ast.ts';
import { parseExpr } from './expressions.ts';
import { parseName, parseType } from './names.ts';
import type { Parser } from './parser.ts';
import { startsQuery } from './primaries.ts';
import { parseQuery } from './queries.ts';
import { parseOrderItems, parseOver } from './windows.ts';

/** Functions whose first argument is a word that is no column: a date part. */
const datePartFunctions: ReadonlySet<string> = new Set(
  'DATEADD DATEDIFF DATEDIFF_BIG DATEPART DATENAME DATETRUNC DATE_BUCKET'.split(' '),
);

const casts = new Set(['CAST', 'TRY_CAST', 'PARSE', 'TRY_PARSE']);
const converts = new Set(['CONVERT', 'TRY_CONVERT']);

/** A call; the name's parts are given when they are read already. Covers the calls with a grammar of their own. */
export function parseCall(p: Parser, read?: readonly Token[]): Expr {
  const name: Name =
    read === undefined ? oneWord(p.next()) : { parts: read, first: read[0] ?? p.previous, last: p.previous };
  const word = name.parts.at(-1) ?? name.first;
  const upper = word.kind === 'quotedName' ? word.text.slice(1, -1).toUpperCase() : word.upper;
  const open = p.next();
  const single = name.parts.length === 1 && word.kind === 'word';
  if (single && casts.has(upper)) return parseCast(p, name, upper, open);
  if (single && converts.has(upper) && p.dialect !== 'postgres') return parseConvert(p, name, upper, open);

  const args: Expr[] = [];
  const distinct = p.accept('DISTINCT') !== null;
  if (!distinct) p.accept('ALL');
  if (
    single &&
    ((datePartFunctions.has(upper) && p.token.kind === 'word') || upper === 'EXTRACT' || upper === 'TRIM')
  ) {
    parseWordyStart(p, upper);
  }
  let orderBy: OrderItem[] = [];
  if (startsQuery(p)) args.push(subquery(p));
  else if (!p.at(')')) {
    do args.push(parseArgument(p));
    while (separatedByWord(p, upper) || (!(p.at('ABSENT') && p.at('ON', 1)) && p.listGoesOn()));
    if (p.accept('ORDER')) {
      p.expect('BY');
      orderBy = parseOrderItems(p);
    }
    parseTail(p);
  }
  p.close(open);
  if (p.atWords('WITHIN', 'GROUP')) {
    p.acceptWords('WITHIN', 'GROUP');
    const group = p.accept('(');
    if (group !== null) {
      p.expect('ORDER');
      p.expect('BY');
      orderBy = parseOrderItems(p);
      p.close(group);
    }
  }
  let filter: Expr | null = null;
  if (p.at('FILTER') && p.at('(', 1)) {
    p.next();
    const inner = p.next();
    p.expect('WHERE');
    filter = parseExpr(p);
    p.close(inner);
  }
  if ((p.at('IGNORE') || p.at('RESPECT')) && p.at('NULLS', 1)) p.index += 2;
  const over = parseOver(p);
  return {
    kind: 'call',
    name,
    upper,
    args,
    distinct,
    over,
    orderBy,
    filter,
    open,
    first: name.first,
    last: p.previous,
  };
}

function oneWord(token: Token): Name {
  return { parts: [token], first: token, last: token };
}

function subquery(p: Parser): Expr {
  const query = parseQuery(p);
  return { kind: 'subquery', under: 'value', query, first: query.first, last: query.last };
}

const dateParts = new Set(
  'YEAR YY YYYY QUARTER QQ MONTH MM DAYOFYEAR DY DAY DD WEEK WK WW WEEKDAY DW HOUR HH MINUTE MI SECOND SS MILLISECOND MS'.split(
    ' ',
  ),
);

/** `DATEADD(day, ...)`, `EXTRACT(year FROM x)`, `TRIM(BOTH 'x' FROM y)`: the words before the first expression. */
function parseWordyStart(p: Parser, upper: string): void {
  if (upper === 'TRIM') {
    if (['BOTH', 'LEADING', 'TRAILING'].includes(p.token.upper)) p.next();
    return;
  }
  if (upper === 'EXTRACT') {
    if (p.at('FROM', 1)) p.index += 2;
    return;
  }
  if (p.at(',', 1)) p.index += 2;
  else if (dateParts.has(p.token.upper) && (p.peek(1).upper === '-' || p.peek(1).kind !== 'operator')) {
    p.next();
    const fix = { title: 'Insert a comma', kind: 'insertBefore', text: ',' } as const;
    p.report({ code: 'SQL-004', at: p.token, message: `A comma is missing before "${p.token.text}".`, fix });
  }
}

/** Functions of standard SQL whose arguments words separate: `SUBSTRING(a FROM b FOR c)`, `JSON_OBJECT(k : v)`. */
const separators: Readonly<Record<string, readonly string[]>> = {
  SUBSTRING: ['FROM', 'FOR'],
  TRIM: ['FROM'],
  OVERLAY: ['PLACING', 'FROM', 'FOR'],
  EXTRACT: ['FROM'],
  CONVERT: ['USING'],
  JSON_OBJECT: [':'],
  JSON_OBJECTAGG: [':'],
  NORMALIZE: ['FROM'],
};

function separatedByWord(p: Parser, upper: string): boolean {
  const words = separators[upper] ?? [];
  if (!words.includes(p.token.upper)) return false;
  p.next();
  return true;
}

/** One argument: an expression, `name => value` or `name := value` (PostgreSQL), `@p = value`. */
function parseArgument(p: Parser): Expr {
  if (p.atName() && ((p.at('=', 1) && p.at('>', 2)) || p.at(':=', 1))) {
    p.index += p.at(':=', 1) ? 2 : 3;
    return parseExpr(p);
  }
  if (p.at('VARIADIC')) p.next();
  if (p.at('BULK') || (p.at('CHANGES') && p.atName(1))) p.next();
  if (startsQuery(p)) return subquery(p);
  return parseExpr(p);
}

/** `NULL ON NULL`, `ABSENT ON NULL`, `RETURNING type` and `ON ERROR` clauses of the JSON functions. */
function parseTail(p: Parser): void {
  while (
    (p.at('NULL') ||
      p.at('ABSENT') ||
      p.at('ERROR') ||
      p.at('WITH') ||
      p.at('WITHOUT') ||
      p.at('RETURNING') ||
      p.at('SEPARATOR')) &&
    !p.at(')')
  ) {
    if (p.accept('RETURNING')) parseType(p);
    else if (p.accept('SEPARATOR')) p.next();
    else {
      p.next();
      while (
        p.at('ON') ||
        p.at('NULL') ||
        p.at('EMPTY') ||
        p.at('ERROR') ||
        p.at('UNIQUE') ||
        p.at('KEYS') ||
        p.at('ARRAY') ||
        p.at('WRAPPER')
      ) {
        p.next();
      }
    }
  }
}

function parseCast(p: Parser, name: Name, how: string, open: Token): Expr {
  const operand = startsQuery(p) ? subquery(p) : parseExpr(p);
  if (p.accept('AS') === null) {
    p.faultHere('AS and a data type are expected here.', ['AS']);
    return { kind: 'other', parts: [operand], first: name.first, last: p.close(open) };
  }
  const type = parseType(p);
  let style: Expr | null = null;
  if (p.accept('USING')) style = parseExpr(p);
  return { kind: 'cast', how, operand, type, style, first: name.first, last: p.close(open) };
}

function parseConvert(p: Parser, name: Name, how: string, open: Token): Expr {
  const type = parseType(p);
  if (p.accept(',') === null) p.faultHere('A comma and the value to convert are expected here.');
  const operand = startsQuery(p) ? subquery(p) : parseExpr(p);
  const style = p.accept(',') ? parseExpr(p) : null;
  return { kind: 'cast', how, operand, type, style, first: name.first, last: p.close(open) };
}

/** A function in FROM: `OPENJSON(...)`, `STRING_SPLIT(...)`, `dbo.f(...)`, `x.nodes(...)`. */
export function parseTableCall(p: Parser): Expr {
  const read = p.atName() ? parseName(p).parts : [p.next()];
  return parseCall(p, read);
}
