import { type Edit, type FormattingOptions, format } from 'jsonc-parser';
import type { TextEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { nestsTooDeep } from '../../core/payload/jsonTree.ts';
import type { ChildExtent } from '../../core/payload/payloadDocument.ts';
import type { RequestContext } from '../languages/languageService.ts';

/** Above this many edits the answer is one edit with the whole text, which editors take faster. */
const editLimit = 2_000;

function optionsFor(text: string): FormattingOptions & { readonly eol: string } {
  return { tabSize: 2, insertSpaces: true, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}

/** The edit that makes the text from `start` to `end` read `wanted`; none when it does. */
function gap(text: string, start: number, end: number, wanted: string): Edit[] {
  return text.slice(start, end) === wanted ? [] : [{ offset: start, length: end - start, content: wanted }];
}

/**
 * The edits for a plain list of children, worked out child by child so that others get in between. Null for anything
 * else: a wrapped list, comments between children, broken brackets.
 */
async function childByChild(
  text: string,
  children: readonly ChildExtent[],
  context: RequestContext,
): Promise<Edit[] | null> {
  const first = children[0];
  const last = children.at(-1);
  if (first === undefined || last === undefined || first.path.length !== 1) return null;
  if (!/^\s*\[\s*$/.test(text.slice(0, first.start)) || !/^\s*\]\s*$/.test(text.slice(last.end))) return null;
  const options = optionsFor(text);
  const indent = `${options.eol}  `;
  const edits = gap(text, 0, first.start, `[${indent}`);
  for (const [index, { start, end }] of children.entries()) {
    const child = text.slice(start, end);
    if (nestsTooDeep(child)) return null;
    // In brackets, so that the lines come out one level in; edits of the brackets' own space are left out.
    for (const { offset, length, content } of format(`[${child}]`, undefined, options)) {
      const inside = offset > 1 && offset + length < child.length + 1;
      if (inside) edits.push({ offset: start + offset - 1, length, content });
    }
    const next = children[index + 1];
    if (next !== undefined) {
      if (!/^\s*,\s*$/.test(text.slice(end, next.start))) return null;
      edits.push(...gap(text, end, next.start, `,${indent}`));
    }
    const pause = context.breathe();
    if (pause !== undefined) await pause;
    if (context.signal.aborted) return [];
  }
  edits.push(...gap(text, last.end, text.length, `${options.eol}]${options.eol}`));
  return edits;
}

/** The text with all edits, which are in order and do not overlap. */
function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { offset, length, content } of edits) {
    parts.push(text.slice(at, offset), content);
    at = offset + length;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/**
 * The edits that lay a payload out with two spaces. Only white space between tokens changes: every key, value and
 * comment stays as it was written, in its order.
 */
export async function formatPayload(
  document: TextDocument,
  children: readonly ChildExtent[],
  context: RequestContext,
): Promise<TextEdit[]> {
  const text = document.getText();
  let edits = await childByChild(text, children, context);
  if (edits === null) {
    if (nestsTooDeep(text)) return [];
    edits = format(text, undefined, { ...optionsFor(text), insertFinalNewline: true });
  }
  const rangeOf = (start: number, end: number) => ({
    start: document.positionAt(start),
    end: document.positionAt(end),
  });
  if (edits.length > editLimit) return [{ range: rangeOf(0, text.length), newText: applied(text, edits) }];
  return edits.map(({ offset, length, content }) => ({ range: rangeOf(offset, offset + length), newText: content }));
}
