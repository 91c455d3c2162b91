import type { JsonPath, LocatedProblem, Severity } from '../problems.ts';
import { lineIndex } from '../text/lineIndex.ts';

/**
 * One problem as reports and the command line's `--format json` give it. Lines and columns count from 1, columns in
 * UTF-16 code units; the end is exclusive.
 */
export interface ReportProblem {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly path: JsonPath;
}

/** A checked file. `file` is a path or a URI, as the caller wants it shown. */
export interface ReportFile {
  readonly file: string;
  readonly problems: readonly ReportProblem[];
}

/** Problems of a text with lines and columns, in the order of the text. The text is read only when there are any. */
export function toReportFile(file: string, text: string, problems: readonly LocatedProblem[]): ReportFile {
  if (problems.length === 0) return { file, problems: [] };
  const index = lineIndex(text);
  const placeOf = (offset: number) => {
    const { line, column } = index.positionAt(offset);
    return { line: line + 1, column: column + 1 };
  };
  const sorted = [...problems].sort((a, b) => a.start - b.start || a.end - b.end);
  return {
    file,
    problems: sorted.map(({ start, end, severity, code, message, path }) => {
      const from = placeOf(start);
      const to = placeOf(end);
      return { ...from, endLine: to.line, endColumn: to.column, severity, code, message, path };
    }),
  };
}
