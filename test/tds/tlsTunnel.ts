import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { framePackets, packetType } from './packets.ts';

/**
 * The server's end of TLS inside TDS (MS-TDS 2.2.6.5): while the handshake runs its records travel inside
 * PRELOGIN packets, afterwards bare. The client waits for exactly one message per message it sends, so that
 * everything the handshake writes in one turn of the event loop leaves as one message.
 */
export class TlsTunnel {
  readonly secure: tls.TLSSocket;
  readonly #inner: Duplex;
  #handshake = true;
  #pending: Buffer[] = [];

  constructor(
    key: string,
    cert: string,
    send: (data: Buffer, written: () => void) => void,
    onSecure: () => void,
    onError: () => void,
  ) {
    this.#inner = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, callback) => {
        if (!this.#handshake) {
          send(chunk, callback);
          return;
        }
        this.#pending.push(chunk);
        setImmediate(() => {
          if (this.#pending.length === 0) return;
          const flight = Buffer.concat(this.#pending);
          this.#pending = [];
          send(framePackets(packetType.prelogin, flight, 4096, true), () => {});
        });
        callback();
      },
    });
    this.secure = new tls.TLSSocket(this.#inner, {
      isServer: true,
      secureContext: tls.createSecureContext({ key, cert, maxVersion: 'TLSv1.2' }),
    });
    this.secure.once('secure', () => {
      // The last flight of the handshake is still in its envelope; what comes after it is not.
      setImmediate(() => {
        this.#handshake = false;
        onSecure();
      });
    });
    this.secure.on('error', onError);
  }

  get handshaking(): boolean {
    return this.#handshake;
  }

  /** Records from the client, out of their envelope. */
  feed(records: Buffer): void {
    this.#inner.push(records);
  }

  end(): void {
    this.#inner.push(null);
    this.secure.destroy();
  }
}
