import net from 'node:net';

/** What happens to a connection when its turn comes; `before` stands for anything done to the server itself. */
export type RelayFault =
  | { readonly kind: 'request' }
  | { readonly kind: 'answer' }
  | { readonly kind: 'before'; readonly act: () => Promise<void> };

/**
 * A relay in front of a database server that counts what clients send and disturbs one piece of it. It understands
 * nothing of the protocol: a piece is what the socket gives at once.
 */
export class Relay implements AsyncDisposable {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #target: number;
  #fault: { readonly at: number; readonly text: string; readonly fault: RelayFault } | null = null;
  /** Pieces that clients have sent. */
  pieces = 0;
  /** What was done to the server, as long as it takes. */
  acting: Promise<void> = Promise.resolve();
  /** Whether the fault has happened. */
  struck = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = net.createServer((client) => this.#join(client));
  }

  static async start(target: number): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Disturbs the piece after `skip` further ones; null leaves everything alone. */
  disturb(skip: number, fault: RelayFault | null): void {
    this.struck = false;
    this.#fault = fault === null ? null : { at: this.pieces + skip, text: '', fault };
  }

  /** Disturbs the next piece that has a text in it. */
  disturbText(text: string, fault: RelayFault): void {
    this.struck = false;
    this.#fault = { at: this.pieces, text, fault };
  }

  #join(client: net.Socket): void {
    const server = net.connect(this.#target, '127.0.0.1');
    const part = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', part);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        part();
      });
    }
    let dropAnswer = false;
    client.on('data', (piece) => {
      const planned = this.#fault;
      if (planned === null || this.struck || this.pieces < planned.at || !piece.includes(planned.text)) {
        this.pieces++;
        server.write(piece);
        return;
      }
      this.pieces++;
      this.struck = true;
      const { fault } = planned;
      if (fault.kind === 'request') part();
      else if (fault.kind === 'answer') {
        dropAnswer = true;
        server.write(piece);
      } else {
        client.pause();
        this.acting = fault.act().then(() => {
          server.write(piece);
          client.resume();
        });
      }
    });
    server.on('data', (piece) => {
      if (dropAnswer) part();
      else client.write(piece);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
