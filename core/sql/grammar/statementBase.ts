import type { Token } from '../token.ts';
import type { Parser } from './parser.ts';
import type { StatementBase } from './statementAst.ts';

/** The common part of a statement that ends at the cursor. Its fault is filled in by parseStatement. */
export function base(p: Parser, first: Token): StatementBase {
  return { first, last: p.previous.start >= first.start ? p.previous : first, fault: null };
}
