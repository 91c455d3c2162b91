import { skipScalar, skipSpace, skipString, skipTrivia } from './jsonScan.ts';

/** Brackets nested deeper than this are not read. A payload has no more than eight levels. */
export const maxNesting = 64;

/** How far beyond a suspicious place the scanner looks, in UTF-16 code units, before it decides that a child is broken. */
const lookahead = 1_000_000;

/** Members that stand on a child and nowhere below it: an object that begins with one of them is a child. */
const childKeys = ['la_child_id', 'mis_child_id', 'child_details', 'health_and_wellbeing', 'social_care_episodes'];

/** One element of the array of children. Offsets are in the scanned text. */
export interface ScannedElement {
  readonly kind: 'element';
  readonly start: number;
  readonly end: number;
  /** The value as JSON.parse reads it; undefined when the text is broken or nests too deep. */
  readonly value: unknown;
  /** Whether JSON.parse took the text. */
  readonly valid: boolean;
  /** Colons outside strings: the number of properties in the text. */
  readonly colons: number;
  /** No string is empty or padded, or holds an escape, `0x`, two apostrophes, or a character that may be half a pair. */
  readonly plain: boolean;
  /** Where brackets nest too deep; undefined when they do not. */
  readonly tooDeep: number | undefined;
  /** Offset up to which the text decided the result. */
  readonly reach: number;
}

/** The scanner came to the end of its window and must see more of the text. */
export interface NeedsMore {
  readonly kind: 'more';
}

interface Balance {
  readonly end: number;
  readonly colons: number;
  readonly tooDeep: number | undefined;
  /** Brackets are balanced and strings look closed. */
  readonly whole: boolean;
  /** All strings are plain, see `TextKind`. */
  readonly plain: boolean;
  readonly reach: number;
}

function beginsChild(text: string, brace: number): boolean {
  const quote = skipSpace(text, brace + 1);
  if (text.charCodeAt(quote) !== 34) return false;
  return childKeys.some((key) => text.startsWith(key, quote + 1) && text.charCodeAt(quote + 1 + key.length) === 34);
}

/** Whether a character can follow a closed string: white space, comma, colon, a closing bracket, a comment or the end. */
function followsString(code: number): boolean {
  return (
    code === 44 ||
    code === 58 ||
    code === 125 ||
    code === 93 ||
    (code <= 32 && code >= 0) ||
    code === 47 ||
    Number.isNaN(code)
  );
}

/** End of a string as the scanner sees it. */
interface StringEnd {
  /** Offset of the closing quote, or of what shows that there is none. */
  readonly at: number;
  readonly closed: boolean;
}

/** What the characters of strings have shown so far. */
class TextKind {
  /** No string is empty or padded, or holds an escape, `0x`, two apostrophes, or a character that may be half a pair. */
  plain = true;

  /** Runs over the string that opens at `open`. */
  string(text: string, open: number): StringEnd {
    let at = open + 1;
    let s = text.charCodeAt(at);
    if (s <= 32 || s === 34 || s === 0xa0) this.plain = false;
    for (; ; s = text.charCodeAt(++at)) {
      if (s < 40) {
        if (s === 34) break;
        if (s === 10 || s === 13) return { at, closed: false };
        if (s === 39 && text.charCodeAt(at - 1) === 39) this.plain = false;
      } else if ((s | 32) === 120) {
        if (text.charCodeAt(at - 1) === 48) this.plain = false;
      } else if (s === 92) {
        this.plain = false;
        at++;
      } else if (s >= 0xd800) this.plain = false;
      else if (Number.isNaN(s)) return { at: text.length, closed: false };
    }
    const last = text.charCodeAt(at - 1);
    if (last <= 32 || last === 0xa0) this.plain = false;
    return { at, closed: followsString(text.charCodeAt(at + 1)) };
  }
}

/**
 * Counts brackets from the one at `start`. It gives up at a string that is not closed or followed by text, and one
 * stretch of lookahead after a child that begins inside this one.
 */
function balance(text: string, start: number): Balance {
  const kind = new TextKind();
  let depth = 0;
  let colons = 0;
  let tooDeep: number | undefined;
  let limit = text.length;
  for (let at = start; at < limit; at++) {
    const c = text.charCodeAt(at);
    // White space is most of a formatted file.
    if (c <= 32) continue;
    if (c === 34) {
      const end = kind.string(text, at);
      at = end.at;
      if (!end.closed) {
        return { end: Math.min(at, text.length), colons, tooDeep, whole: false, plain: false, reach: at + 2 };
      }
    } else if (c === 58) colons++;
    else if (c === 123 || c === 91) {
      depth++;
      if (depth > maxNesting && tooDeep === undefined) tooDeep = at;
      if (c === 123 && depth > 1 && limit === text.length && beginsChild(text, at)) {
        limit = Math.min(limit, at + lookahead);
      }
    } else if (c === 125 || c === 93) {
      depth--;
      if (depth === 0) return { end: at + 1, colons, tooDeep, whole: true, plain: kind.plain, reach: at + 1 };
    } else if (c === 47) at = Math.max(at, skipTrivia(text, at) - 1);
  }
  const reach = limit === text.length ? Number.POSITIVE_INFINITY : limit;
  return { end: limit, colons, tooDeep, whole: false, plain: false, reach };
}

