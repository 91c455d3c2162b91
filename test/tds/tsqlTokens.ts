/** One token of T-SQL. `word` covers keywords, names and `#temp`; quoted names have their quotes taken off in `name`. */
export interface SqlToken {
  readonly kind: 'space' | 'string' | 'word' | 'quoted' | 'number' | 'variable' | 'operator';
  readonly text: string;
  /** Lower-case name for words and quoted names, otherwise the text. */
  readonly name: string;
}

const pattern =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>N?'(?:[^']|'')*')|(?<quoted>\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*")|(?<number>0x[0-9a-f]*|\d+(?:\.\d*)?)|(?<variable>@@?[\w$#]+)|(?<word>#{0,2}[a-z_][\w$#]*)|(?<operator><>|<=|>=|!=|\|\||[^\s])/giy;

/** Splits a text into tokens; comments count as space. Small on purpose: no nested comments, no GO. */
export function tokenise(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const match of sql.matchAll(pattern)) {
    const groups = match.groups ?? {};
    const text = match[0];
    if (groups.space !== undefined) tokens.push({ kind: 'space', text: ' ', name: ' ' });
    else if (groups.string !== undefined) tokens.push({ kind: 'string', text: text.replace(/^N/i, ''), name: text });
    else if (groups.quoted !== undefined) {
      tokens.push({ kind: 'quoted', text, name: text.slice(1, -1).replaceAll(']]', ']').toLowerCase() });
    } else if (groups.number !== undefined) tokens.push({ kind: 'number', text, name: text });
    else if (groups.variable !== undefined) tokens.push({ kind: 'variable', text, name: text.toLowerCase() });
    else if (groups.word !== undefined) tokens.push({ kind: 'word', text, name: text.toLowerCase() });
    else tokens.push({ kind: 'operator', text, name: text });
  }
  return tokens;
}

/** Splits at semicolons that stand outside strings, names and comments; empty statements are left out. */
export function splitStatements(sql: string): SqlToken[][] {
  const statements: SqlToken[][] = [[]];
  for (const token of tokenise(sql)) {
    if (token.text === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((tokens) => tokens.some((token) => token.kind !== 'space'));
}
