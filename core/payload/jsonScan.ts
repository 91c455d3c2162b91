/**
 * Small steps over JSON text, by offset in UTF-16 code units. They never throw and never leave the text: a string that
 * is not closed ends at its line, an unbalanced value at the end of the text.
 */

/** Offset of the first character that is not JSON white space, from `at`. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  for (; position < text.length; position++) {
    const c = text.charCodeAt(position);
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) break;
  }
  return position;
}

/** Offset after the string that opens at `at` (on its quote). An unclosed one ends before the line break. */
export function skipString(text: string, at: number): number {
  for (let position = at + 1; position < text.length; position++) {
    const c = text.charCodeAt(position);
    if (c === 34) return position + 1;
    if (c === 92) position++;
    else if (c === 10 || c === 13) return position;
  }
  return text.length;
}

/** Offset after the comment at `at`, or `at` when none starts there. Comments are no JSON; they are stepped over and reported. */
export function skipComment(text: string, at: number): number {
  if (text.charCodeAt(at) !== 47) return at;
  const next = text.charCodeAt(at + 1);
  if (next === 47) {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  }
  if (next === 42) {
    const end = text.indexOf('*/', at + 2);
    return end === -1 ? text.length : end + 2;
  }
  return at;
}

/**
 * Offset of the next character that is neither white space nor part of a comment. A byte order mark at the very
 * beginning is stepped over too.
 */
export function skipTrivia(text: string, at: number): number {
  for (let position = at === 0 && text.charCodeAt(0) === 0xfeff ? 1 : at; ; ) {
    const next = skipComment(text, skipSpace(text, position));
    if (next === position) return position;
    position = next;
  }
}

/** Offset after a number, word or other run of characters without structure. */
export function skipScalar(text: string, at: number): number {
  let position = at;
  for (; position < text.length; position++) {
    const c = text.charCodeAt(position);
    // space, line breaks, tab, comma, colon, quote, brackets, slash
    if (c === 44 || c === 125 || c === 93 || c <= 32 || c === 58 || c === 34 || c === 123 || c === 91 || c === 47)
      break;
  }
  return position === at ? at + 1 : position;
}

/** Offset after the value that starts at `at`, brackets counted without recursion. */
export function skipValue(text: string, at: number): number {
  let depth = 0;
  let position = at;
  while (position < text.length) {
    const c = text.charCodeAt(position);
    if (c === 34) position = skipString(text, position);
    else if (c === 123 || c === 91) {
      depth++;
      position++;
    } else if (c === 125 || c === 93) {
      depth--;
      position++;
    } else if (depth === 0 && c > 32) position = skipScalar(text, position);
    else {
      position++;
      continue;
    }
    if (depth <= 0) return position;
  }
  return text.length;
}
