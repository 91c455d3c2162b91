import type { JsonPath } from '../problems.ts';
import { skipComment, skipSpace, skipString, skipTrivia, skipValue } from './jsonScan.ts';
import { keyText } from './placeFinder.ts';
import { commentFault, type SyntaxFault } from './syntaxFaults.ts';

/**
 * How a payload file is built around its children.
 * - `array`: the bare array that the API takes
 * - `wrapper`: an object with the list as a member
 * - `child`: one child without a list
 * - `other`: nothing that holds children, also the empty file
 */
export interface RootForm {
  readonly kind: 'array' | 'wrapper' | 'child' | 'other';
  /** Offset of the first significant character. */
  readonly start: number;
  /** Offset at which the parts begin: after the opening bracket of the list, or at the child. */
  readonly head: number;
  /** Path of the list; empty except for a wrapper. */
  readonly listPath: JsonPath;
  /** Comments before the root. */
  readonly faults: readonly SyntaxFault[];
  /** Whether the text begins with a byte order mark. */
  readonly marked: boolean;
}

/** The member that holds the list of children, by its usual name in any letter case. */
function listMember(text: string, open: number): { name: string; at: number } | undefined {
  let at = skipTrivia(text, open + 1);
  while (text.charCodeAt(at) === 34) {
    const end = skipString(text, at);
    const name = keyText(text, at, end);
    at = skipTrivia(text, end);
    if (text.charCodeAt(at) !== 58) return undefined;
    at = skipTrivia(text, at + 1);
    if (/^children$/i.test(name) && text.charCodeAt(at) === 91) return { name, at };
    // Only a child has this: the object is no wrapper, however long it is.
    if (name === 'child_details' || name === 'social_care_episodes') return undefined;
    at = skipTrivia(text, skipValue(text, at));
    if (text.charCodeAt(at) !== 44) return undefined;
    at = skipTrivia(text, at + 1);
  }
  return undefined;
}

/** The form of a payload's text, judged by its beginning. */
export function rootForm(text: string): RootForm {
  const marked = text.charCodeAt(0) === 0xfeff;
  const faults: SyntaxFault[] = [];
  let start = skipSpace(text, marked ? 1 : 0);
  for (let end = skipComment(text, start); end > start; end = skipComment(text, start)) {
    faults.push(commentFault(start, end));
    start = skipSpace(text, end);
  }
  const base = { start, faults, marked, listPath: [] };
  const c = text.charCodeAt(start);
  if (c === 91) return { ...base, kind: 'array', head: start + 1 };
  if (c !== 123) return { ...base, kind: 'other', head: start };
  const list = listMember(text, start);
  if (list === undefined) return { ...base, kind: 'child', head: start };
  return { ...base, kind: 'wrapper', head: list.at + 1, listPath: [list.name] };
}
