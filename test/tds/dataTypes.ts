import type { ByteReader } from './byteReader.ts';
import type { ByteWriter } from './byteWriter.ts';

/** A value as SQLite holds it. Dates and times are ISO text without a zone. */
export type StoredValue = string | number | bigint | Uint8Array | null;

/** Types that the server can describe and send, and read as parameters or bulk rows. */
export type ColumnType =
  | { readonly kind: 'int' | 'bigint' | 'smallint' | 'tinyint' | 'bit' | 'float' | 'date' | 'datetime' | 'guid' }
  | { readonly kind: 'datetime2'; readonly scale: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** `length` in characters; null is `max`. */
  | { readonly kind: 'nvarchar' | 'varchar' | 'varbinary'; readonly length: number | null };

const collation = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);
const maxLength = 0xffff;
const dayMs = 86_400_000;
const year1 = Date.parse('0001-01-01T00:00:00Z');
const year1900 = Date.parse('1900-01-01T00:00:00Z');

const integerSizes = { tinyint: 1, bit: 1, smallint: 2, int: 4, bigint: 8 } as const;

/** The type of a column declared as `declaration`, such as `nvarchar(48)`; undefined for an expression. */
export function typeOfDeclaration(declaration: string | null): ColumnType | undefined {
  const match = /^\s*([a-z0-9]+)\s*(?:\(\s*(\w+)\s*(?:,\s*(\d+)\s*)?\))?/i.exec(declaration ?? '');
  if (match === null) return undefined;
  const written = Number(match[2] ?? 'NaN');
  // SQLite takes only numbers there, so that `max` is written as a large one.
  const size = Number.isNaN(written) || written > 8000 ? null : written;
  const name = (match[1] ?? '').toLowerCase();
  if (name === 'integer') return { kind: 'bigint' };
  if (name === 'int' || name === 'bigint' || name === 'smallint' || name === 'tinyint') return { kind: name };
  if (name === 'bit' || name === 'date' || name === 'datetime' || name === 'float') return { kind: name };
  if (name === 'datetime2') return { kind: 'datetime2', scale: size ?? 7 };
  if (name === 'decimal' || name === 'numeric') {
    return { kind: 'decimal', precision: size ?? 18, scale: Number(match[3] ?? 0) };
  }
  if (name === 'real') return { kind: 'float' };
  if (name === 'uniqueidentifier') return { kind: 'guid' };
  if (name === 'nvarchar' || name === 'nchar' || name === 'text' || name === 'ntext') {
    return { kind: 'nvarchar', length: size };
  }
  if (name === 'varchar' || name === 'char') return { kind: 'varchar', length: size };
  if (name === 'binary' || name === 'varbinary' || name === 'blob') return { kind: 'varbinary', length: size };
  return undefined;
}

/** The type that SQL Server would give an expression with this value, as far as one value shows it. */
export function typeOfValue(value: StoredValue): ColumnType {
  if (typeof value === 'bigint') return BigInt.asIntN(32, value) === value ? { kind: 'int' } : { kind: 'bigint' };
  if (typeof value === 'number') return { kind: 'float' };
  if (value instanceof Uint8Array) return { kind: 'varbinary', length: null };
  return { kind: 'nvarchar', length: null };
}

function timeBytes(scale: number): number {
  if (scale <= 2) return 3;
  return scale <= 4 ? 4 : 5;
}

/** TYPE_INFO of a column (MS-TDS 2.2.5.6), always the nullable form. */
export function writeTypeInfo(type: ColumnType, out: ByteWriter): void {
  switch (type.kind) {
    case 'bit':
      out.uint8(0x68).uint8(1);
      return;
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      out.uint8(0x26).uint8(integerSizes[type.kind]);
      return;
    case 'float':
      out.uint8(0x6d).uint8(8);
      return;
    case 'date':
      out.uint8(0x28);
      return;
    case 'datetime':
      out.uint8(0x6f).uint8(8);
      return;
    case 'datetime2':
      out.uint8(0x2a).uint8(type.scale);
      return;
    case 'guid':
      out.uint8(0x24).uint8(16);
      return;
    case 'decimal':
      out.uint8(0x6a).uint8(17).uint8(type.precision).uint8(type.scale);
      return;
    case 'nvarchar':
      out
        .uint8(0xe7)
        .uint16(type.length === null ? maxLength : type.length * 2)
        .bytes(collation);
      return;
    case 'varchar':
      out
        .uint8(0xa7)
        .uint16(type.length ?? maxLength)
        .bytes(collation);
      return;
    case 'varbinary':
      out.uint8(0xa5).uint16(type.length ?? maxLength);
  }
}