/** What comes after an element, and how far one must look to know. `odd` is text that no array has there. */
function follow(text: string, end: number): { odd: boolean; reach: number } {
  const at = skipTrivia(text, end);
  const c = text.charCodeAt(at);
  if (Number.isNaN(c)) return { odd: false, reach: Number.POSITIVE_INFINITY };
  // A stray brace or colon is reported between the children.
  if (c === 93 || c === 123 || c === 125 || c === 58) return { odd: false, reach: at + 1 };
  if (c !== 44) return { odd: true, reach: at + 1 };
  const next = skipTrivia(text, at + 1);
  if (text.charCodeAt(next) !== 34) return { odd: false, reach: next + 1 };
  // A property after the comma: the child was closed too early.
  const name = skipString(text, next);
  const colon = skipTrivia(text, name);
  return { odd: text.charCodeAt(colon) === 58, reach: colon + 1 };
}

/** End of the significant text before `at`, without a comma that separates it from what follows. */
function trimBack(text: string, from: number, at: number): number {
  let end = at;
  const isSpace = (offset: number): boolean => offset > from && text.charCodeAt(offset - 1) <= 32;
  while (isSpace(end)) end--;
  if (end > from + 1 && text.charCodeAt(end - 1) === 44) {
    end--;
    while (isSpace(end)) end--;
  }
  return end;
}

/** Where a broken child ends: before the next text that begins a child, or where the array or the text ends. */
function recover(text: string, start: number, scanned: Balance): { end: number; reach: number } {
  const after = scanned.whole ? follow(text, scanned.end) : { odd: true, reach: scanned.reach };
  const childStart = new RegExp(`\\{\\s*"(?:${childKeys.join('|')})"\\s*:`, 'g');
  childStart.lastIndex = start + 1;
  const limit = Math.min(text.length, Math.max(scanned.end, start) + lookahead);
  const window = limit < text.length ? text.slice(0, limit) : text;
  const next = childStart.exec(window);
  if (next !== null && (next.index < scanned.end || after.odd)) {
    return { end: trimBack(text, start, next.index), reach: Math.max(next.index + next[0].length, scanned.end) };
  }
  if (!after.odd) return { end: scanned.end, reach: after.reach };
  if (limit < text.length) return { end: Math.max(scanned.end, start + 1), reach: limit };
  // The last child of the file: a closing bracket at the very end is that of the array.
  const last = trimBack(text, start, text.length);
  const closes = text.charCodeAt(last - 1) === 93 && last - 1 > start;
  return { end: closes ? trimBack(text, start, last - 1) : last, reach: Number.POSITIVE_INFINITY };
}

function parse(text: string): { value: unknown; valid: boolean } {
  try {
    return { value: JSON.parse(text), valid: true };
  } catch {
    return { value: undefined, valid: false };
  }
}

/**
 * Reads the element that starts at `start` of the array of children. Valid text is split exactly as JSON.parse would;
 * in broken text the child ends before the next one that can be recognised, so that one mistake spoils one child. The
 * result depends on the text from `start` to `reach` alone. `complete` says that the text does not go on after its end;
 * otherwise the scanner asks for more where the end would matter.
 */
export function scanElement(text: string, start: number, complete: boolean): ScannedElement | NeedsMore {
  const c = text.charCodeAt(start);
  const bracket = c === 123 || c === 91;
  const scalarEnd = c === 34 ? skipString(text, start) : skipScalar(text, start);
  const scanned: Balance = bracket
    ? balance(text, start)
    : { end: scalarEnd, colons: 0, tooDeep: undefined, whole: true, plain: false, reach: scalarEnd + 1 };
  const { colons, tooDeep, plain } = scanned;
  let end = scanned.end;
  let reach = scanned.reach;
  let read: { value: unknown; valid: boolean } = { value: undefined, valid: false };
  if (scanned.whole && tooDeep === undefined) read = parse(text.slice(start, end));
  if (read.valid || (scanned.whole && tooDeep !== undefined)) {
    const after = follow(text, end);
    reach = Math.max(reach, after.reach);
    if (after.odd) read = { value: undefined, valid: false };
  }
  if (!read.valid && !(scanned.whole && tooDeep !== undefined)) {
    const recovered = recover(text, start, scanned);
    end = recovered.end;
    reach = Math.max(reach, recovered.reach);
  }
  if (!complete && reach > text.length) return { kind: 'more' };
  return { kind: 'element', start, end: Math.max(end, start + 1), ...read, colons, plain, tooDeep, reach };
}
