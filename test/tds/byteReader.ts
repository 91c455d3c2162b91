/** Reads little-endian TDS fields from a message, from left to right. Throws RangeError past the end. */
export class ByteReader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get done(): boolean {
    return this.#at >= this.#data.length;
  }

  get position(): number {
    return this.#at;
  }

  skip(count: number): void {
    this.#at += count;
  }

  bytes(count: number): Buffer {
    if (this.#at + count > this.#data.length) throw new RangeError('The TDS message ended too early');
    const part = this.#data.subarray(this.#at, this.#at + count);
    this.#at += count;
    return part;
  }

  uint8(): number {
    return this.bytes(1).readUInt8(0);
  }

  uint16(): number {
    return this.bytes(2).readUInt16LE(0);
  }

  uint32(): number {
    return this.bytes(4).readUInt32LE(0);
  }

  uint64(): bigint {
    return this.bytes(8).readBigUInt64LE(0);
  }

  /** Unsigned integer of `size` bytes, 1 to 6. */
  uint(size: number): number {
    return this.bytes(size).readUIntLE(0, size);
  }

  /** Text with its length in characters before it, in one byte or two. */
  text(lengthBytes: 1 | 2): string {
    const length = lengthBytes === 1 ? this.uint8() : this.uint16();
    return this.bytes(length * 2).toString('utf16le');
  }
}
