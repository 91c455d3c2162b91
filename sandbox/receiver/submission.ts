import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';
import { type Answer, jsonAnswer, problemAnswer } from './answer.ts';
import { applyChild, type ReceiverKind } from './applyChild.ts';
import { utf8 } from './body.ts';
import type { ChildStore } from './childStore.ts';
import { childShape } from './elementIds.ts';
import type { WrongReceipts } from './faults.ts';
import { receiptFor } from './receipt.ts';
import { judgeBody } from './refusals.ts';
import { type ReceiverCredentials, sameSecret, type TokenDesk } from './tokens.ts';

/** What a submission is judged by and stored with. */
export interface SubmissionSetting {
  /** The one path that takes children. */
  readonly path: string;
  readonly credentials: ReceiverCredentials;
  readonly tokens: TokenDesk;
  readonly store: ChildStore;
  readonly kind: ReceiverKind;
  readonly spec: SpecVersion;
  readonly now: number;
}

function parseBody(body: Buffer | 'too large'): JsonValue | undefined {
  const text = body === 'too large' ? undefined : utf8(body);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The child ids of a body, for the log and for faults that wait for a child; empty when it cannot be read. */
export function childIdsIn(body: Buffer | 'too large'): string[] {
  const value = parseBody(body);
  if (!Array.isArray(value)) return [];
  return value.flatMap((child) =>
    isJsonObject(child) && typeof child.la_child_id === 'string' ? [child.la_child_id] : [],
  );
}

/** Answers a batch of children: all of them are stored, or none. */
export function answerSubmission(
  request: IncomingMessage,
  body: Buffer | 'too large',
  setting: SubmissionSetting,
): Answer {
  const turnedAway = checkRequest(request, body, setting);
  if (turnedAway !== undefined) return turnedAway;
  const value = parseBody(body);
  if (value === undefined) return problemAnswer(400, 'The body is not JSON in UTF-8.');
  const judged = judgeBody(value, setting.spec);
  if ('refusal' in judged) return problemAnswer(400, judged.refusal.title, judged.refusal.details);
  storeBatch(judged.children, setting);
  const receipts = judged.children.map(() => receiptFor(setting.now));
  return jsonAnswer(200, receipts, { 'x-request-id': randomUUID() });
}

/** Everything that can be said before the body is read: address, method, key, token, form, size, firewall. */
function checkRequest(
  request: IncomingMessage,
  body: Buffer | 'too large',
  setting: SubmissionSetting,
): Answer | undefined {
  const { headers, method } = request;
  if ((request.url ?? '').split('?')[0] !== setting.path) {
    return problemAnswer(404, 'There is nothing at this address. Check the path and the authority code in it.');
  }
  if (method !== 'POST') return { ...problemAnswer(405, 'Send children with POST.'), headers: { allow: 'POST' } };
  const key = headers.supplierkey;
  if (typeof key !== 'string' || !sameSecret(key, setting.credentials.supplierKey)) {
    return problemAnswer(403, 'The SupplierKey header is missing or wrong.');
  }
  const token = setting.tokens.check(headers.authorization, setting.now);
  if (token === 'unknown or expired') {
    const answer = problemAnswer(401, 'The access token is missing, unknown or expired.');
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Bearer error="invalid_token"' } };
  }
  if (token === 'wrong scope') return problemAnswer(403, 'The access token is for another scope.');
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '') || headers['content-encoding'] !== undefined) {
    return problemAnswer(415, 'The body must be application/json, not compressed.');
  }
  if (body === 'too large') return problemAnswer(413, 'The body is too large.');
  // The web firewall of the real service takes "0x" in any letter case for an attack.
  if (body.toString('latin1').toLowerCase().includes('0x')) {
    return {
      status: 403,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Request blocked.</body></html>',
    };
  }
  return undefined;
}

function storeBatch(children: readonly JsonObject[], setting: SubmissionSetting): void {
  const shape = childShape(setting.spec);
  setting.store.transaction((put) => {
    for (const child of children) {
      const id = String(child.la_child_id);
      put(id, applyChild(setting.store.get(id), child, shape, setting.kind));
    }
  });
}

/** A receipt list that does not match its batch. Answers that are no receipt list stay as they are. */
export function tamperReceipts(answer: Answer, how: WrongReceipts): Answer {
  if (answer.status !== 200) return answer;
  const receipts = JSON.parse(answer.body) as string[];
  const [first = ''] = receipts;
  const wrong: Readonly<Record<WrongReceipts, readonly string[]>> = {
    fewer: receipts.slice(1),
    more: [...receipts, first],
    malformed: receipts.map((receipt) => receipt.replace('.json', '.txt')),
    twice: receipts.map(() => first),
    none: [],
  };
  return { ...answer, body: JSON.stringify(wrong[how]) };
}
