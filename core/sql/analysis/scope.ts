import type { Token } from '../token.ts';
import type { Column, Relation } from './relation.ts';

/** One relation of a FROM clause under the name that it has there. */
export interface ScopeEntry {
  /** Lower-case alias, or the table's own name. */
  readonly key: string;
  readonly relation: Relation;
  /** The token that gives the name: the alias, or the last part of the table's name. */
  readonly token: Token | null;
  /** Where that name is introduced: the alias, or where the text defines the table; null for tables from outside. */
  readonly definition: Token | null;
}

/** The common table expressions that a query can see, nearest first. */
export interface CteFrame {
  readonly relations: Map<string, Relation>;
  readonly parent: CteFrame | null;
}

/** The common table expression of that lower-case name that is nearest; null when there is none. */
export function lookUpCte(frame: CteFrame | null, key: string): Relation | null {
  for (let current = frame; current !== null; current = current.parent) {
    const found = current.relations.get(key);
    if (found !== undefined) return found;
  }
  return null;
}

/** Where an unqualified column was found. */
export type Lookup =
  | { readonly found: 'one'; readonly entry: ScopeEntry; readonly column: Column; readonly depth: number }
  | { readonly found: 'many'; readonly entries: readonly ScopeEntry[] }
  | { readonly found: 'none'; readonly certain: boolean };

/** The relations that a query's expressions can name, and those of the queries around it. */
export class Scope {
  readonly entries: ScopeEntry[] = [];
  readonly parent: Scope | null;
  readonly ctes: CteFrame | null;
  /** Columns that USING or NATURAL makes one of two; null when every column of the same name is. */
  merged: Set<string> | null = new Set();
  /** Output names of the query by lower case, which ORDER BY can use (and, outside T-SQL, other clauses). */
  outputs: ReadonlyMap<string, Token | null> = new Map();

  constructor(parent: Scope | null, ctes: CteFrame | null) {
    this.parent = parent;
    this.ctes = ctes;
  }

  add(key: string, relation: Relation, token: Token | null, definition: Token | null = token): void {
    this.entries.push({ key, relation, token, definition });
  }

  /** The relation of that name here or in a query around. */
  relationNamed(key: string): ScopeEntry | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.entries.find((entry) => entry.key === key);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** Finds an unqualified column: in the nearest query that has it. Never certain where a relation is not fully known. */
  columnNamed(key: string): Lookup {
    let certain = true;
    let depth = 0;
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const having = scope.entries.filter((entry) => entry.relation.columns.has(key));
      const [first] = having;
      const column = first?.relation.columns.get(key);
      if (first !== undefined && column !== undefined) {
        const one = having.length === 1 || scope.merged === null || scope.merged.has(key);
        return one ? { found: 'one', entry: first, column, depth } : { found: 'many', entries: having };
      }
      if (scope.entries.some((entry) => !entry.relation.complete)) certain = false;
      depth++;
    }
    return { found: 'none', certain };
  }
}
