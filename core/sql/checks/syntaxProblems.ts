import type { LocatedProblem, TextFix } from '../../problems.ts';
import type { Statement, SyntaxFault } from '../grammar/statementAst.ts';
import type { SqlModel } from '../sqlDocument.ts';
import type { Token } from '../token.ts';
import { sqlCheck } from './sqlChecks.ts';

/** What is wrong with the text as such: one fault for each statement, and what is not closed. */
export function syntaxProblems({
  text,
  tokens,
  comments,
  script,
}: Pick<SqlModel, 'text' | 'tokens' | 'comments' | 'script'>): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  const faults: SyntaxFault[] = [];
  for (const statement of script.statements) collectFaults(statement, faults);
  for (const fault of faults) problems.push(faultProblem(fault, tokens));
  let open = Infinity;
  for (const token of tokens) {
    if (token.fault !== 'unclosed') continue;
    const what = token.kind === 'string' ? 'text' : 'name';
    problems.push(unclosed(token.start, lineEnd(text, token), `This ${what} is not closed.`));
    if (token.kind === 'string') open = token.start;
  }
  for (const comment of comments) {
    if (comment.unclosed)
      problems.push(unclosed(comment.start, comment.start + 2, 'This comment is not closed. Add */ where it ends.'));
  }
  const quote = missingQuote(text, tokens, faults, open);
  if (quote !== null) return [...problems.filter((problem) => problem.end <= quote.start), quote];
  return open === Infinity ? problems : problems.filter((problem) => problem.code === 'SQL-002');
}

/**
 * With a quote missing, texts and code change places from there on, and what is found behind is noise. The sign is a
 * text that runs over the end of its line next to the first thing that does not fit; where it starts, the quote is
 * missing, most likely.
 */
function missingQuote(
  text: string,
  tokens: readonly Token[],
  faults: readonly SyntaxFault[],
  open: number,
): LocatedProblem | null {
  const signs = [...faults].sort((x, y) => x.at.start - y.at.start);
  const first = signs[0]?.at;
  const runsOn = (token: Token) => token.kind === 'string' && token.text.includes('\n');
  const at = first === undefined ? -1 : tokens.indexOf(first);
  const near = at < 0 ? undefined : tokens.slice(Math.max(0, at - 3), at + 2).find(runsOn);
  const before =
    open === Infinity
      ? undefined
      : tokens.findLast((token) => runsOn(token) && token.start <= Math.min(open, first?.start ?? open));
  const running = near ?? before;
  if (running === undefined) return null;
  return unclosed(
    running.start,
    lineEnd(text, running),
    'A quote is missing in this line: the text that starts here runs on.',
  );
}

function unclosed(start: number, end: number, message: string): LocatedProblem {
  return { code: 'SQL-002', severity: sqlCheck('SQL-002').severity, message, path: [], start, end };
}

function lineEnd(text: string, token: Token): number {
  const at = text.slice(token.start, token.end).search(/[\r\n]/);
  return at < 0 ? token.end : token.start + at;
}

function faultProblem(fault: SyntaxFault, tokens: readonly Token[]): LocatedProblem {
  const { at, code, message, fix } = fault;
  const last = tokens.at(-2);
  // The end of the text has no character to mark, so the last token stands for it.
  const place = at.kind === 'end' && last !== undefined ? last : at;
  const edits = fix === null ? {} : { edits: [textFix(fix, place, tokens)] };
  return { code, severity: sqlCheck(code).severity, message, path: [], start: place.start, end: place.end, ...edits };
}

function textFix(fix: NonNullable<SyntaxFault['fix']>, at: Token, tokens: readonly Token[]): TextFix {
  const { title, kind, text } = fix;
  // What is missing goes right behind the token before.
  const before = tokens[tokens.indexOf(at) - 1]?.end ?? at.start;
  const change =
    kind === 'insertBefore'
      ? { start: before, end: before, newText: text }
      : { start: at.start, end: at.end, newText: text };
  return { title, safe: false, changes: [change] };
}

/** The faults of a statement and of those inside. A block that lacks its END says nothing new when one inside is broken. */
function collectFaults(statement: Statement, into: SyntaxFault[]): void {
  const before = into.length;
  for (const inner of innerStatements(statement)) collectFaults(inner, into);
  const { fault } = statement;
  if (fault !== null && !(fault.at.upper === 'BEGIN' && into.length > before)) into.push(fault);
}

/** The statements inside a block, a routine, IF or WHILE. */
export function innerStatements(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'block':
      return statement.statements;
    case 'module':
      return statement.body;
    case 'if':
      return [statement.body, statement.otherwise].filter((inner) => inner !== null);
    case 'while':
      return statement.body === null ? [] : [statement.body];
    default:
      return [];
  }
}
