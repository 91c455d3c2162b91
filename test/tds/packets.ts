import { Transform, type TransformCallback } from 'node:stream';

/** Types of messages (MS-TDS 2.2.3.1.1) that the test server knows. */
export const packetType = {
  sqlBatch: 0x01,
  rpc: 0x03,
  response: 0x04,
  attention: 0x06,
  bulkLoad: 0x07,
  transaction: 0x0e,
  login7: 0x10,
  sspi: 0x11,
  prelogin: 0x12,
} as const;

const headerLength = 8;
const endOfMessage = 0x01;
const ignoreMessage = 0x02;

/** One packet with its header taken off. */
export interface Packet {
  readonly type: number;
  readonly last: boolean;
  /** The client gave up on this message and its content must not be executed. */
  readonly ignore: boolean;
  readonly data: Buffer;
}

/** Cuts a byte stream into packets. Object mode on the readable side. */
export class PacketSplitter extends Transform {
  #rest: Buffer = Buffer.alloc(0);

  constructor() {
    super({ readableObjectMode: true });
  }

  override _transform(chunk: Buffer, _encoding: string, callback: TransformCallback): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= headerLength) {
      const length = this.#rest.readUInt16BE(2);
      if (length < headerLength) {
        callback(new RangeError('A TDS packet is shorter than its header'));
        return;
      }
      if (this.#rest.length < length) break;
      const status = this.#rest.readUInt8(1);
      const packet: Packet = {
        type: this.#rest.readUInt8(0),
        last: (status & endOfMessage) !== 0,
        ignore: (status & ignoreMessage) !== 0,
        data: Buffer.from(this.#rest.subarray(headerLength, length)),
      };
      this.#rest = this.#rest.subarray(length);
      this.push(packet);
    }
    callback();
  }
}

/** Cuts `data` into packets of at most `packetSize` bytes with headers. `final` marks the end of the message. */
export function framePackets(type: number, data: Buffer, packetSize: number, final: boolean): Buffer {
  const room = packetSize - headerLength;
  const count = Math.max(1, Math.ceil(data.length / room));
  const parts: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const piece = data.subarray(i * room, (i + 1) * room);
    const header = Buffer.alloc(headerLength);
    header.writeUInt8(type, 0);
    header.writeUInt8(final && i === count - 1 ? endOfMessage : 0, 1);
    header.writeUInt16BE(headerLength + piece.length, 2);
    header.writeUInt8((i + 1) & 0xff, 6);
    parts.push(header, piece);
  }
  return Buffer.concat(parts);
}
