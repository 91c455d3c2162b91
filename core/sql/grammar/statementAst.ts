import type { Token } from '../token.ts';
import type { ColumnDefinition, Cte, Expr, Name, Node, Query, SelectItem, TableRef, TypeName } from './ast.ts';

export interface StatementBase extends Node {
  /** The one thing that is wrong with its syntax; null when it parsed to its end. */
  fault: SyntaxFault | null;
}

/** What is wrong at a token. `before` marks a thing missing before the token. */
export interface SyntaxFault {
  readonly code: string;
  readonly at: Token;
  readonly message: string;
  /** What to put in place of the token, or right after the one before it. */
  readonly fix: {
    readonly title: string;
    readonly kind: 'replace' | 'insertBefore' | 'remove';
    readonly text: string;
  } | null;
}

export type Statement =
  | QueryStatement
  | Insert
  | Update
  | Delete
  | Merge
  | CreateTable
  | AlterTable
  | CreateModule
  | CreateIndex
  | DropObjects
  | Declare
  | Block
  | If
  | Loop
  | Execute
  | Plain;

export interface QueryStatement extends StatementBase {
  readonly kind: 'queryStatement';
  readonly query: Query;
}

export interface Assignment extends Node {
  /** Column or variable that gets the value; qualifier first. */
  readonly target: readonly Token[];
  readonly value: Expr;
}

export interface OutputClause extends Node {
  readonly items: readonly SelectItem[];
  readonly into: Name | null;
}

export interface Insert extends StatementBase {
  readonly kind: 'insert';
  readonly ctes: readonly Cte[];
  readonly target: Name | null;
  readonly alias: Token | null;
  readonly columns: readonly Token[];
  readonly source: Query | null;
  readonly output: OutputClause | null;
  /** Assignments of ON CONFLICT DO UPDATE. */
  readonly updates: readonly Assignment[];
  readonly where: Expr | null;
}

export interface Update extends StatementBase {
  readonly kind: 'update';
  readonly ctes: readonly Cte[];
  readonly target: TableRef | null;
  readonly assignments: readonly Assignment[];
  readonly from: readonly TableRef[];
  readonly where: Expr | null;
  readonly output: OutputClause | null;
}

export interface Delete extends StatementBase {
  readonly kind: 'delete';
  readonly ctes: readonly Cte[];
  readonly target: TableRef | null;
  readonly from: readonly TableRef[];
  readonly where: Expr | null;
  readonly output: OutputClause | null;
}

export interface MergeAction extends Node {
  readonly condition: Expr | null;
  readonly assignments: readonly Assignment[];
  readonly insertColumns: readonly Token[];
  readonly insertValues: readonly Expr[];
}

export interface Merge extends StatementBase {
  readonly kind: 'merge';
  readonly ctes: readonly Cte[];
  readonly target: TableRef | null;
  readonly source: TableRef | null;
  readonly on: Expr | null;
  readonly actions: readonly MergeAction[];
  readonly output: OutputClause | null;
}

export interface CreateTable extends StatementBase {
  readonly kind: 'createTable';
  readonly name: Name;
  readonly columns: readonly ColumnDefinition[];
  readonly source: Query | null;
  readonly temporary: boolean;
}

export interface AlterTable extends StatementBase {
  readonly kind: 'alterTable';
  readonly name: Name;
  readonly added: readonly ColumnDefinition[];
  /** Whether it may change columns in another way (drop, rename, switch). */
  readonly changesColumns: boolean;
}

/** CREATE/ALTER of a view, procedure, function or trigger. */
export interface CreateModule extends StatementBase {
  readonly kind: 'module';
  readonly objectKind: 'view' | 'procedure' | 'function' | 'trigger';
  readonly name: Name;
  readonly columns: readonly Token[];
  readonly parameters: readonly VariableDefinition[];
  readonly query: Query | null;
  readonly body: readonly Statement[];
}

export interface CreateIndex extends StatementBase {
  readonly kind: 'createIndex';
  readonly table: Name;
  readonly columns: readonly Token[];
}

export interface DropObjects extends StatementBase {
  readonly kind: 'drop';
  readonly objectKind: string;
  readonly ifExists: Token | null;
  readonly names: readonly Name[];
}

export interface VariableDefinition extends Node {
  readonly name: Token;
  readonly type: TypeName | null;
  readonly value: Expr | null;
  /** Columns of a table variable. */
  readonly tableColumns: readonly ColumnDefinition[] | null;
}

export interface Declare extends StatementBase {
  readonly kind: 'declare';
  readonly variables: readonly VariableDefinition[];
  /** A cursor's query. */
  readonly query: Query | null;
}

/** BEGIN ... END, and TRY / CATCH. */
export interface Block extends StatementBase {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
}

export interface If extends StatementBase {
  readonly kind: 'if';
  readonly condition: Expr;
  readonly body: Statement | null;
  readonly otherwise: Statement | null;
}

export interface Loop extends StatementBase {
  readonly kind: 'while';
  readonly condition: Expr;
  readonly body: Statement | null;
}

export interface Execute extends StatementBase {
  readonly kind: 'execute';
  /** The procedure; null for EXEC ('text') and EXEC @variable. */
  readonly procedure: Name | null;
  readonly args: readonly Expr[];
}

/** Every other statement: its keyword and the expressions that the parser read in it. */
export interface Plain extends StatementBase {
  readonly kind: 'plain';
  /** Upper case first keyword: SET, PRINT, USE, GRANT, `GO`, ... */
  readonly verb: string;
  readonly exprs: readonly Expr[];
}

/** A parsed script: top-level statements in order. GO is a statement of its own. */
export interface Script {
  readonly statements: readonly Statement[];
}
