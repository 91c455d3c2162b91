import type { JsonPath, ProblemAnchor, TextRange } from '../problems.ts';
import { skipSpace, skipString, skipValue } from './jsonScan.ts';

/** A place to find in a text. */
export interface WantedPlace {
  readonly path: JsonPath;
  readonly at: ProblemAnchor;
}

/** Wanted places as a tree, so that one pass over the text finds all and steps over the rest. */
interface Node {
  readonly children: Map<string | number, Node>;
  value: TextRange | undefined;
  key: TextRange | undefined;
}

function node(): Node {
  return { children: new Map(), value: undefined, key: undefined };
}

/** The key that a string token spells; broken escapes leave it as it stands. */
export function keyText(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, text.charCodeAt(end - 1) === 34 && end - start > 1 ? end - 1 : end);
  if (!raw.includes('\\')) return raw;
  try {
    const parsed: unknown = JSON.parse(`"${raw}"`);
    return typeof parsed === 'string' ? parsed : raw;
  } catch {
    return raw;
  }
}

function visitObject(text: string, start: number, wanted: Node): number {
  let at = skipSpace(text, start + 1);
  while (at < text.length && text.charCodeAt(at) === 34) {
    const keyEnd = skipString(text, at);
    const child = wanted.children.get(keyText(text, at, keyEnd));
    const keyRange = { start: at, end: keyEnd };
    at = skipSpace(text, keyEnd);
    if (text.charCodeAt(at) === 58) at = skipSpace(text, at + 1);
    if (child === undefined) at = skipValue(text, at);
    else {
      // A key that comes twice: the last one counts, as for JSON.parse.
      forget(child);
      child.key = keyRange;
      at = visit(text, at, child);
    }
    at = skipSpace(text, at);
    if (text.charCodeAt(at) !== 44) break;
    at = skipSpace(text, at + 1);
  }
  return text.charCodeAt(at) === 125 ? at + 1 : at;
}

function forget(wanted: Node): void {
  wanted.value = undefined;
  for (const child of wanted.children.values()) forget(child);
}

function visitArray(text: string, start: number, wanted: Node): number {
  let at = skipSpace(text, start + 1);
  for (let index = 0; at < text.length && text.charCodeAt(at) !== 93; index++) {
    const child = wanted.children.get(index);
    at = skipSpace(text, child === undefined ? skipValue(text, at) : visit(text, at, child));
    if (text.charCodeAt(at) !== 44) break;
    at = skipSpace(text, at + 1);
  }
  return text.charCodeAt(at) === 93 ? at + 1 : at;
}

function visit(text: string, start: number, wanted: Node): number {
  const c = text.charCodeAt(start);
  let end: number;
  if (wanted.children.size === 0 || (c !== 123 && c !== 91)) end = skipValue(text, start);
  else end = c === 123 ? visitObject(text, start, wanted) : visitArray(text, start, wanted);
  wanted.value = { start, end };
  return end;
}

function rangeOf(chain: readonly Node[], at: ProblemAnchor, base: number): TextRange {
  const target = chain.at(-1);
  if (target?.value === undefined) {
    // The place is not in the text: the nearest object or list around it stands for it.
    const around = chain.findLast((step) => step.value !== undefined)?.value;
    const start = around?.start ?? 0;
    return { start: base + start, end: base + Math.min(start + 1, around?.end ?? start) };
  }
  const { start, end } = at === 'key' && target.key !== undefined ? target.key : target.value;
  return { start: base + start, end: base + (at === 'opening' ? Math.min(start + 1, end) : end) };
}

/**
 * Text ranges of places in a JSON value, in one pass. `text` holds the value (space around it is fine); `base` is
 * added to each offset. A place that the text does not have is given the opening of what would hold it.
 */
export function findPlaces(text: string, places: readonly WantedPlace[], base = 0): TextRange[] {
  const root = node();
  const chains = places.map(({ path }) => {
    const chain = [root];
    let step = root;
    for (const key of path) {
      let next = step.children.get(key);
      if (next === undefined) {
        next = node();
        step.children.set(key, next);
      }
      step = next;
      chain.push(step);
    }
    return chain;
  });
  visit(text, skipSpace(text, 0), root);
  return chains.map((chain, index) => rangeOf(chain, places[index]?.at ?? 'value', base));
}