/** Milliseconds of ISO text, read as if it stood in UTC. Throws on text that is no date. */
function instant(value: StoredValue): number {
  const text = String(value).trim().replace(' ', 'T');
  const ms = Date.parse(/T/.test(text) ? `${text.replace(/Z$/, '')}Z` : `${text}T00:00:00Z`);
  if (Number.isNaN(ms))
    throw new TypeError('Conversion failed when converting date and/or time from character string.');
  return ms;
}

function writeBytes(data: Buffer, max: boolean, out: ByteWriter): void {
  if (!max) {
    out.uint16(data.length).bytes(data);
    return;
  }
  out.uint64(BigInt(data.length));
  if (data.length > 0) out.uint32(data.length).bytes(data);
  out.uint32(0);
}

function writeNull(type: ColumnType, out: ByteWriter): void {
  if (type.kind !== 'nvarchar' && type.kind !== 'varchar' && type.kind !== 'varbinary') out.uint8(0);
  else if (type.length === null) out.uint64(0xffff_ffff_ffff_ffffn);
  else out.uint16(maxLength);
}

/** One value of a row. Throws RangeError or TypeError where the value does not fit the type. */
export function writeValue(value: StoredValue, type: ColumnType, out: ByteWriter): void {
  if (value === null) {
    writeNull(type, out);
    return;
  }
  switch (type.kind) {
    case 'bit':
      out.uint8(1).uint8(Number(value) === 0 ? 0 : 1);
      return;
    case 'tinyint':
    case 'smallint':
    case 'int': {
      const size = integerSizes[type.kind];
      if (Math.abs(Number(value)) >= 2 ** (size * 8)) throw new RangeError('Arithmetic overflow error');
      out.uint8(size).uint(Number(value) < 0 ? Number(value) + 2 ** (size * 8) : Number(value), size);
      return;
    }
    case 'bigint':
      out.uint8(8).uint64(BigInt(typeof value === 'number' ? Math.trunc(value) : String(value)));
      return;
    case 'float':
      out.uint8(8).float64(Number(value));
      return;
    case 'date':
      out.uint8(3).uint(Math.floor((instant(value) - year1) / dayMs), 3);
      return;
    case 'datetime': {
      const ms = instant(value) - year1900;
      const days = Math.floor(ms / dayMs);
      out
        .uint8(8)
        .int32(days)
        .uint32(Math.round(((ms - days * dayMs) * 3) / 10));
      return;
    }
    case 'datetime2': {
      const ms = instant(value) - year1;
      const days = Math.floor(ms / dayMs);
      const size = timeBytes(type.scale);
      out.uint8(size + 3).uint((ms - days * dayMs) * 10 ** (type.scale - 3), size);
      out.uint(days, 3);
      return;
    }
    case 'guid': {
      const hex = String(value).replaceAll(/[{}-]/g, '');
      const raw = Buffer.from(hex, 'hex');
      const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
      out.uint8(16).bytes(Buffer.from(order.map((from) => raw[from] ?? 0)));
      return;
    }
    case 'decimal': {
      const scaled = BigInt(Math.round(Math.abs(Number(value)) * 10 ** type.scale));
      out
        .uint8(17)
        .uint8(Number(value) < 0 ? 0 : 1)
        .uint64(scaled)
        .uint64(0n);
      return;
    }
    case 'nvarchar':
      writeBytes(Buffer.from(String(value), 'utf16le'), type.length === null, out);
      return;
    case 'varchar':
      writeBytes(Buffer.from(String(value), 'latin1'), type.length === null, out);
      return;
    case 'varbinary':
      writeBytes(Buffer.from(value instanceof Uint8Array ? value : String(value)), type.length === null, out);
  }
}

