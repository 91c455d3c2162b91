import { ByteReader } from './byteReader.ts';
import { type ReadableType, readTypeInfo, readValue, type StoredValue } from './dataTypes.ts';

/** A remote procedure call: a name or a well-known number, and its parameters. */
export interface RpcCall {
  readonly procedure: string;
  readonly parameters: readonly { readonly name: string; readonly value: StoredValue }[];
}

const wellKnown = new Map([
  [10, 'sp_executesql'],
  [11, 'sp_prepare'],
  [12, 'sp_execute'],
  [15, 'sp_unprepare'],
]);

function skipHeaders(input: ByteReader): void {
  const length = input.uint32();
  input.skip(length - 4);
}

/** The text of a SQL batch. */
export function parseBatch(data: Buffer): string {
  const input = new ByteReader(data);
  skipHeaders(input);
  return data.subarray(input.position).toString('utf16le');
}

/** An RPC request with one call, which is what drivers send. */
export function parseRpc(data: Buffer): RpcCall {
  const input = new ByteReader(data);
  skipHeaders(input);
  const length = input.uint16();
  const number = length === 0xffff ? input.uint16() : undefined;
  const procedure =
    number === undefined ? input.bytes(length * 2).toString('utf16le') : (wellKnown.get(number) ?? `#${number}`);
  input.skip(2);
  const parameters: { name: string; value: StoredValue }[] = [];
  while (!input.done) {
    const name = input.text(1).replace(/^@/, '');
    input.skip(1);
    const type = readTypeInfo(input);
    parameters.push({ name, value: readValue(input, type) });
  }
  return { procedure, parameters };
}

/** A transaction manager request. */
export type TransactionRequest =
  | { readonly kind: 'begin'; readonly isolation: number }
  | { readonly kind: 'commit' }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'other'; readonly number: number };

export function parseTransactionRequest(data: Buffer): TransactionRequest {
  const input = new ByteReader(data);
  skipHeaders(input);
  const number = input.uint16();
  if (number === 5) return { kind: 'begin', isolation: input.uint8() };
  if (number === 7) return { kind: 'commit' };
  if (number === 8) return { kind: 'rollback' };
  return { kind: 'other', number };
}

/** Rows of a bulk load message. Throws on a token that does not belong there. */
export function parseBulkRows(data: Buffer): StoredValue[][] {
  const input = new ByteReader(data);
  const types: ReadableType[] = [];
  const rows: StoredValue[][] = [];
  while (!input.done) {
    const token = input.uint8();
    if (token === 0x81) {
      const count = input.uint16();
      for (let i = 0; i < count; i++) {
        input.skip(6);
        types.push(readTypeInfo(input));
        input.text(1);
      }
    } else if (token === 0xd1) {
      rows.push(types.map((type) => readValue(input, type)));
    } else if (token === 0xfd) break;
    else throw new RangeError(`Unexpected token 0x${token.toString(16)} in a bulk load`);
  }
  return rows;
}
