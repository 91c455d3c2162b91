import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { ClientLine } from './clientLine.ts';
import { parseBatch, parseRpc, parseTransactionRequest } from './clientMessages.ts';
import { type Login, parseLogin7 } from './login7.ts';
import { ntlmChallenge, provesPassword } from './ntlm.ts';
import { type Packet, PacketSplitter, packetType } from './packets.ts';
import { fail, RequestRunner, strike } from './requestRunner.ts';
import { SqliteEngine } from './sqliteEngine.ts';
import type { ServerState } from './tdsServer.ts';
import { TlsTunnel } from './tlsTunnel.ts';
import * as tokens from './tokens.ts';

/** One client's connection from prelogin to its end. Messages are carried out one after the other. */
export class Session {
  readonly #socket: Socket;
  readonly #state: ServerState;
  readonly #line: ClientLine;
  readonly #queue: { type: number; data: Buffer }[] = [];
  #tunnel: TlsTunnel | undefined;
  #phase: 'prelogin' | 'tls' | 'login' | 'ready' = 'prelogin';
  #parts: Buffer[] = [];
  #working = false;
  #requests: RequestRunner | undefined;
  /** A Windows login that has been challenged, with the challenge. */
  #login: Login | undefined;
  #nonce: Buffer = Buffer.alloc(8);