/** A type as it stands before a parameter or a bulk column, with how to read its values. */
export interface ReadableType {
  readonly id: number;
  readonly length: number;
  readonly scale: number;
}

const lengthPrefixed = new Set([0xe7, 0xef, 0xa7, 0xaf, 0xa5, 0xad]);
const fixedSizes = new Map([
  [0x30, 1],
  [0x32, 1],
  [0x34, 2],
  [0x38, 4],
  [0x7f, 8],
  [0x3e, 8],
  [0x3b, 4],
  [0x3d, 8],
]);

/** Reads TYPE_INFO. Throws for a type that this server does not know. */
export function readTypeInfo(input: ByteReader): ReadableType {
  const id = input.uint8();
  if (lengthPrefixed.has(id)) {
    const length = input.uint16();
    if (id !== 0xa5 && id !== 0xad) input.skip(5);
    return { id, length, scale: 0 };
  }
  if (id === 0x28) return { id, length: 3, scale: 0 };
  if (id === 0x29 || id === 0x2a || id === 0x2b) return { id, length: 0, scale: input.uint8() };
  if (id === 0x6a || id === 0x6c) {
    const length = input.uint8();
    input.skip(1);
    return { id, length, scale: input.uint8() };
  }
  if (id === 0x26 || id === 0x68 || id === 0x6d || id === 0x6f || id === 0x24) {
    return { id, length: input.uint8(), scale: 0 };
  }
  const size = fixedSizes.get(id);
  if (size !== undefined) return { id, length: size, scale: 0 };
  throw new RangeError(`The test server does not know TDS type 0x${id.toString(16)}`);
}

function readChunked(input: ByteReader): Buffer | null {
  if (input.uint64() === 0xffff_ffff_ffff_ffffn) return null;
  const parts: Buffer[] = [];
  for (let length = input.uint32(); length > 0; length = input.uint32()) parts.push(input.bytes(length));
  return Buffer.concat(parts);
}

function isoText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}

function readSized(input: ByteReader, type: ReadableType): StoredValue {
  const data = type.length === maxLength ? readChunked(input) : readShort(input);
  if (data === null) return null;
  if (type.id === 0xe7 || type.id === 0xef) return data.toString('utf16le');
  if (type.id === 0xa7 || type.id === 0xaf) return data.toString('latin1');
  return new Uint8Array(data);
}

function readShort(input: ByteReader): Buffer | null {
  const length = input.uint16();
  return length === maxLength ? null : input.bytes(length);
}

/** Reads one value of a parameter or bulk row into what SQLite stores. */
export function readValue(input: ByteReader, type: ReadableType): StoredValue {
  if (lengthPrefixed.has(type.id)) return readSized(input, type);
  const size = fixedSizes.has(type.id) ? type.length : input.uint8();
  if (size === 0) return null;
  const data = input.bytes(size);
  switch (type.id) {
    case 0x28:
      return isoText(year1 + data.readUIntLE(0, 3) * dayMs).slice(0, 10);
    case 0x2a: {
      const ticks = data.readUIntLE(0, size - 3);
      return isoText(year1 + data.readUIntLE(size - 3, 3) * dayMs + ticks / 10 ** (type.scale - 3));
    }
    case 0x6f:
    case 0x3d:
      return isoText(year1900 + data.readInt32LE(0) * dayMs + Math.round((data.readUInt32LE(4) * 10) / 3));
    case 0x6d:
    case 0x3e:
    case 0x3b:
      return size === 4 ? data.readFloatLE(0) : data.readDoubleLE(0);
    case 0x6a:
    case 0x6c: {
      const magnitude = Number(data.readUIntLE(1, Math.min(6, size - 1))) / 10 ** type.scale;
      return data.readUInt8(0) === 0 ? -magnitude : magnitude;
    }
    case 0x24:
      return [data.readUInt32LE(0).toString(16).padStart(8, '0'), data.subarray(4).toString('hex')].join('-');
    default:
      return size === 8 ? data.readBigInt64LE(0) : size === 1 ? data.readUInt8(0) : data.readIntLE(0, size);
  }
}
