import type { SqlDialect } from './dialect.ts';
import type { Comment, Token, TokenFault, TokenKind } from './token.ts';

/** Tokens in order, ended by one `end` token, and the comments between them. */
export interface LexedText {
  readonly tokens: Token[];
  readonly comments: Comment[];
}

/** Part of a text to lex: from the start of a line that no token or comment spans, until `stop` says that the tokens from here on are known already. */
export interface LexSpan {
  readonly from: number;
  /** Called with the offset at which the next token or comment starts, and whether it is the first of its line. */
  readonly stop: (offset: number, firstOnLine: boolean) => boolean;
}

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const dollar = 36;
const singleQuote = 39;
const star = 42;
const minus = 45;
const dot = 46;
const slash = 47;
const colon = 58;
const backslash = 92;
const at = 64;
const openBracket = 91;
const backquote = 96;

/** Two and three character operators of all dialects, longest first within the same start. */
const longOperators = [
  '->>',
  '#>>',
  '<=>',
  '!~*',
  '<>',
  '<=',
  '>=',
  '!=',
  '!<',
  '!>',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '||',
  '::',
  '->',
  '#>',
  '@>',
  '<@',
  '~*',
  '!~',
  '<<',
  '>>',
  ':=',
];
const operatorsByFirst = new Map<string, string[]>();
for (const operator of longOperators) {
  const first = operator.charAt(0);
  operatorsByFirst.set(first, [...(operatorsByFirst.get(first) ?? []), operator]);
}
const singleOperators = new Set('+-*/%&|^~=<>!(),;.:?[]{}@#$\\'.split(''));

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code > 127 && code !== 0xa0);
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code) || code === at || code === dollar || code === hash;
}

function isSpace(code: number): boolean {
  return (
    code === space ||
    (code >= tab && code <= carriageReturn) ||
    code === 0xa0 ||
    code === 0xfeff ||
    code === 0x2028 ||
    code === 0x3000
  );
}

const batchSeparator = /GO(?=[ \t]*(?:\d+[ \t]*)?;?[ \t]*(?:--[^\n]*)?(?:\r?\n|\r|$))[ \t]*\d*/iy;
const sqlcmdLine =
  /:(?:setvar|r|connect|on|out|error|perftrace|quit|exit|list|reset|xml|ed|help|serverlist|listvar)\b[^\n]*/iy;
const numberText = /0[xX][0-9a-fA-F]*|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const dollarQuote = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const scriptVariable = /\$\([^)\n]*\)/y;

/**
 * Splits SQL text into tokens. Never throws: what is not closed becomes a token with a fault that ends with the text
 * (for names: with the line), and a character that no dialect knows becomes an operator with a fault.
 */
