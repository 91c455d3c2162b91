import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What the double does with one POST of children. */
export type Scripted =
  /** Applies the batch and answers with receipts. */
  | { readonly do: 'accept'; readonly status?: number }
  /** Answers without applying anything. */
  | {
      readonly do: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  /** Cuts the connection, before or after applying the batch. */
  | { readonly do: 'reset'; readonly applied: boolean }
  /** Never answers; applies the batch or not. */
  | { readonly do: 'hang'; readonly applied: boolean }
  /** Applies, then sends half an answer and cuts the connection. */
  | { readonly do: 'half-answer' }
  /** Applies, then answers 200 with something else than the receipts. */
  | { readonly do: 'wrong-receipts'; readonly body: (receipts: string[]) => string };

/** A POST of children as it arrived. */
export interface ReceivedPost {
  /** From 1 over the life of the double. */
  readonly number: number;
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
  readonly text: string;
  /** Parsed body; an empty list when it was not JSON. */
  readonly children: readonly Record<string, unknown>[];
}

export function receipt(): string {
  return `2026-11-22_09:30:00.12_${randomUUID()}.json`;
}

/**
 * A receiver that follows a script, over real sockets. It speaks the token endpoint and the POST of children. It does
 * not check payloads, batch size or tokens unless the script does, and keeps only ids and the last element of each.
 */
export class ScriptedReceiver implements AsyncDisposable {
  readonly #server: Server | HttpsServer;
  readonly posts: ReceivedPost[] = [];
  /** How often each child was applied, and what was applied last, by la_child_id. */
  readonly applied = new Map<string, { times: number; last: Record<string, unknown> }>();
  tokens = 0;
  script: (post: ReceivedPost) => Scripted = () => ({ do: 'accept' });
  tokenScript: (number: number) => { status: number; body: string; headers?: Record<string, string> } = (number) => ({
    status: 200,
    body: JSON.stringify({ access_token: `token-${number}`, token_type: 'Bearer', expires_in: 3599 }),
  });

  private constructor(server: Server | HttpsServer) {
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(server: Server | HttpsServer = createServer()): Promise<ScriptedReceiver> {
    const double = new ScriptedReceiver(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return double;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}/receiver-test/1`;
  }

  get tokenAddress(): string {
    return `http://127.0.0.1:${this.port}/token`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The client went away in mid-request, as some tests make it do.
      return;
    }
    const text = Buffer.concat(chunks).toString('utf8');
    if (request.url === '/token') {
      this.tokens += 1;
      const { status, body, headers } = this.tokenScript(this.tokens);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      return;
    }
    let children: Record<string, unknown>[] = [];
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed)) children = parsed as Record<string, unknown>[];
    } catch {
      // Kept as text for the test to look at.
    }
    const post = {
      number: this.posts.length + 1,
      headers: request.headers,
      path: request.url ?? '',
      text,
      children,
    };
    this.posts.push(post);
    this.#answer(this.script(post), post, response);
  }

  #apply(post: ReceivedPost): string[] {
    return post.children.map((child) => {
      const id = String(child.la_child_id);
      this.applied.set(id, { times: (this.applied.get(id)?.times ?? 0) + 1, last: child });
      return receipt();
    });
  }

  #answer(scripted: Scripted, post: ReceivedPost, response: ServerResponse): void {
    const json = { 'content-type': 'application/json' };
    switch (scripted.do) {
      case 'accept':
        response.writeHead(scripted.status ?? 200, json).end(JSON.stringify(this.#apply(post)));
        return;
      case 'answer':
        response.writeHead(scripted.status, { ...json, ...scripted.headers }).end(scripted.body ?? '');
        return;
      case 'reset':
        if (scripted.applied) this.#apply(post);
        response.socket?.resetAndDestroy();
        return;
      case 'hang':
        if (scripted.applied) this.#apply(post);
        return;
      case 'half-answer': {
        const body = JSON.stringify(this.#apply(post));
        response.writeHead(200, { ...json, 'content-length': String(body.length) });
        response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
        return;
      }
      case 'wrong-receipts':
        response.writeHead(200, json).end(scripted.body(this.#apply(post)));
        return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
