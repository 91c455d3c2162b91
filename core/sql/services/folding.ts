import type { TextRange } from '../../problems.ts';
import { innerStatements } from '../checks/syntaxProblems.ts';
import type { Statement } from '../grammar/statementAst.ts';
import type { SqlModel } from '../sqlDocument.ts';

/** A stretch of lines that can be folded, by offsets. */
export interface SqlFold extends TextRange {
  readonly kind: 'code' | 'comment';
}

/** Statements, blocks, brackets and CASE of several lines, comments, and runs of line comments. */
export function foldsOf(model: SqlModel): readonly SqlFold[] {
  const { text, tokens, comments, script } = model;
  const folds: SqlFold[] = [];
  const spans = (start: number, end: number) => text.slice(start, end).includes('\n');
  const add = (start: number, end: number, kind: SqlFold['kind'] = 'code') => {
    if (spans(start, end)) folds.push({ start, end, kind });
  };
  const visit = (statement: Statement) => {
    add(statement.first.start, statement.last.end);
    for (const inner of innerStatements(statement)) visit(inner);
  };
  for (const statement of script.statements) visit(statement);

  const open: number[] = [];
  for (const token of tokens) {
    if (token.upper === '(' || token.upper === 'CASE') open.push(token.start);
    else if (token.upper === ')') {
      const start = open.pop();
      // The closing bracket stays in sight.
      if (start !== undefined && token.firstOnLine) add(start, token.start - 1);
      else if (start !== undefined) add(start, token.end);
    } else if (token.upper === 'END' && open.length > 0 && text.startsWith('CASE', open.at(-1))) {
      const start = open.pop();
      if (start !== undefined) add(start, token.end);
    }
  }

  let run: { start: number; end: number } | null = null;
  for (const comment of comments) {
    const line = comment.text.startsWith('--');
    if (!line) {
      add(comment.start, comment.end, 'comment');
      run = null;
      continue;
    }
    const between: string = run === null ? '' : text.slice(run.end, comment.start);
    if (run !== null && /^\r?\n[ \t]*$/.test(between)) run.end = comment.end;
    else {
      if (run !== null) add(run.start, run.end, 'comment');
      run = { start: comment.start, end: comment.end };
    }
  }
  if (run !== null) add(run.start, run.end, 'comment');
  return folds;
}
