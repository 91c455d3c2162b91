import { type Edit, type FormattingOptions, modify } from 'jsonc-parser';
import { nestsTooDeep } from '../../core/payload/jsonTree.ts';
import { rangesOfPath } from '../../core/payload/locate.ts';
import type { ProblemFix, TextFix } from '../../core/problems.ts';
import type { ChildText } from './nearbyChild.ts';

function changesOf(childText: string, fix: ProblemFix, options: FormattingOptions): Edit[] {
  const path = [...fix.path];
  switch (fix.kind) {
    case 'replace': {
      const place = rangesOfPath(childText, path);
      if (place === undefined) return [];
      const { start, end } = place.value;
      return [{ offset: start, length: end - start, content: JSON.stringify(fix.value) }];
    }
    case 'rename': {
      const key = rangesOfPath(childText, path)?.key;
      if (key === undefined || fix.newKey === undefined) return [];
      return [{ offset: key.start, length: key.end - key.start, content: JSON.stringify(fix.newKey) }];
    }
    case 'remove':
      return rangesOfPath(childText, path) === undefined
        ? []
        : modify(childText, path, undefined, { formattingOptions: options });
    case 'insert':
      return modify(childText, path, fix.value, { formattingOptions: options });
  }
}

/**
 * A value fix as text edits of the file. `fix.path` is relative to the child; `line` is the line on which the child
 * starts and `eol` what ends lines, so that inserted text lines up with what is around it. Null when the text no
 * longer has the place, or the child nests too deep to be edited safely.
 */
export function fixEdits(child: ChildText, fix: ProblemFix, line: string, eol: string): TextFix | null {
  if (nestsTooDeep(child.text)) return null;
  const options = { tabSize: 2, insertSpaces: !line.startsWith('\t'), eol };
  const edits = changesOf(child.text, fix, options);
  if (edits.length === 0) return null;
  return {
    title: fix.title,
    safe: fix.safe,
    changes: edits.map(({ offset, length, content }) => ({
      start: child.start + offset,
      end: child.start + offset + length,
      newText: content,
    })),
  };
}
