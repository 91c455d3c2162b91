import type { Token } from '../token.ts';
import type { Name, TypeName } from './ast.ts';
import type { Parser } from './parser.ts';

/** A name of up to four parts, `db..t` and `t.*`'s qualifier included. Reports a missing one and stands on the token. */
export function parseName(p: Parser, what = 'A name is expected here.'): Name {
  const first = p.token;
  if (p.token.kind === 'variable' || p.atName()) {
    const parts: Token[] = [p.next()];
    while (p.at('.')) {
      if (p.at('*', 1)) break;
      const dot = p.next();
      if (p.at('.')) continue;
      const token = p.token;
      if (p.atName() || isNameAfterDot(p, token)) parts.push(p.next());
      else {
        p.report({ code: 'SQL-005', at: dot, message: 'A name is expected after this dot.', fix: null });
        break;
      }
    }
    return { first, last: p.previous, parts };
  }
  p.faultHere(what);
  return { first, last: first, parts: [] };
}

/** Outside T-SQL a reserved word is a name after a dot; the words of clauses are not, so that unfinished text reads on. */
export function isNameAfterDot(p: Parser, token: Token): boolean {
  return token.kind === 'word' && p.dialect !== 'tsql' && !token.firstOnLine && !clauseStarts.has(token.upper);
}

const clauseStarts = new Set(
  'FROM WHERE GROUP ORDER HAVING JOIN INNER LEFT RIGHT FULL CROSS ON AND OR UNION AS THEN ELSE END WHEN'.split(' '),
);

/** `(name, name, ...)`, when it stands here. */
export function parseNameList(p: Parser): Token[] {
  const open = p.accept('(');
  const names: Token[] = [];
  if (open === null) return names;
  while (!p.at(')')) {
    const token = p.token;
    if (token.kind === 'word' || token.kind === 'quotedName') {
      if (!p.atName()) break;
      names.push(p.next());
    } else break;
    if (!p.listGoesOn()) break;
  }
  p.close(open);
  return names;
}

/** What may follow a type in a list of columns: its length is not closed when one stands inside. */
const columnWords = new Set([
  'NULL',
  'NOT',
  'DEFAULT',
  'CONSTRAINT',
  'PRIMARY',
  'UNIQUE',
  'COLLATE',
  'IDENTITY',
  'CHECK',
  'REFERENCES',
  'AS',
  'FROM',
]);

const wordsInTypes = new Set(['VARYING', 'PRECISION', 'ZONE', 'TIME', 'WITH', 'WITHOUT', 'LARGE', 'OBJECT']);

/** A data type: `nvarchar(48)`, `decimal(7, 2)`, `double precision`, `timestamp with time zone`, `text[]`, `dbo.MyType`. */
export function parseType(p: Parser): TypeName {
  const first = p.token;
  if (p.at('NATIONAL') && /^CHAR/.test(p.peek(1).upper)) p.next();
  const name = parseName(p, 'A data type is expected here.');
  let text = (name.parts.at(-1)?.text ?? '').toLowerCase().replaceAll(/[[\]"]/g, '');
  while (p.token.kind === 'word' && wordsInTypes.has(p.token.upper) && typeContinues(p))
    text += ` ${p.next().text.toLowerCase()}`;
  let length: number | 'max' | null = null;
  if (p.at('(')) {
    const open = p.next();
    const size = p.token;
    if (size.kind === 'number') length = Number(p.next().text);
    else if (p.accept('MAX')) length = 'max';
    if (p.at(',') && p.peek(1).kind === 'number') p.index += 2;
    // `char(10 char)`, `xml(CONTENT dbo.docs)`, `interval(DAY)`
    while (p.token.kind === 'word' && !columnWords.has(p.token.upper)) {
      p.next();
      p.accept('.');
    }
    if (!p.at(')')) {
      p.unclosed(open);
      return { first, last: p.previous, name: text, length };
    }
    p.close(open);
  }
  while (p.token.kind === 'word' && wordsInTypes.has(p.token.upper) && typeContinues(p))
    text += ` ${p.next().text.toLowerCase()}`;
  while (p.at('[') && (p.at(']', 1) || p.at(']', 2))) {
    while (!p.accept(']')) p.next();
    text += '[]';
  }
  return { first, last: p.previous, name: text, length };
}

function typeContinues(p: Parser): boolean {
  if (p.at('WITH') || p.at('WITHOUT')) return p.at('TIME', 1);
  if (p.at('TIME')) return p.at('ZONE', 1);
  return true;
}
