/**
 * - `word`: keyword or bare name; `#temp` and `##temp` too
 * - `quotedName`: `[name]`, `"name"` or a backquoted name
 * - `string`: `'...'`, `N'...'`, `E'...'`, `$$...$$`
 * - `variable`: `@name` or `@@name`
 * - `go`: a line that only says GO (T-SQL batch separator)
 * - `end`: past the last character
 */
export type TokenKind = 'word' | 'quotedName' | 'string' | 'number' | 'variable' | 'operator' | 'go' | 'end';

/** What is wrong with a token's own text. */
export type TokenFault = 'unclosed' | 'unexpected';

/**
 * One token of a SQL text. Offsets are UTF-16 code units, `end` exclusive. They are mutable for one owner alone:
 * an SqlDocument moves the tokens behind an edit, so that the syntax trees that hold them stay right.
 */
export interface Token {
  readonly kind: TokenKind;
  start: number;
  end: number;
  /** The text as written. */
  readonly text: string;
  /** Upper case for words, the text itself for everything else: what keywords and operators are compared with. */
  readonly upper: string;
  /** Characters between the start of its line and the token. */
  readonly column: number;
  /** Whether this is the first token of its line. Decides where a broken statement ends. */
  readonly firstOnLine: boolean;
  readonly fault: TokenFault | null;
  /** What `keyOf` gives, once it was asked for. */
  key: string | null;
}

/** A comment, with its delimiters. */
export interface Comment {
  start: number;
  end: number;
  readonly text: string;
  readonly unclosed: boolean;
}

/** The name that a token stands for: quotes taken off, doubled quotes undone. */
export function nameOf(token: Token): string {
  if (token.kind !== 'quotedName') return token.text;
  const open = token.text.charAt(0);
  const close = open === '[' ? ']' : open;
  const inner = token.text.slice(1, token.fault === 'unclosed' ? undefined : -1);
  return inner.replaceAll(close + close, close);
}

/** The name in lower case, as names are compared: SQL Server's usual collations and the other dialects ignore case. */
export function keyOf(token: Token): string {
  token.key ??= nameOf(token).toLowerCase();
  return token.key;
}

/** The characters that a string literal holds; null when the token is no plain quoted string. */
export function stringValue(token: Token): string | null {
  if (token.kind !== 'string') return null;
  const quote = token.text.indexOf("'");
  if (quote < 0 || quote > 1) return null;
  return token.text.slice(quote + 1, token.fault === 'unclosed' ? undefined : -1).replaceAll("''", "'");
}
