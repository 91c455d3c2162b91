import type { Expr } from './ast.ts';
import { parseExpr } from './expressions.ts';
import type { Parser } from './parser.ts';
import { skipParens } from './queries.ts';
import type { Block, If, Loop, Statement } from './statementAst.ts';
import { base } from './statementBase.ts';
import { parseStatement, skipStatement } from './statements.ts';

/** What SET takes in T-SQL besides variables. */
export const sessionOptions: ReadonlySet<string> = new Set(
  `ANSI_DEFAULTS ANSI_NULL_DFLT_OFF ANSI_NULL_DFLT_ON ANSI_NULLS ANSI_PADDING ANSI_WARNINGS ARITHABORT ARITHIGNORE CONCAT_NULL_YIELDS_NULL
  CONTEXT_INFO CURSOR_CLOSE_ON_COMMIT DATEFIRST DATEFORMAT DEADLOCK_PRIORITY FIPS_FLAGGER FMTONLY FORCEPLAN IDENTITY_INSERT
  IMPLICIT_TRANSACTIONS LANGUAGE LOCK_TIMEOUT NOCOUNT NOEXEC NUMERIC_ROUNDABORT OFFSETS PARSEONLY QUERY_GOVERNOR_COST_LIMIT
  QUOTED_IDENTIFIER REMOTE_PROC_TRANSACTIONS RESULT_SET_CACHING ROWCOUNT SHOWPLAN_ALL SHOWPLAN_TEXT SHOWPLAN_XML STATISTICS TEXTSIZE
  TRANSACTION XACT_ABORT`
    .trim()
    .split(/\s+/),
);

/** BEGIN TRY / CATCH / a block, BEGIN TRANSACTION, and BEGIN DIALOG. */
export function parseBegin(p: Parser): Statement {
  const first = p.next();
  const word = p.token.upper;
  if (word === 'TRY' || word === 'CATCH') {
    p.next();
    return finishBlock(p, first, word);
  }
  if (word === 'ATOMIC') {
    skipParens(p, p.at('WITH', 1) ? 2 : 1);
    return finishBlock(p, first, null);
  }
  const transaction = [
    'TRAN',
    'TRANSACTION',
    'DISTRIBUTED',
    'DIALOG',
    'CONVERSATION',
    'WORK',
    'IMMEDIATE',
    'DEFERRED',
    'EXCLUSIVE',
    'READ',
    'ISOLATION',
  ];
  if (transaction.includes(word) || p.at(';') || p.token.kind === 'end') {
    if (p.at(';') && p.dialect === 'tsql') p.next();
    else return skipStatement(p, first, 'BEGIN TRANSACTION');
  }
  return finishBlock(p, first, null);
}

function finishBlock(p: Parser, first: Block['first'], section: string | null): Statement {
  const statements: Statement[] = [];
  p.blocks++;
  while (p.token.kind !== 'end' && p.token.kind !== 'go' && !endsBlock(p)) {
    const statement = parseStatement(p);
    if (statement !== null) statements.push(statement);
  }
  p.blocks--;
  if (p.accept('END') === null) {
    p.report({ code: 'SQL-003', at: first, message: 'This BEGIN has no END.', fix: null });
  } else if (section !== null) p.expect(section);
  return { kind: 'block', statements, ...base(p, first) };
}

function endsBlock(p: Parser): boolean {
  return p.at('END') && !p.at('CONVERSATION', 1);
}

/** `IF condition statement [ELSE statement]`. */
export function parseIf(p: Parser): If {
  const first = p.next();
  const condition = parseCondition(p);
  const body = parseInner(p);
  const otherwise = p.accept('ELSE') ? parseInner(p) : null;
  return { kind: 'if', condition, body, otherwise, ...base(p, first) };
}

/** `WHILE condition statement`. */
export function parseWhile(p: Parser): Loop {
  const first = p.next();
  const condition = parseCondition(p);
  const body = parseInner(p);
  return { kind: 'while', condition, body, ...base(p, first) };
}

function parseCondition(p: Parser): Expr {
  return parseExpr(p);
}

/** The statement that IF, ELSE or WHILE governs. A semicolon right behind a condition is left to be reported. */
function parseInner(p: Parser): Statement | null {
  if (p.token.kind === 'end' || p.token.kind === 'go' || p.at('END')) {
    p.faultHere('A statement is expected here.');
    return null;
  }
  return parseStatement(p);
}

/** END or ELSE that belongs to no BEGIN or IF. */
export function parseEnd(p: Parser): Statement {
  const first = p.next();
  if (first.upper === 'END' && p.at('CONVERSATION')) return skipStatement(p, first, 'END CONVERSATION');
  if (p.dialect !== 'tsql') return skipStatement(p, first, 'END');
  p.report({
    code: 'SQL-003',
    at: first,
    message: first.upper === 'END' ? 'This END belongs to no BEGIN.' : 'This ELSE belongs to no IF.',
    fix: null,
  });
  return { kind: 'plain', verb: first.upper, exprs: [], ...base(p, first) };
}
