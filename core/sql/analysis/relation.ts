import type { SsdModelColumn, SsdModelTable } from '../../ssd/ssdModel.ts';
import type { Token } from '../token.ts';
import type { JsonShape } from './jsonShape.ts';
import { type SqlType, typeNamed, unknownType } from './types.ts';

/** What is known about the values of an expression or a column. */
export interface Value {
  readonly type: SqlType;
  /** The SSD column whose values these are, unchanged but for trimming, casting or choosing a row. */
  readonly source: SsdModelColumn | null;
  /** Every text that the value can be; null when it can be something else too. */
  readonly literals: readonly { readonly text: string; readonly at: Token }[] | null;
  /** Texts that it is in some of its cases, whatever the others give: `CASE WHEN ... THEN 'X' ELSE a.code END`. */
  readonly someTexts: readonly { readonly text: string; readonly at: Token }[];
  /** The JSON that it holds, for FOR JSON queries. */
  readonly json: JsonShape | null;
  /** Whether FOR JSON around it would write its JSON as a text in quotes: only JSON_QUERY and a plain FOR JSON keep it JSON. */
  readonly quotesJson: boolean;
  /** Whether it is NULL whatever the data. */
  readonly isNull: boolean;
  /** The style number of CONVERT that made a text of a date; null otherwise. */
  readonly dateStyle: { readonly style: string; readonly at: Token } | null;
}

/** A value of which nothing is known. */
export const unknownValue: Value = {
  type: unknownType,
  source: null,
  literals: null,
  someTexts: [],
  json: null,
  quotesJson: false,
  isNull: false,
  dateStyle: null,
};

/** A value of which the type is known and nothing else. */
export function typed(type: SqlType): Value {
  return { ...unknownValue, type };
}

/** A column of a relation. */
export interface Column {
  /** As written where it was defined. */
  readonly name: string;
  /** Where it was named; null for columns of the SSD model. */
  readonly definition: Token | null;
  readonly value: Value;
}

export type RelationKind = 'ssd' | 'cte' | 'temp' | 'variable' | 'created' | 'derived' | 'cohort' | 'unknown';

/** Anything that FROM can name. */
export interface Relation {
  readonly kind: RelationKind;
  readonly name: string;
  /** By lower-case name. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Whether `columns` is all there is. Where it is not, nothing is said about other names. */
  readonly complete: boolean;
  readonly ssd: SsdModelTable | null;
  /** Where it was named; null for tables that exist outside the text. */
  readonly definition: Token | null;
}

/** A relation with these columns; of two of one name the later one counts. */
export function relationOf(
  kind: RelationKind,
  name: string,
  columns: readonly Column[],
  complete: boolean,
  definition: Token | null,
): Relation {
  return {
    kind,
    name,
    columns: new Map(columns.map((column) => [column.name.toLowerCase(), column])),
    complete,
    ssd: null,
    definition,
  };
}

/** A relation of which nothing is known, so that nothing is said of its columns. */
export function unknownRelation(name: string, definition: Token | null = null): Relation {
  return { kind: 'unknown', name, columns: new Map(), complete: false, ssd: null, definition };
}

const ssdRelations = new Map<SsdModelTable, Relation>();

/** The relation of an SSD table. Made once for each table. */
export function ssdRelation(table: SsdModelTable): Relation {
  const known = ssdRelations.get(table);
  if (known !== undefined) return known;
  const columns = new Map<string, Column>();
  for (const [key, column] of table.columns) {
    const value: Value = { ...unknownValue, type: typeNamed(column.type), source: column };
    columns.set(key, { name: column.name, definition: null, value });
  }
  const relation: Relation = { kind: 'ssd', name: table.name, columns, complete: true, ssd: table, definition: null };
  ssdRelations.set(table, relation);
  return relation;
}
