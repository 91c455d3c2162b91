import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { JsonPath } from '../../core/problems.ts';
import { payloadWords } from './payloadWords.ts';

/** What a 400 says about one child of the batch. */
export interface Refusal {
  /** Zero-based position in the batch. */
  readonly index: number;
  /** Inside the child, as far as the answer names it. */
  readonly path: JsonPath;
  /** The service's own words. They may hold personal values: mask before showing or keeping. */
  readonly words: string;
}

/**
 * A position directly after the root: `[3]`, `$[3]`, `children[3]`, `$.children[3]`, then the path inside the child.
 * The look-behind keeps out positions that follow a name or another position, which are inside a child.
 */
const rootPosition =
  /(?<![\w\]$#.'"])(?:[$#]\.?)?(?:(?:children|child|payload|body|root|request|records?|data|array)[.\s]?)?\[(\d{1,4})\]((?:\.?\[\d{1,4}\]|\.[A-Za-z_]\w*|\[['"][A-Za-z_]\w*['"]\])*)/gi;

function pathOf(rest: string): JsonPath {
  const { fields } = payloadWords();
  const path: (string | number)[] = [];
  for (const [token] of rest.matchAll(/\d+|[A-Za-z_]\w*/g)) {
    if (/^\d+$/.test(token)) path.push(Number(token));
    else if (fields.has(token)) path.push(token);
    // The end of the path runs into the sentence: "[3].Invalid value".
    else break;
  }
  return path;
}

/** Whether the position belongs to a list inside a child although it stands apart from it in the sentence. */
function isInsideChild(text: string, start: number, end: number): boolean {
  const { lists } = payloadWords();
  const before = /([A-Za-z_]\w*)['"`]?[\s:]*$/.exec(text.slice(Math.max(0, start - 60), start))?.[1];
  if (before !== undefined && lists.has(before)) return true;
  const after = /^\s*(?:of|in|within|under)\s+(?:the\s+)?['"`]?([A-Za-z_]\w*)/i.exec(text.slice(end, end + 80))?.[1];
  return after !== undefined && lists.has(after);
}

function fromText(text: string, children: number, into: Refusal[]): boolean {
  const found: { index: number; path: JsonPath; start: number }[] = [];
  for (const match of text.matchAll(rootPosition)) {
    const end = match.index + match[0].length;
    if (isInsideChild(text, match.index, end)) continue;
    found.push({ index: Number(match[1]), path: pathOf(match[2] ?? ''), start: match.index });
  }
  for (const [n, { index, path, start }] of found.entries()) {
    const words = text.slice(start, found[n + 1]?.start ?? text.length).replace(/[\s;,|]+$/, '');
    if (index < children) into.push({ index, path, words });
  }
  return found.length > 0;
}

function stringsIn(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(stringsIn) : [];
}

function visit(value: JsonValue, children: number, into: Refusal[]): void {
  if (typeof value === 'string') fromText(value, children, into);
  else if (Array.isArray(value)) for (const item of value) visit(item, children, into);
  else if (isJsonObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const named: Refusal[] = [];
      if (fromText(key, children, named)) {
        const words = stringsIn(inner).join('; ');
        into.push(...named.map((refusal) => ({ ...refusal, words: words === '' ? key : `${key}: ${words}` })));
      } else visit(inner, children, into);
    }
  }
}

/**
 * The children that a 400 blames, by the first position after the root of the batch only. Array positions inside a
 * child are in the same style (protocol notes, "Error reply") and never blame a child.
 * @param children size of the batch; positions beyond it are ignored
 * @returns in the order of the answer; empty when it names nobody
 */
export function refusedChildren(text: string, children: number): readonly Refusal[] {
  const refusals: Refusal[] = [];
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch {
    parsed = text;
  }
  visit(parsed, children, refusals);
  return refusals;
}

/** The sentence that an answer without positions carries, for the child that was posted alone. */
export function plainWords(text: string): string {
  try {
    const words = stringsIn(JSON.parse(text) as JsonValue).join('; ');
    if (words !== '') return words;
  } catch {
    // Not JSON: the text itself is what the service said.
  }
  return text
    .replace(/<[^>]{0,200}>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
