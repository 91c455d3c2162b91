import type { SqlDialect } from './dialect.ts';
import type { ParsedStatement, ParsedStatements } from './grammar/parser.ts';
import { type LexedText, lex } from './lexer.ts';
import type { Comment, Token } from './token.ts';

/**
 * A text with its tokens, kept through edits. Tokens before and behind an edit stay the same objects, those behind it
 * are moved, so that what stands on them (trees, findings) needs no change.
 */
export class TokenText {
  text: string;
  tokens: Token[];
  comments: Comment[];
  readonly dialect: SqlDialect;

  constructor(text: string, dialect: SqlDialect) {
    this.text = text;
    this.dialect = dialect;
    const lexed = lex(text, dialect);
    this.tokens = lexed.tokens;
    this.comments = lexed.comments;
  }

  /** Takes the new text over, and drops from `parsed` the statements that the edit may have touched. */
  update(text: string, parsed: ParsedStatements): void {
    const old = this.text;
    if (text === old) return;
    const limit = Math.min(text.length, old.length);
    let same = 0;
    while (same < limit && text.charCodeAt(same) === old.charCodeAt(same)) same++;
    let tail = 0;
    while (tail < limit - same && text.charCodeAt(text.length - 1 - tail) === old.charCodeAt(old.length - 1 - tail))
      tail++;

    const from = this.#restart(same);
    const delta = text.length - old.length;
    const keptTokens = firstFrom(this.tokens, from);
    const keptComments = firstFrom(this.comments, from);
    let candidate = keptTokens;
    let synced = -1;
    const stop = (offset: number, firstOnLine: boolean): boolean => {
      const before = offset - delta;
      // Only at the start of a line: a token's column depends on what stands before it in its line.
      if (!firstOnLine || offset < text.length - tail || before < old.length - tail || before < from) return false;
      while ((this.tokens[candidate]?.start ?? Infinity) < before) candidate++;
      const token = this.tokens[candidate];
      if (token === undefined || token.start !== before || !token.firstOnLine || token.kind === 'end') return false;
      synced = candidate;
      return true;
    };
    const middle = lex(text, this.dialect, { from, stop });
    this.#join(middle, keptTokens, keptComments, synced, delta, parsed);
    this.text = text;
  }

  /** The start of a line at or before the offset that no token and no comment spans. */
  #restart(offset: number): number {
    let from = lineStart(this.text, offset);
    for (;;) {
      const spanning = [...around(this.tokens, from), ...around(this.comments, from)].filter(
        (part) => part.start < from && part.end >= from,
      );
      if (spanning.length === 0) return from;
      from = lineStart(this.text, Math.min(...spanning.map((part) => part.start)));
      if (from === 0) return 0;
    }
  }

  #join(
    middle: LexedText,
    keptTokens: number,
    keptComments: number,
    synced: number,
    delta: number,
    parsed: ParsedStatements,
  ): void {
    const suffix = synced < 0 ? [] : this.tokens.slice(synced);
    const syncOffset = suffix[0]?.start ?? Infinity;
    const laterComments = synced < 0 ? [] : this.comments.slice(firstFrom(this.comments, syncOffset));
    for (const part of [...suffix, ...laterComments]) {
      part.start += delta;
      part.end += delta;
    }
    const oldSuffixAt = synced < 0 ? this.tokens.length : synced;
    this.tokens = [...this.tokens.slice(0, keptTokens), ...middle.tokens, ...suffix];
    this.comments = [...this.comments.slice(0, keptComments), ...middle.comments, ...laterComments];
    dropTouched(parsed, keptTokens, oldSuffixAt, this.tokens.length - suffix.length - oldSuffixAt);
  }
}

/** Forgets statements that looked at changed tokens, and moves the ones behind the change. */
function dropTouched(parsed: ParsedStatements, kept: number, suffixAt: number, shift: number): void {
  for (const [token, known] of parsed) {
    if (isBefore(known, kept)) continue;
    // The token before a statement can decide how it is read, so that one must be the same too.
    if (known.at > suffixAt) known.at += shift;
    else parsed.delete(token);
  }
}

function isBefore(known: ParsedStatement, kept: number): boolean {
  return known.at + Math.max(known.reach, known.length) < kept;
}

function lineStart(text: string, offset: number): number {
  let start = Math.min(offset, text.length);
  while (start > 0) {
    const code = text.charCodeAt(start - 1);
    if (code === 10 || code === 13) break;
    start--;
  }
  // Between CR and LF there is no line start.
  return start > 0 && text.charCodeAt(start) === 10 && text.charCodeAt(start - 1) === 13
    ? lineStart(text, start - 1)
    : start;
}

/** Index of the first part that starts at or behind the offset. */
function firstFrom(parts: readonly { readonly start: number }[], offset: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle]?.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function around<T extends { readonly start: number }>(parts: readonly T[], offset: number): T[] {
  const at = firstFrom(parts, offset);
  return parts.slice(Math.max(0, at - 1), at + 1);
}
