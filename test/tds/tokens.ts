import type { ByteWriter } from './byteWriter.ts';
import { type ColumnType, type StoredValue, writeTypeInfo, writeValue } from './dataTypes.ts';

/** Bits of a DONE token. */
export const done = { final: 0, more: 0x01, error: 0x02, count: 0x10, attention: 0x20 } as const;

/** Which DONE token: after a batch's statement, after a statement inside a procedure, after a procedure. */
export type DoneKind = 'batch' | 'inProcedure' | 'procedure';
const doneIds = { batch: 0xfd, inProcedure: 0xff, procedure: 0xfe } as const;

/** A message of the server to the person, as error or information. */
export interface ServerMessage {
  readonly number: number;
  readonly message: string;
  /** Severity; 11 to 16 are errors in what was asked, 20 and more end the connection. */
  readonly severity?: number;
  readonly state?: number;
}

export interface ResultColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Writes a DONE token. */
export function writeDone(out: ByteWriter, kind: DoneKind, status: number, rows = 0): void {
  out.uint8(doneIds[kind]).uint16(status).uint16(0).uint64(BigInt(rows));
}

/** Writes an ERROR token. */
export function writeError(out: ByteWriter, error: ServerMessage, serverName: string): void {
  const length = 4 + 1 + 1 + 2 + error.message.length * 2 + 1 + serverName.length * 2 + 1 + 4;
  out
    .uint8(0xaa)
    .uint16(length)
    .uint32(error.number)
    .uint8(error.state ?? 1)
    .uint8(error.severity ?? 16);
  out.text(error.message, 2).text(serverName, 1).text('', 1).uint32(1);
}

/** Writes an ENVCHANGE token for a change between two texts: 1 database, 2 language, 4 packet size. */
export function writeTextChange(out: ByteWriter, change: 1 | 2 | 4, now: string, before: string): void {
  out.uint8(0xe3).uint16(1 + 1 + now.length * 2 + 1 + before.length * 2);
  out.uint8(change).text(now, 1).text(before, 1);
}

/** Writes the ENVCHANGE token that tells the client the database's collation. */
export function writeCollationChange(out: ByteWriter): void {
  out.uint8(0xe3).uint16(8).uint8(7).uint8(5);
  out.bytes(Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34])).uint8(0);
}

/** Writes the ENVCHANGE token for a transaction: 8 begun, 9 committed, 10 rolled back. */
export function writeTransactionChange(out: ByteWriter, change: 8 | 9 | 10, descriptor: bigint): void {
  out.uint8(0xe3).uint16(11).uint8(change);
  if (change === 8) out.uint8(8).uint64(descriptor).uint8(0);
  else out.uint8(0).uint8(8).uint64(descriptor);
}

/** Writes LOGINACK for TDS 7.4. */
export function writeLoginAck(out: ByteWriter, program: string, majorVersion: number): void {
  out.uint8(0xad).uint16(1 + 4 + 1 + program.length * 2 + 4);
  out
    .uint8(1)
    .bytes(Buffer.from([0x74, 0x00, 0x00, 0x04]))
    .text(program, 1);
  out.bytes(Buffer.from([majorVersion, 0, 0x0f, 0xa0]));
}

/** Writes FEATUREEXTACK that accepts federated authentication. */
export function writeFedAuthAck(out: ByteWriter): void {
  out.uint8(0xae).uint8(0x02).uint32(0).uint8(0xff);
}

/** Writes COLMETADATA. */
export function writeColumns(out: ByteWriter, columns: readonly ResultColumn[]): void {
  out.uint8(0x81).uint16(columns.length);
  for (const column of columns) {
    out.uint32(0).uint16(0x0009);
    writeTypeInfo(column.type, out);
    out.text(column.name, 1);
  }
}

/** Writes one ROW token. */
export function writeRow(out: ByteWriter, columns: readonly ResultColumn[], values: readonly StoredValue[]): void {
  out.uint8(0xd1);
  for (const [i, column] of columns.entries()) writeValue(values[i] ?? null, column.type, out);
}

/** Writes RETURNSTATUS of a procedure. */
export function writeReturnStatus(out: ByteWriter, status: number): void {
  out.uint8(0x79).int32(status);
}
