import { format } from 'jsonc-parser';
import type { TextEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { nestsTooDeep } from '../../core/payload/jsonTree.ts';

/**
 * The edits that lay a payload out with two spaces. Only white space between tokens changes: every key, value and
 * comment stays as it was written, in its order.
 */
export function formatPayload(document: TextDocument): TextEdit[] {
  const text = document.getText();
  if (nestsTooDeep(text)) return [];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const edits = format(text, undefined, { tabSize: 2, insertSpaces: true, eol, insertFinalNewline: true });
  return edits.map((edit) => ({
    range: { start: document.positionAt(edit.offset), end: document.positionAt(edit.offset + edit.length) },
    newText: edit.content,
  }));
}
