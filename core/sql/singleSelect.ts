import type { LocatedProblem, TextRange } from '../problems.ts';
import type { SqlDialect } from './dialect.ts';
import { lex } from './lexer.ts';
import { keyOf, type Token } from './token.ts';

/** The parts of one SELECT statement, as ranges of its text. */
export interface SingleSelect {
  /** Whether it says WITH RECURSIVE. */
  readonly recursive: boolean;
  /** Its common table expressions: `name (columns) AS (query)`; `key` is the name in lower case. */
  readonly ctes: readonly (TextRange & { readonly key: string })[];
  /** The query without WITH, a final ORDER BY that only sorts, OPTION, and the semicolon. */
  readonly body: TextRange;
  /** T-SQL's `OPTION (...)`. */
  readonly option: TextRange | null;
}

export type SingleSelectResult =
  | { readonly ok: true; readonly select: SingleSelect }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

const writes = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'CREATE',
  'ALTER',
  'DROP',
  'TRUNCATE',
  'EXEC',
  'EXECUTE',
  'GRANT',
]);
const procedural = new Set(['DECLARE', 'SET', 'IF', 'WHILE', 'BEGIN', 'PRINT', 'USE', 'GO', 'RETURN']);
/** What may stand right before a SELECT at the outermost level of one statement. */
const beforeSelect = new Set(['UNION', 'ALL', 'EXCEPT', 'INTERSECT', 'DISTINCT']);

/**
 * Takes a text that must be one SELECT apart at its outermost level. Explains, at the token, why a text is not one:
 * the runner composes extracts from it and cannot put a cohort in front of anything else.
 */
export function readSingleSelect(text: string, dialect: SqlDialect, name: string): SingleSelectResult {
  const all = lex(text, dialect).tokens;
  const unclosed = all.find((token) => token.fault === 'unclosed');
  if (unclosed !== undefined) return fail(unclosed, 'SQL-002', `${name}: this text or name is not closed.`);
  const tokens = withoutFinalSemicolons(all);
  const first = tokens[0];
  if (first === undefined || first.kind === 'end') {
    return fail(all[0], 'SQL-410', `${name} is empty. It must hold one SELECT statement.`);
  }
  const depths = depthsOf(tokens);
  if (!depths.balanced) return fail(depths.at, 'SQL-003', `${name}: this bracket has no partner.`);
  const wrong = firstForeign(tokens, depths.depth);
  if (wrong !== null) return fail(wrong.token, 'SQL-410', `${name} must be one SELECT statement: ${wrong.why}`);

  const { ctes, recursive, bodyFrom } = readCtes(tokens, depths.depth);
  const bodyFirst = tokens[bodyFrom];
  if (
    bodyFirst === undefined ||
    !(bodyFirst.upper === 'SELECT' || bodyFirst.upper === '(' || bodyFirst.upper === 'VALUES')
  ) {
    return fail(bodyFirst ?? first, 'SQL-410', `${name} must be one SELECT statement; a SELECT is expected here.`);
  }
  const end = endOfBody(tokens, depths.depth, bodyFrom);
  const lastBody = tokens[end.body - 1] ?? bodyFirst;
  const option = tokens[end.option];
  const lastOption = tokens.at(-1);
  return {
    ok: true,
    select: {
      recursive,
      ctes,
      body: { start: bodyFirst.start, end: lastBody.end },
      option: option && lastOption ? { start: option.start, end: lastOption.end } : null,
    },
  };
}

function fail(token: Token | undefined, code: string, message: string): SingleSelectResult {
  const range = { start: token?.start ?? 0, end: token?.end ?? 0 };
  return { ok: false, problems: [{ code, severity: 'error', message, path: [], ...range }] };
}

function withoutFinalSemicolons(all: readonly Token[]): Token[] {
  const tokens = all.filter((token) => token.kind !== 'end');
  while (tokens.at(-1)?.upper === ';' || tokens.at(-1)?.kind === 'go') tokens.pop();
  while (tokens[0]?.upper === ';') tokens.shift();
  return tokens;
}

