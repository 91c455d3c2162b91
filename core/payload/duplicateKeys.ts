import type { JsonPath, TextRange } from '../problems.ts';
import { skipSpace, skipString } from './jsonScan.ts';
import { keyText } from './placeFinder.ts';

/** A property name that stands a second time in one object. Offsets are in the text. */
export interface DuplicateKey extends TextRange {
  readonly key: string;
  /** Path of the property. */
  readonly path: JsonPath;
  /** The one that stands first. */
  readonly first: TextRange;
  /** The property with its value and the comma that goes with it: what to remove. */
  readonly whole: TextRange;
}

interface Frame {
  readonly keys: Map<string, TextRange> | undefined;
  /** Name or index of the element that is being read. */
  step: string | number;
  /** Set while a repeated property is being read. */
  repeated:
    | { readonly key: string; readonly range: TextRange; readonly first: TextRange; readonly comma: number }
    | undefined;
}

/** The repeated names of valid JSON text, in its order. The nesting is kept in a list, not on the call stack. */
export function findDuplicateKeys(text: string): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  const frames: Frame[] = [];
  let comma = -1;
  const finish = (frame: Frame, end: number): void => {
    if (frame.repeated === undefined) return;
    const { key, range, first } = frame.repeated;
    const path = frames.slice(0, frames.indexOf(frame) + 1).map(({ step }) => step);
    found.push({ ...range, key, path, first, whole: { start: frame.repeated.comma, end } });
    frame.repeated = undefined;
  };
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const c = text.charCodeAt(at);
    const frame = frames.at(-1);
    if (c === 34) {
      const end = skipString(text, at);
      const colon = skipSpace(text, end);
      if (frame?.keys !== undefined && text.charCodeAt(colon) === 58) {
        const key = keyText(text, at, end);
        const range = { start: at, end };
        const first = frame.keys.get(key);
        frame.step = key;
        if (first === undefined) frame.keys.set(key, range);
        else frame.repeated = { key, range, first, comma };
        at = colon + 1;
      } else at = end;
    } else if (c === 123 || c === 91) {
      frames.push({ keys: c === 123 ? new Map() : undefined, step: 0, repeated: undefined });
      at++;
    } else if (c === 125 || c === 93) {
      if (frame !== undefined) finish(frame, endBefore(text, at));
      frames.pop();
      at++;
    } else if (c === 44) {
      if (frame !== undefined) finish(frame, at);
      if (frame !== undefined && typeof frame.step === 'number') frame.step++;
      comma = at;
      at++;
    } else at++;
  }
  return found.sort((a, b) => a.start - b.start);
}

/** End of what stands before `at`, without the white space between. */
function endBefore(text: string, at: number): number {
  let end = at;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end--;
  return end;
}
