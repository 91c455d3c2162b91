import type { IncomingMessage } from 'node:http';
import { type Answer, jsonAnswer } from './answer.ts';
import { utf8 } from './body.ts';
import { type ReceiverCredentials, sameSecret, type TokenDesk } from './tokens.ts';

/** Answers a request for a token: the OAuth 2.0 client credentials grant (RFC 6749, section 4.4) with secrets in the form. */
export function answerToken(
  request: IncomingMessage,
  body: Buffer | 'too large',
  credentials: ReceiverCredentials,
  tokens: TokenDesk,
  now: number,
): Answer {
  const refuse = (status: number, error: string, description: string) =>
    jsonAnswer(status, { error, error_description: description }, { 'cache-control': 'no-store' });
  if (request.method !== 'POST') return refuse(405, 'invalid_request', 'Ask for a token with POST.');
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
    return refuse(415, 'invalid_request', 'The body must be a form.');
  }
  const text = body === 'too large' ? undefined : utf8(body);
  if (text === undefined) return refuse(400, 'invalid_request', 'The form cannot be read.');
  const form = new URLSearchParams(text);
  if (form.get('grant_type') !== 'client_credentials') {
    return refuse(400, 'unsupported_grant_type', 'The grant type must be client_credentials.');
  }
  const known =
    sameSecret(form.get('client_id') ?? '', credentials.clientId) &&
    sameSecret(form.get('client_secret') ?? '', credentials.clientSecret);
  if (!known) return refuse(401, 'invalid_client', 'The client id or secret is wrong.');
  if (!form.has('scope')) return refuse(400, 'invalid_scope', 'The form has no scope.');
  const token = tokens.issue(now, form.get('scope') === credentials.scope);
  return jsonAnswer(
    200,
    { token_type: 'Bearer', expires_in: tokens.lifetimeSeconds, access_token: token },
    { 'cache-control': 'no-store' },
  );
}