type Depths = { balanced: true; depth: number[] } | { balanced: false; at: Token };

/** Depth of each token; an opening and its closing parenthesis have the outer depth. */
function depthsOf(tokens: readonly Token[]): Depths {
  const open: Token[] = [];
  const depth: number[] = [];
  for (const token of tokens) {
    if (token.upper === ')' && open.pop() === undefined) return { balanced: false, at: token };
    depth.push(open.length);
    if (token.upper === '(') open.push(token);
  }
  const left = open.at(-1);
  return left === undefined ? { balanced: true, depth } : { balanced: false, at: left };
}

function firstForeign(tokens: readonly Token[], depth: readonly number[]): { token: Token; why: string } | null {
  const first = tokens[0];
  if (first !== undefined && first.kind === 'word' && writes.has(first.upper)) {
    return { token: first, why: `${first.upper} would change the database. An extract only reads.` };
  }
  if (first !== undefined && (procedural.has(first.upper) || first.kind === 'go')) {
    return { token: first, why: 'declare nothing and set nothing; the runner binds the parameters.' };
  }
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'go') return { token, why: 'GO separates batches, and there can be only one.' };
    if (depth[index] !== 0) continue;
    if (token.upper === ';') return { token: tokens[index + 1] ?? token, why: 'a second statement starts here.' };
    if (token.kind !== 'word') continue;
    if (token.upper === 'INTO') return { token, why: 'SELECT ... INTO would make a table. An extract only reads.' };
    const previous = tokens[index - 1];
    if (token.upper === 'SELECT' && index > 0 && previous !== undefined) {
      const joined = previous.kind === 'word' ? beforeSelect.has(previous.upper) : previous.upper === ')';
      if (!joined) return { token, why: 'a second SELECT starts here. Join them with UNION ALL, or use two files.' };
    }
    if (token.upper === 'FOR' && ['JSON', 'XML'].includes(tokens[index + 1]?.upper ?? '')) {
      return { token, why: 'FOR JSON and FOR XML are not needed: the runner builds the JSON from flat columns.' };
    }
  }
  return null;
}

function readCtes(tokens: readonly Token[], depth: readonly number[]) {
  const ctes: (TextRange & { key: string })[] = [];
  if (tokens[0]?.upper !== 'WITH') return { ctes, recursive: false, bodyFrom: 0 };
  let index = 1;
  const recursive = tokens[1]?.upper === 'RECURSIVE';
  if (recursive) index++;
  for (;;) {
    const name = tokens[index];
    if (name === undefined) break;
    while (index < tokens.length && !(depth[index] === 0 && tokens[index]?.upper === 'AS')) index++;
    while (index < tokens.length && !(depth[index] === 0 && tokens[index]?.upper === '(')) index++;
    index++;
    while (index < tokens.length && !(depth[index] === 0 && tokens[index]?.upper === ')')) index++;
    const close = tokens[index];
    if (close === undefined) break;
    ctes.push({ start: name.start, end: close.end, key: keyOf(name) });
    index++;
    if (tokens[index]?.upper !== ',') break;
    index++;
  }
  return { ctes, recursive, bodyFrom: index };
}

/** Token indexes at which the body ends and at which OPTION starts (past the end when there is none). */
function endOfBody(tokens: readonly Token[], depth: readonly number[], from: number): { body: number; option: number } {
  let option = tokens.length;
  let orderBy = -1;
  let limits = false;
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index];
    if (depth[index] !== 0 || token?.kind !== 'word') continue;
    if (token.upper === 'OPTION' && tokens[index + 1]?.upper === '(') option = index;
    if (token.upper === 'ORDER' && tokens[index + 1]?.upper === 'BY') orderBy = index;
    if (['TOP', 'LIMIT', 'OFFSET', 'FETCH'].includes(token.upper)) limits = true;
  }
  return { body: orderBy >= 0 && !limits ? orderBy : option, option };
}
