import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Receiver } from '../../../sandbox/receiver/receiver.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A plain HTTP request over a new connection; rejects when the connection drops before the whole answer is there. */
export function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: options.method ?? 'POST', headers: options.headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

/** Asks for a token with the receiver's own credentials, changed where a test needs it. */
export function askForToken(receiver: Receiver, change: Record<string, string> = {}): Promise<Reply> {
  const { clientId, clientSecret, scope } = receiver.credentials;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope, ...change };
  return send(receiver.tokenUrl, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

export async function tokenFor(receiver: Receiver, change: Record<string, string> = {}): Promise<string> {
  const reply = JSON.parse((await askForToken(receiver, change)).text) as { access_token: string };
  return reply.access_token;
}

export function childrenUrl(receiver: Receiver, laCode = receiver.laCode): string {
  return `${receiver.apiUrl}/children_social_care_data/${laCode}/children`;
}

/** Posts children as a client does, with headers changed where a test needs it. */
export async function post(
  receiver: Receiver,
  children: unknown,
  change: { headers?: Record<string, string>; url?: string; method?: string } = {},
): Promise<Reply> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${await tokenFor(receiver)}`,
    supplierkey: receiver.credentials.supplierKey,
    'content-type': 'application/json',
    ...change.headers,
  };
  const body = typeof children === 'string' || Buffer.isBuffer(children) ? children : JSON.stringify(children);
  return send(change.url ?? childrenUrl(receiver), { headers, body, method: change.method ?? 'POST' });
}

/** A child that the API takes. */
export function child(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { la_child_id: id, child_details: { first_name: 'Ana', sex: 'F', ethnicity: 'WBRI', purge: false }, ...more };
}