  constructor(socket: Socket, state: ServerState) {
    this.#socket = socket;
    this.#state = state;
    this.#line = new ClientLine(socket, () => this.end());
    socket.on('error', () => this.end());
    socket.once('close', () => this.end());
    const splitter = this.#splitter();
    socket.on('data', (chunk: Buffer) => {
      if (this.#tunnel !== undefined && !this.#tunnel.handshaking) this.#tunnel.feed(chunk);
      else splitter.write(chunk);
    });
  }

  /** Closes the socket and forgets what was open; an open transaction is rolled back. */
  end(): void {
    if (this.#line.ended) return;
    this.#line.ended = true;
    this.#tunnel?.end();
    this.#socket.destroy();
    if (!this.#working) this.#release();
    this.#state.sessionEnded(this);
  }

  #release(): void {
    this.#requests?.close();
    this.#requests = undefined;
  }

  #splitter(): PacketSplitter {
    const splitter = new PacketSplitter();
    splitter.on('data', (packet: Packet) => this.#onPacket(packet));
    splitter.on('error', () => this.end());
    return splitter;
  }

  #onPacket(packet: Packet): void {
    if (this.#phase === 'tls' && packet.type === packetType.prelogin) {
      this.#tunnel?.feed(packet.data);
      return;
    }
    if (packet.type === packetType.attention) {
      this.#state.countAttention();
      this.#line.attention = true;
      if (!this.#working) void this.#work();
      return;
    }
    this.#parts.push(packet.data);
    if (!packet.last) return;
    const data = Buffer.concat(this.#parts);
    this.#parts = [];
    // The client stopped in the middle of sending: the protocol says to answer with a bare DONE.
    this.#queue.push(packet.ignore ? { type: 0, data: Buffer.alloc(0) } : { type: packet.type, data });
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (!this.#line.ended && (this.#queue.length > 0 || this.#line.attention)) {
        const message = this.#queue.shift();
        if (message !== undefined) await this.#handle(message.type, message.data);
        if (this.#line.attention && !this.#line.ended) {
          this.#line.attention = false;
          tokens.writeDone(this.#line.out, 'batch', tokens.done.attention);
          await this.#line.flush(true);
        }
      }
    } catch (error) {
      this.#state.report(error);
      this.end();
    } finally {
      this.#working = false;
      if (this.#line.ended) this.#release();
    }
  }

  async #handle(type: number, data: Buffer): Promise<void> {
    if (type === packetType.prelogin) return this.#prelogin(data);
    if (type === packetType.login7) return this.#logIn(data);
    if (type === packetType.sspi) return this.#prove(data);
    const requests = this.#requests;
    if (requests !== undefined) {
      if (type === packetType.sqlBatch) return requests.batch(parseBatch(data));
      if (type === packetType.rpc) return requests.rpc(parseRpc(data));
      if (type === packetType.bulkLoad) return requests.bulkLoad(data);
      if (type === packetType.transaction) return requests.transaction(parseTransactionRequest(data));
    }
    tokens.writeDone(this.#line.out, 'batch', tokens.done.final);
    return this.#line.flush(true);
  }

  async #prelogin(data: Buffer): Promise<void> {
    const wanted = preloginOption(data, 1)?.at(0) ?? 2;
    const encrypts = wanted === 1 || wanted === 3;
    const fedAuth = preloginOption(data, 6)?.at(0) ?? 0;
    const options: [number, Buffer][] = [
      [0, Buffer.from([Number.parseInt(this.#state.facts.productVersion, 10), 0, 0x0f, 0xa0, 0, 0])],
      [1, Buffer.from([encrypts ? 1 : 2])],
      [2, Buffer.from([0])],
      [3, Buffer.alloc(0)],
      [4, Buffer.from([0])],
      [6, Buffer.from([fedAuth])],
    ];
    const header = Buffer.alloc(options.length * 5 + 1, 0xff);
    let offset = header.length;
    for (const [i, [token, value]] of options.entries()) {
      header.writeUInt8(token, i * 5);
      header.writeUInt16BE(offset, i * 5 + 1);
      header.writeUInt16BE(value.length, i * 5 + 3);
      offset += value.length;
    }
    this.#line.out.bytes(Buffer.concat([header, ...options.map(([, value]) => value)]));
    await this.#line.flush(true);
    if (!encrypts) {
      this.#phase = 'login';
      return;
    }
    const { key, cert } = this.#state.certificate;
    const tunnel = new TlsTunnel(
      key,
      cert,
      (part, written) => this.#socket.write(part, () => written()),
      () => {
        this.#phase = 'login';
        this.#line.stream = tunnel.secure;
        tunnel.secure.pipe(this.#splitter());
      },
      () => this.end(),
    );
    this.#tunnel = tunnel;
    this.#phase = 'tls';
  }

  async #logIn(data: Buffer): Promise<void> {
    const login = parseLogin7(data);
    this.#state.addLogin(login);
    if (await strike(this.#line, this.#state, 'login', login.user)) return;
    if (login.integrated && this.#state.windowsUser !== undefined) {
      this.#nonce = randomBytes(8);
      const challenge = ntlmChallenge(this.#state.windowsUser.domain, this.#nonce);
      this.#line.out.uint8(0xed).uint16(challenge.length).bytes(challenge);
      this.#login = login;
      return this.#line.flush(true);
    }
    await this.#accept(login, this.#state.refuses(login));
  }

  /** The second half of a Windows login. */
  async #prove(response: Buffer): Promise<void> {
    const { windowsUser } = this.#state;
    const login = this.#login;
    if (windowsUser === undefined || login === undefined) throw new RangeError('A response came to no challenge');
    const proved = provesPassword(response, this.#nonce, windowsUser);
    const refusal = { number: 18456, message: `Login failed for user '${windowsUser.user}'.`, severity: 14 };
    await this.#accept(login, proved ? undefined : refusal);
  }

  async #accept(login: Login, refusal: tokens.ServerMessage | undefined): Promise<void> {
    if (refusal !== undefined) {
      await fail(this.#line, refusal);
      this.#socket.end();
      return;
    }
    const engine = new SqliteEngine(this.#state.file, this.#state.facts);
    this.#requests = new RequestRunner(this.#line, this.#state, engine);
    const { facts } = this.#state;
    tokens.writeTextChange(this.#line.out, 1, facts.database, 'master');
    tokens.writeCollationChange(this.#line.out);
    tokens.writeTextChange(this.#line.out, 2, 'us_english', '');
    tokens.writeLoginAck(this.#line.out, 'Microsoft SQL Server', Number.parseInt(facts.productVersion, 10));
    if (login.accessToken !== null) tokens.writeFedAuthAck(this.#line.out);
    const size = Math.min(Math.max(login.packetSize, 512), 32_767);
    tokens.writeTextChange(this.#line.out, 4, String(size), '4096');
    tokens.writeDone(this.#line.out, 'batch', tokens.done.final);
    await this.#line.flush(true);
    this.#line.packetSize = size;
    this.#phase = 'ready';
  }
}

function preloginOption(data: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; data.readUInt8(at) !== 0xff; at += 5) {
    if (data.readUInt8(at) !== wanted) continue;
    const offset = data.readUInt16BE(at + 1);
    return data.subarray(offset, offset + data.readUInt16BE(at + 3));
  }
  return undefined;
}
