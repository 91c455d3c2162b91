import { scanElement } from '../../core/payload/childScanner.ts';
import type { TextRange } from '../../core/problems.ts';

/** A child's place in a text, and its text. */
export interface ChildText extends TextRange {
  readonly text: string;
}

/** How far around an offset a child is looked for, in UTF-16 code units. Children are a few thousand long. */
const reach = 200_000;

/** The beginning of a child: a brace and a member that only a child has. */
const childStart = /\{\s*"(?:la_child_id|mis_child_id|child_details|health_and_wellbeing|social_care_episodes)"\s*:/g;

/**
 * The child around an offset, found without reading the text from its start: the last place before the offset that
 * begins as a child does, if that child reaches the offset. For files that are still being read.
 */
export function nearbyChild(text: string, offset: number): ChildText | undefined {
  const from = Math.max(0, offset - reach);
  const before = text.slice(from, Math.min(text.length, offset + 100));
  let start = -1;
  for (const match of before.matchAll(childStart)) {
    if (from + match.index > offset) break;
    start = from + match.index;
  }
  if (start === -1) return undefined;
  const window = text.slice(start, start + reach);
  const element = scanElement(window, 0, true);
  if (element.kind === 'more' || start + element.end < offset) return undefined;
  return { start, end: start + element.end, text: window.slice(0, element.end) };
}
