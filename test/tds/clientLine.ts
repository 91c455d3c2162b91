import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ByteWriter } from './byteWriter.ts';
import { framePackets, packetType } from './packets.ts';

/** The client asked to stop, or went away: the statement ends without an answer of its own. */
export class Interrupted extends Error {}

/** The way to one client: what is being written to it, and whether it still listens. */
export class ClientLine {
  /** Tokens of the message that is being written. */
  readonly out = new ByteWriter();
  /** Resolves when the client is gone. */
  readonly closed: Promise<void>;
  /** Where packets go: the socket, or TLS on it. */
  stream: Duplex;
  packetSize = 4096;
  /** The client asked to stop what runs. */
  attention = false;
  ended = false;
  readonly #end: () => void;

  /** @param end closes the connection */
  constructor(stream: Duplex, end: () => void) {
    this.stream = stream;
    this.#end = end;
    this.closed = new Promise((resolve) => stream.once('close', () => resolve()));
  }

  get interrupted(): boolean {
    return this.attention || this.ended;
  }

  end(): void {
    this.#end();
  }

  /** Waits that many milliseconds. Throws Interrupted when the client does not wait. */
  async pause(milliseconds: number): Promise<void> {
    await Promise.race([delay(milliseconds), this.closed]);
    if (this.interrupted) throw new Interrupted();
  }

  /** Sends what was written, whole packets only unless `final`; waits while the client does not read. */
  async flush(final: boolean): Promise<void> {
    if (this.ended) throw new Interrupted();
    const all = this.out.take();
    const room = this.packetSize - 8;
    const whole = final ? all.length : Math.floor(all.length / room) * room;
    if (whole < all.length) this.out.bytes(all.subarray(whole));
    if (!final && whole === 0) return;
    const { stream } = this;
    if (stream.write(framePackets(packetType.response, all.subarray(0, whole), this.packetSize, final))) return;
    while (stream.writableNeedDrain && !this.ended && (final || !this.attention)) {
      await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), delay(20), this.closed]);
    }
  }
}
