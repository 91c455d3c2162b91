import type { TypeName } from '../grammar/ast.ts';

/** What kind of values a type holds; `other` where it does not matter or is not known. */
export type TypeFamily =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'date'
  | 'datetime'
  | 'time'
  | 'boolean'
  | 'binary'
  | 'json'
  | 'other';

/** A type as far as the checks need it. */
export interface SqlType {
  readonly family: TypeFamily;
  /** Characters a text can hold; null when unlimited or not known. */
  readonly length: number | null;
  /** As people write it, such as `nvarchar(48)`. */
  readonly text: string;
}

const families: Readonly<Record<string, TypeFamily>> = {
  char: 'text',
  nchar: 'text',
  varchar: 'text',
  nvarchar: 'text',
  text: 'text',
  ntext: 'text',
  sysname: 'text',
  character: 'text',
  'character varying': 'text',
  'char varying': 'text',
  citext: 'text',
  uniqueidentifier: 'text',
  uuid: 'text',
  clob: 'text',
  int: 'integer',
  integer: 'integer',
  bigint: 'integer',
  smallint: 'integer',
  tinyint: 'integer',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  serial: 'integer',
  bigserial: 'integer',
  decimal: 'decimal',
  numeric: 'decimal',
  float: 'decimal',
  real: 'decimal',
  money: 'decimal',
  smallmoney: 'decimal',
  'double precision': 'decimal',
  double: 'decimal',
  date: 'date',
  datetime: 'datetime',
  datetime2: 'datetime',
  smalldatetime: 'datetime',
  datetimeoffset: 'datetime',
  timestamp: 'datetime',
  timestamptz: 'datetime',
  'timestamp with time zone': 'datetime',
  'timestamp without time zone': 'datetime',
  time: 'time',
  bit: 'boolean',
  bool: 'boolean',
  boolean: 'boolean',
  binary: 'binary',
  varbinary: 'binary',
  image: 'binary',
  bytea: 'binary',
  blob: 'binary',
  rowversion: 'binary',
  json: 'json',
  jsonb: 'json',
};

/** The type that a written type name stands for. A character type without a length has no known limit. */
export function typeOf(name: TypeName): SqlType {
  const family = families[name.name] ?? 'other';
  const length = typeof name.length === 'number' && family === 'text' ? name.length : null;
  const size = name.length === null ? '' : `(${name.length})`;
  return { family, length, text: name.name + size };
}

const parsed = new Map<string, SqlType>();

/** The type that the SSD model writes as `nvarchar(48)` or `int identity(1,1)`. */
export function typeNamed(text: string): SqlType {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const match = /^([a-z0-9 ]+?)(?:\((\d+|max)\))?(?: identity.*)?$/.exec(text.toLowerCase());
  const family = families[match?.[1] ?? ''] ?? 'other';
  const size = Number(match?.[2]);
  const type: SqlType = { family, length: family === 'text' && Number.isInteger(size) ? size : null, text };
  parsed.set(text, type);
  return type;
}

/** A type of which nothing is known. */
export const unknownType: SqlType = { family: 'other', length: null, text: '' };

/** Text of up to that many characters; null when there is no known limit. */
export function textOf(length: number | null): SqlType {
  return { family: 'text', length, text: length === null ? 'text' : `text of up to ${length} characters` };
}

/** Whole numbers. */
export const integerType: SqlType = { family: 'integer', length: null, text: 'int' };
/** True and false; `bit` in SQL Server. */
export const booleanType: SqlType = { family: 'boolean', length: null, text: 'bit' };
/** Days. */
export const dateType: SqlType = { family: 'date', length: null, text: 'date' };
/** Days with a time. */
export const dateTimeType: SqlType = { family: 'datetime', length: null, text: 'datetime' };

/** The type of a value that may be either; `other` when the two do not go together. */
export function eitherType(a: SqlType, b: SqlType): SqlType {
  if (a === b) return a;
  if (a.family === 'text' && b.family === 'text') {
    return textOf(a.length === null || b.length === null ? null : Math.max(a.length, b.length));
  }
  return a.family === b.family ? a : unknownType;
}
