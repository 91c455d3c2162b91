import type { Token } from '../token.ts';

/**
 * The syntax tree. Nodes hold tokens, not offsets: an edit moves the tokens behind it and every tree that holds them
 * stays right. `first` and `last` are the outermost tokens of a node; a node that the text lacks (`missing`) has the
 * token that stands in its place for both.
 */
export interface Node {
  readonly first: Token;
  readonly last: Token;
}

/** A name of one to four parts, such as `dbo.ssd_person`; an omitted part (`db..t`) is left out. */
export interface Name extends Node {
  readonly parts: readonly Token[];
}

/** A data type as written. `length` is characters; null when none is given. */
export interface TypeName extends Node {
  /** Lower case, without length: `nvarchar`, `double precision`. */
  readonly name: string;
  readonly length: number | 'max' | null;
}

export type Expr =
  | Literal
  | ColumnRef
  | Star
  | VariableRef
  | Call
  | Operation
  | CaseExpr
  | CastExpr
  | InExpr
  | SubqueryExpr
  | ParenExpr
  | OtherExpr
  | Missing;

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: 'string' | 'number' | 'null' | 'boolean' | 'default';
}

export interface ColumnRef extends Node {
  readonly kind: 'column';
  /** Qualifier first; the last part is the column. */
  readonly parts: readonly Token[];
}

export interface Star extends Node {
  readonly kind: 'star';
  readonly qualifier: readonly Token[];
}

export interface VariableRef extends Node {
  readonly kind: 'variable';
  readonly token: Token;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly name: Name;
  /** Upper case name without qualifier. */
  readonly upper: string;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly over: WindowSpec | null;
  readonly orderBy: readonly OrderItem[];
  readonly filter: Expr | null;
  /** The parentheses, for signature help. */
  readonly open: Token;
}

export interface WindowSpec extends Node {
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
}

/** Any operator with its operands in order: `a + b`, `NOT a`, `a BETWEEN b AND c`, `a IS NULL`, `a LIKE b`. */
export interface Operation extends Node {
  readonly kind: 'operation';
  /** Upper case: `+`, `AND`, `=`, `LIKE`, `BETWEEN`, `IS NULL`, `NOT`, `COLLATE`, `AT TIME ZONE`, ... */
  readonly operator: string;
  readonly operands: readonly Expr[];
}

export interface CaseExpr extends Node {
  readonly kind: 'case';
  readonly input: Expr | null;
  readonly branches: readonly { readonly when: Expr; readonly result: Expr }[];
  readonly otherwise: Expr | null;
}

/** CAST, TRY_CAST, CONVERT, TRY_CONVERT, PARSE, and `a::type`. */
export interface CastExpr extends Node {
  readonly kind: 'cast';
  readonly how: string;
  readonly operand: Expr;
  readonly type: TypeName;
  readonly style: Expr | null;
}

export interface InExpr extends Node {
  readonly kind: 'in';
  readonly operand: Expr;
  readonly list: readonly Expr[];
  readonly query: Query | null;
}

/** A query as a value, or under EXISTS / ANY / ALL. */
export interface SubqueryExpr extends Node {
  readonly kind: 'subquery';
  readonly under: 'value' | 'exists' | 'any';
  readonly query: Query;
}

export interface ParenExpr extends Node {
  readonly kind: 'paren';
  readonly items: readonly Expr[];
}

/** Something that is legal but whose inside does not matter beyond the expressions in it. */
export interface OtherExpr extends Node {
  readonly kind: 'other';
  readonly parts: readonly Expr[];
}

export interface Missing extends Node {
  readonly kind: 'missing';
}

export interface OrderItem extends Node {
  readonly expr: Expr;
}

// Queries

export interface Query extends Node {
  readonly kind: 'query';
  readonly ctes: readonly Cte[];
  readonly recursive: boolean;
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  /** Whether OFFSET, FETCH or LIMIT decides which rows there are. */
  readonly limited: boolean;
  readonly limits: readonly Expr[];
  readonly forClause: ForClause | null;
}

export type QueryBody = Select | SetOperation | NestedQuery | ValuesBody;

export interface SetOperation extends Node {
  readonly kind: 'set';
  /** The queries that UNION, EXCEPT and INTERSECT combine, in order. */
  readonly parts: readonly QueryBody[];
}

export interface NestedQuery extends Node {
  readonly kind: 'nested';
  readonly query: Query;
}

export interface ValuesBody extends Node {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expr[])[];
}

export interface Select extends Node {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly top: Expr | null;
  readonly items: readonly SelectItem[];
  readonly into: Name | null;
  readonly from: readonly TableRef[];
  /** The token FROM; null when there is none. */
  readonly fromToken: Token | null;
  readonly where: Expr | null;
  readonly groupBy: readonly Expr[];
  readonly having: Expr | null;
}

export interface SelectItem extends Node {
  readonly expr: Expr;
  readonly alias: Token | null;
  /** Whether the alias stands right behind the expression, without AS. */
  readonly bareAlias: boolean;
  /** `@v = expr` */
  readonly assigns: Token | null;
}

export interface ForClause extends Node {
  readonly mode: 'json path' | 'json auto' | 'xml' | 'browse' | 'update';
  /** `ROOT('name')`: the name; an empty string for ROOT alone. */
  readonly root: string | null;
  readonly withoutArrayWrapper: boolean;
}

export interface Cte extends Node {
  readonly name: Token;
  readonly columns: readonly Token[];
  readonly query: Query | null;
}

export type TableRef = NamedTable | DerivedTable | TableFunction | Join | Pivot | ParenTable;

export interface NamedTable extends Node {
  readonly kind: 'table';
  readonly name: Name;
  readonly alias: Token | null;
  readonly columns: readonly Token[];
}

export interface DerivedTable extends Node {
  readonly kind: 'derived';
  readonly lateral: boolean;
  readonly query: Query;
  readonly alias: Token | null;
  readonly columns: readonly Token[];
}

export interface TableFunction extends Node {
  readonly kind: 'function';
  readonly call: Expr;
  /** Upper case name, such as OPENJSON. */
  readonly upper: string;
  readonly withColumns: readonly ColumnDefinition[];
  readonly alias: Token | null;
  readonly columns: readonly Token[];
}

export interface Join extends Node {
  readonly kind: 'join';
  /** Upper case: `INNER`, `LEFT`, `RIGHT`, `FULL`, `CROSS`, `CROSS APPLY`, `OUTER APPLY`. */
  readonly how: string;
  readonly left: TableRef;
  readonly right: TableRef;
  readonly on: Expr | null;
  readonly using: readonly Token[];
  readonly natural: boolean;
}

export interface Pivot extends Node {
  readonly kind: 'pivot';
  readonly source: TableRef;
  readonly inside: readonly Expr[];
  readonly alias: Token | null;
}

export interface ParenTable extends Node {
  readonly kind: 'parens';
  readonly inner: TableRef;
}

/** A column of CREATE TABLE, of a table variable or of OPENJSON ... WITH. */
export interface ColumnDefinition extends Node {
  readonly name: Token;
  readonly type: TypeName | null;
  readonly exprs: readonly Expr[];
}
