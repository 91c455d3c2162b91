import type { Section } from '../../payload/sections.ts';
import type { SpecVersion } from '../../payload/spec.ts';
import type { SqlFlavour } from '../dialect.ts';
import type { Token } from '../token.ts';
import type { JsonShape } from './jsonShape.ts';
import type { Column, Relation } from './relation.ts';
import type { Scope } from './scope.ts';

/** A change of text that stands on tokens, so that it moves with them. */
export interface TokenFix {
  readonly title: string;
  readonly safe: boolean;
  /** Puts `newText` in place of the tokens from `first` to `last`, or right before or after `first`. */
  readonly changes: readonly {
    readonly first: Token;
    readonly last: Token;
    readonly how: 'replace' | 'before' | 'after';
    readonly newText: string;
  }[];
}

/** A problem that stands on tokens. */
export interface Finding {
  readonly code: string;
  readonly first: Token;
  readonly last: Token;
  readonly message: string;
  readonly fixes: readonly TokenFix[];
  readonly related: readonly { readonly token: Token; readonly message: string }[];
}

/** What a name stands for. */
export type ReferenceKind = 'table' | 'alias' | 'cte' | 'column' | 'variable' | 'parameter' | 'output';

/** One use or definition of a name. Uses of the same thing have the same `definition`, or the same SSD column or table. */
export interface Reference {
  readonly token: Token;
  readonly kind: ReferenceKind;
  /** The token that introduces the name in this text; null for what exists outside it. */
  readonly definition: Token | null;
  readonly relation: Relation | null;
  readonly column: Column | null;
}

/** A stretch of text with the names that can be used in it. */
export interface ScopeRange {
  readonly first: Token;
  readonly last: Token;
  readonly scope: Scope;
}

/** What kind of file is checked. */
export type FileRole =
  | { readonly kind: 'section'; readonly section: Section }
  | { readonly kind: 'cohort' }
  | { readonly kind: 'script' };

/** The settings of an analysis. */
export interface AnalysisOptions {
  readonly spec: SpecVersion;
  readonly flavour: SqlFlavour;
  readonly role: FileRole;
  /** SQL Server's compatibility level, such as 110 for 2012; null when it is not known. */
  readonly compatibilityLevel: number | null;
}

/** Collects what an analysis finds. */
export class AnalysisContext {
  readonly options: AnalysisOptions;
  readonly findings: Finding[] = [];
  readonly references: Reference[] = [];
  readonly scopes: ScopeRange[] = [];
  /** The JSON of every FOR JSON query in statements that parse. */
  readonly json: JsonShape[] = [];
  /** Above zero inside a statement that does not parse: names are followed there, but nothing is reported. */
  muted = 0;

  constructor(options: AnalysisOptions) {
    this.options = options;
  }

  get isExtract(): boolean {
    return this.options.role.kind !== 'script';
  }

  report(
    code: string,
    first: Token,
    message: string,
    more: { readonly last?: Token; readonly fixes?: readonly TokenFix[]; readonly related?: Finding['related'] } = {},
  ): void {
    if (this.muted > 0) return;
    this.findings.push({
      code,
      first,
      last: more.last ?? first,
      message,
      fixes: more.fixes ?? [],
      related: more.related ?? [],
    });
  }

  refer(
    kind: ReferenceKind,
    token: Token,
    relation: Relation | null,
    column: Column | null,
    definition: Token | null,
  ): void {
    this.references.push({ kind, token, relation, column, definition });
  }
}

/** A fix that puts a name in place of a token. */
export function replaceToken(token: Token, name: string, title = `Change to ${name}`): TokenFix {
  return {
    title,
    safe: false,
    changes: [{ first: token, last: token, how: 'replace', newText: quotedLike(token, name) }],
  };
}

/** A fix that puts a text in place of a token as it is, quotes and all. */
export function rewriteToken(token: Token, newText: string): TokenFix {
  return {
    title: `Change to ${newText}`,
    safe: false,
    changes: [{ first: token, last: token, how: 'replace', newText }],
  };
}

/** The name written with the quotes that the token has. */
function quotedLike(token: Token, name: string): string {
  if (token.kind !== 'quotedName') return name;
  const open = token.text.charAt(0);
  return `${open}${name}${open === '[' ? ']' : open}`;
}
