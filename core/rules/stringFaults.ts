import type { JsonValue } from '../json.ts';
import type { JsonPath } from '../problems.ts';

/** What is odd about the text of a string value, whatever field it stands in. */
export interface StringFault {
  readonly path: JsonPath;
  readonly text: string;
  readonly empty: boolean;
  readonly padded: boolean;
  /** Holds `0x`, which a web firewall takes for an attack. */
  readonly hexMark: boolean;
  /** Holds a doubled apostrophe. */
  readonly doubled: boolean;
  /** Holds the replacement character or half a surrogate pair: text that was read in the wrong encoding. */
  readonly garbled: boolean;
}

/** What one walk over a value gives. */
export interface ValueWalk {
  readonly faults: readonly StringFault[];
  /** Properties of all objects, to be compared with those of the text: a name that comes twice is lost in the value. */
  readonly keys: number;
}

/** No payload nests deeper; what lies below is not looked at. */
const maxDepth = 64;

function isSpace(code: number): boolean {
  return code <= 32 || code === 0xa0 || code === 0xfeff;
}

/** Judges a string in one pass; undefined when nothing is odd, which is nearly always. */
function judge(text: string): Omit<StringFault, 'path'> | undefined {
  const { length } = text;
  let hexMark = false;
  let doubled = false;
  let wide = false;
  let previous = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if ((code === 120 || code === 88) && previous === 48) hexMark = true;
    else if (code === 39 && previous === 39) doubled = true;
    else if (code >= 0xd800) wide = true;
    previous = code;
  }
  const garbled = wide && (text.includes('\ufffd') || !text.isWellFormed());
  const edges = length === 0 || isSpace(text.charCodeAt(0)) || isSpace(previous);
  if (!(edges || hexMark || doubled || garbled)) return undefined;
  const empty = text.trim() === '';
  return { text, empty, padded: edges && !empty, hexMark, doubled, garbled };
}

/** Walks a value once, for its odd strings and its number of properties. */
export function walkValue(value: JsonValue): ValueWalk {
  const faults: StringFault[] = [];
  const path: (string | number)[] = [];
  let keys = 0;

  function visit(node: JsonValue, depth: number): void {
    if (typeof node === 'string') {
      const fault = judge(node);
      if (fault !== undefined) faults.push({ ...fault, path: [...path] });
    } else if (typeof node !== 'object' || node === null || depth > maxDepth) {
      return;
    } else if (Array.isArray(node)) {
      for (let index = 0; index < node.length; index++) {
        path.push(index);
        visit(node[index] ?? null, depth + 1);
        path.pop();
      }
    } else {
      for (const key of Object.keys(node)) {
        keys++;
        path.push(key);
        visit(node[key] ?? null, depth + 1);
        path.pop();
      }
    }
  }

  visit(value, 0);
  return { faults, keys };
}
