import { skipString, skipTrivia, skipValue } from '../../core/payload/jsonScan.ts';
import type { JsonPath } from '../../core/problems.ts';

/** Where one child stands in a payload's text; offsets in UTF-16 code units, `end` exclusive. */
export interface ChildExtent {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** Path of the child from the file's root: `[]`, `[3]` or `['Children', 3]`. */
  readonly path: JsonPath;
}

/** Offset after the `[` of the member `Children`, for a file that wraps its children; -1 when there is none. */
function wrappedList(text: string, open: number): number {
  let at = skipTrivia(text, open + 1);
  while (text.charCodeAt(at) === 34) {
    const keyEnd = skipString(text, at);
    const key = text.slice(at, keyEnd);
    at = skipTrivia(text, keyEnd);
    if (text.charCodeAt(at) !== 58) return -1;
    at = skipTrivia(text, at + 1);
    if (key === '"Children"') return text.charCodeAt(at) === 91 ? at + 1 : -1;
    // A member that only a child has: this object is the child itself.
    if (key === '"la_child_id"' || key === '"child_details"') return -1;
    at = skipTrivia(text, skipValue(text, at));
    if (text.charCodeAt(at) !== 44) return -1;
    at = skipTrivia(text, at + 1);
  }
  return -1;
}

/**
 * The children of a payload's text one after the other, found by their brackets alone, so that broken children are
 * there too. A generator, so that the caller decides how much to do at a time.
 */
export function* childExtents(text: string): Generator<ChildExtent, void, undefined> {
  const open = skipTrivia(text, 0);
  const first = text.charCodeAt(open);
  let at: number;
  let wrapper: JsonPath = [];
  if (first === 91) at = open + 1;
  else if (first === 123) {
    at = wrappedList(text, open);
    if (at === -1) {
      yield { index: 0, start: open, end: skipValue(text, open), path: [] };
      return;
    }
    wrapper = ['Children'];
  } else return;
  for (let index = 0; ; index++) {
    at = skipTrivia(text, at);
    if (at >= text.length || text.charCodeAt(at) === 93) return;
    if (text.charCodeAt(at) === 44) {
      at++;
      index--;
      continue;
    }
    const end = Math.max(skipValue(text, at), at + 1);
    yield { index, start: at, end, path: [...wrapper, index] };
    at = end;
  }
}