export function lex(text: string, dialect: SqlDialect, span?: LexSpan): LexedText {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  const length = text.length;
  let position = span?.from ?? 0;
  let firstOnLine = true;
  let lineStart = position;

  const push = (kind: TokenKind, end: number, fault: TokenFault | null = null): void => {
    const written = text.slice(position, end);
    const upper = kind === 'word' ? written.toUpperCase() : written;
    tokens.push({
      kind,
      start: position,
      end,
      text: written,
      upper,
      column: position - lineStart,
      firstOnLine,
      fault,
      key: null,
    });
    if (kind === 'string') lineStart = lastLineStart(position, end);
    firstOnLine = false;
    position = end;
  };
  const pushQuoted = (kind: TokenKind, open: number, close: string, stopsAtLine: boolean): void => {
    const end = closingOf(text, open + 1, close, stopsAtLine);
    push(kind, end.offset, end.closed ? null : 'unclosed');
  };
  const pushEscaped = (): void => {
    let end = position + 2;
    while (end < length && !(text[end] === "'" && text[end + 1] !== "'"))
      end += "\\'".includes(text.charAt(end)) ? 2 : 1;
    push('string', Math.min(length, end + 1), end < length ? null : 'unclosed');
  };
  const pushComment = (end: number, unclosed: boolean): void => {
    comments.push({ start: position, end, text: text.slice(position, end), unclosed });
    lineStart = lastLineStart(position, end);
    position = end;
  };

  while (position < length) {
    const code = text.charCodeAt(position);
    if (isSpace(code)) {
      position++;
      if (code === newline || code === carriageReturn) {
        firstOnLine = true;
        lineStart = position;
      }
      continue;
    }
    if (span?.stop(position, firstOnLine)) return { tokens, comments };
    const next = text.charCodeAt(position + 1);

    if (code === minus && next === minus) pushComment(lineEnd(text, position), false);
    else if (code === slash && next === star) {
      const end = blockCommentEnd(text, position, dialect !== 'sqlite');
      if (text.slice(position, end.offset).includes('\n')) firstOnLine = true;
      pushComment(end.offset, !end.closed);
    } else if (isNameStart(code) || code === hash) {
      if (code === hash && dialect === 'postgres') pushOperator();
      else if (next === singleQuote && isStringPrefix(code, dialect)) {
        // Only E'...' of PostgreSQL knows the backslash: `E'it\'s'`.
        if (dialect === 'postgres' && (code | 32) === 101) pushEscaped();
        else pushQuoted('string', position + 1, "'", false);
      } else if (
        firstOnLine &&
        dialect === 'tsql' &&
        (code | 32) === 103 &&
        matchAt(batchSeparator, text, position) > 0
      )
        push('go', position + matchAt(batchSeparator, text, position));
      else push('word', nameEnd(text, position));
    } else if (isDigit(code) || (code === dot && isDigit(next))) {
      push('number', position + Math.max(1, matchAt(numberText, text, position)));
    } else if (code === singleQuote) pushQuoted('string', position, "'", false);
    else if (code === doubleQuote) pushQuoted('quotedName', position, '"', true);
    else if (code === openBracket && dialect !== 'postgres') pushQuoted('quotedName', position, ']', true);
    else if (code === backquote && dialect === 'sqlite') pushQuoted('quotedName', position, '`', true);
    else if (code === at && (isNameStart(next) || next === at || isDigit(next) || next === hash || next === dollar))
      push('variable', nameEnd(text, position + 1));
    else if (code === dollar) pushDollar();
    else if (code === backslash && firstOnLine && dialect === 'postgres') pushComment(lineEnd(text, position), false);
    else if (code === colon && firstOnLine && matchAt(sqlcmdLine, text, position) > 0)
      pushComment(position + matchAt(sqlcmdLine, text, position), false);
    else pushOperator();
  }
  push('end', length);
  return { tokens, comments };

  /** Where the line starts that a part ends in, for parts that may span lines. */
  function lastLineStart(start: number, end: number): number {
    const at = text.lastIndexOf('\n', end - 1);
    return at >= start ? at + 1 : lineStart;
  }

  function pushOperator(): void {
    const first = text.charAt(position);
    const long = operatorsByFirst.get(first)?.find((operator) => text.startsWith(operator, position));
    push('operator', position + (long ?? first).length, singleOperators.has(first) ? null : 'unexpected');
  }

  function pushDollar(): void {
    const quote = dialect === 'postgres' ? matchAt(dollarQuote, text, position) : 0;
    const variable = matchAt(scriptVariable, text, position);
    const code = text.charCodeAt(position + 1);
    if (quote > 0) {
      const tag = text.slice(position, position + quote);
      const close = text.indexOf(tag, position + quote);
      push('string', close < 0 ? length : close + quote, close < 0 ? 'unclosed' : null);
    } else if (variable > 0) push('word', position + variable);
    else if (isDigit(code)) push('number', position + 1 + matchAt(numberText, text, position + 1));
    else if (isNameStart(code)) push('word', nameEnd(text, position + 1));
    else pushOperator();
  }
}

function isStringPrefix(code: number, dialect: SqlDialect): boolean {
  const letter = String.fromCharCode(code).toUpperCase();
  return (
    letter === 'N' || (dialect === 'postgres' && 'EBX'.includes(letter)) || (dialect === 'sqlite' && letter === 'X')
  );
}

function matchAt(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0].length ?? 0;
}

function nameEnd(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && isNamePart(text.charCodeAt(end))) end++;
  return end;
}

function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) !== newline && text.charCodeAt(end) !== carriageReturn) end++;
  return end;
}

function closingOf(
  text: string,
  from: number,
  close: string,
  stopsAtLine: boolean,
): { offset: number; closed: boolean } {
  // Once for all: a name of a million doubled quotes would otherwise be read from its start at each of them.
  const limit = stopsAtLine ? lineEnd(text, from) : text.length;
  let search = from;
  for (;;) {
    const found = text.indexOf(close, search);
    if (found < 0 || found >= limit) return { offset: limit, closed: false };
    if (text.charAt(found + 1) !== close) return { offset: found + 1, closed: true };
    search = found + 2;
  }
}

function blockCommentEnd(text: string, from: number, nests: boolean): { offset: number; closed: boolean } {
  let depth = 0;
  let position = from;
  while (position < text.length) {
    if (text.startsWith('*/', position)) {
      depth--;
      position += 2;
      if (depth === 0) return { offset: position, closed: true };
    } else if (text.startsWith('/*', position) && (nests || depth === 0)) {
      depth++;
      position += 2;
    } else position++;
  }
  return { offset: text.length, closed: false };
}
