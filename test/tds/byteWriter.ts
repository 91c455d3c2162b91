/** Collects little-endian TDS fields. */
export class ByteWriter {
  #parts: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  bytes(part: Uint8Array): this {
    this.#parts.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    this.#length += part.byteLength;
    return this;
  }

  uint8(value: number): this {
    return this.bytes(Buffer.from([value & 0xff]));
  }

  uint16(value: number): this {
    const part = Buffer.alloc(2);
    part.writeUInt16LE(value);
    return this.bytes(part);
  }

  uint32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value >>> 0);
    return this.bytes(part);
  }

  int32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32LE(value);
    return this.bytes(part);
  }

  uint64(value: bigint): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt.asUintN(64, value));
    return this.bytes(part);
  }

  float64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeDoubleLE(value);
    return this.bytes(part);
  }

  /** Unsigned integer of `size` bytes, 1 to 6. */
  uint(value: number, size: number): this {
    const part = Buffer.alloc(size);
    part.writeUIntLE(value, 0, size);
    return this.bytes(part);
  }

  /** Text with its length in characters before it, in one byte or two. */
  text(value: string, lengthBytes: 1 | 2): this {
    if (lengthBytes === 1) this.uint8(value.length);
    else this.uint16(value.length);
    return this.bytes(Buffer.from(value, 'utf16le'));
  }

  /** Everything written since the last take. */
  take(): Buffer {
    const all = Buffer.concat(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    return all;
  }
}
