/** A place in a text; both 0-based, `column` in UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export interface LineIndex {
  /** The line and column of an offset; offsets outside the text are clamped. */
  positionAt(offset: number): LineColumn;
  readonly lineCount: number;
}

/** Indexes the line starts of a text (LF, CRLF or CR) for offset look-ups in logarithmic time. */
export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return {
    lineCount: starts.length,
    positionAt(offset) {
      const at = Math.min(Math.max(offset, 0), text.length);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low, column: at - (starts[low] ?? 0) };
    },
  };
}
