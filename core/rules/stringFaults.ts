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

/** No payload nests deeper; what lies below is not looked at. */
const maxDepth = 64;

function isSpace(code: number): boolean {
  return code <= 32 || code === 0xa0 || code === 0xfeff;
}

/** Whether a string needs a closer look. Nearly none does, so that this is all that is done for most. */
function isOdd(text: string): boolean {
  const { length } = text;
  if (length === 0 || isSpace(text.charCodeAt(0)) || isSpace(text.charCodeAt(length - 1))) return true;
  let previous = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 120 || code === 88) {
      if (previous === 48) return true;
    } else if (code === 39) {
      if (previous === 39) return true;
    } else if (code >= 0xd800) return true;
    previous = code;
  }
  return false;
}

function judge(text: string, path: JsonPath): StringFault | undefined {
  const empty = text.trim() === '';
  const padded = !empty && (isSpace(text.charCodeAt(0)) || isSpace(text.charCodeAt(text.length - 1)));
  const hexMark = /0x/i.test(text);
  const doubled = text.includes("''");
  const garbled = text.includes('\ufffd') || !text.isWellFormed();
  if (!(empty || padded || hexMark || doubled || garbled)) return undefined;
  return { path, text, empty, padded, hexMark, doubled, garbled };
}

/** Collects the odd strings with their paths. */
function collect(node: JsonValue, path: (string | number)[], into: StringFault[]): void {
  if (typeof node === 'string') {
    const fault = isOdd(node) ? judge(node, [...path]) : undefined;
    if (fault !== undefined) into.push(fault);
  } else if (typeof node === 'object' && node !== null && path.length <= maxDepth) {
    const last = path.length;
    if (Array.isArray(node)) {
      for (let index = 0; index < node.length; index++) {
        path[last] = index;
        collect(node[index] ?? null, path, into);
      }
    } else {
      for (const key of Object.keys(node)) {
        path[last] = key;
        collect(node[key] ?? null, path, into);
      }
    }
    path.length = last;
  }
}

/** Number of properties of all objects in a value. */
export function countKeys(node: JsonValue, depth = 0): number {
  if (typeof node !== 'object' || node === null || depth > maxDepth) return 0;
  let count = 0;
  if (Array.isArray(node)) {
    for (let index = 0; index < node.length; index++) count += countKeys(node[index] ?? null, depth + 1);
  } else {
    for (const key in node) {
      const member = node[key];
      count++;
      if (typeof member === 'object' && member !== null) count += countKeys(member, depth + 1);
    }
  }
  return count;
}

/** The strings of a value that something is odd about. */
export function findStringFaults(value: JsonValue): readonly StringFault[] {
  const faults: StringFault[] = [];
  collect(value, [], faults);
  return faults;
}
