import type { Token } from '../token.ts';
import type { StatementBase } from './ast.ts';
import type { Parser } from './parser.ts';

/** The common part of a statement that ends at the cursor. Its fault is filled in by parseStatement. */
export function base(p: Parser, first: Token): StatementBase {
  return { first, last: p.previous.start >= first.start ? p.previous : first, fault: null };
}
