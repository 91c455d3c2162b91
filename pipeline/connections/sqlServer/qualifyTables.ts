import { lex } from '../../../core/sql/lexer.ts';
import { keyOf, type Token } from '../../../core/sql/token.ts';
import model from '../../../schemas/ssd-model.json' with { type: 'json' };

const ssdTables: ReadonlySet<string> = new Set(Object.keys(model.tables));

/** A name for T-SQL text, in brackets, so that it can be nothing but a name. */
export function quoteName(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`;
}

/** Words after which a table name stands. A comma counts too: `FROM a, b`. */
const beforeTable = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'APPLY', 'USING', 'TABLE', ',', '(']);

function isName(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'word' || token.kind === 'quotedName');
}

/** Index of the token after the bracket that closes the one at `open`. */
function afterGroup(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++;
    else if (tokens[i]?.text === ')' && --depth === 0) return i + 1;
  }
  return tokens.length;
}

/** Names of common table expressions: a name, perhaps columns, AS and a bracket, after WITH or a comma. */
function expressionNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (!isName(token) || (before?.upper !== 'WITH' && before?.text !== ',')) continue;
    const next = tokens[i + 1]?.text === '(' ? afterGroup(tokens, i + 1) : i + 1;
    if (tokens[next]?.upper === 'AS' && tokens[next + 1]?.text === '(') names.add(keyOf(token));
  }
  return names;
}

/**
 * Puts the schema in front of the tables of the SSD where a query names them without one, for a login whose default
 * schema is another. Strings, comments, aliases, columns and common table expressions are left alone.
 */
export function qualifyTables(sql: string, schema: string): string {
  const { tokens } = lex(sql, 'tsql');
  const expressions = expressionNames(tokens);
  const parts: string[] = [];
  let copied = 0;
  for (const [i, token] of tokens.entries()) {
    if (!isName(token)) continue;
    const key = keyOf(token);
    if (!ssdTables.has(key) || expressions.has(key)) continue;
    const before = tokens[i - 1];
    if (!beforeTable.has(before?.upper ?? '') || tokens[i + 1]?.text === '.') continue;
    // `FROM ssd_person` becomes `FROM [schema].ssd_person`; without an alias its columns keep their prefix.
    parts.push(sql.slice(copied, token.start), `${quoteName(schema)}.`);
    copied = token.start;
  }
  parts.push(sql.slice(copied));
  return parts.join('');
}
