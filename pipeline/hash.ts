import { createHash } from 'node:crypto';
import type { JsonObject } from '../core/json.ts';
import { canonicalText } from '../core/payload/canonical.ts';

/** SHA-256 of a text in UTF-8, 32 bytes. */
export function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text, 'utf8').digest());
}

/** A child's canonical text and the SHA-256 of it: equal for children that differ in order alone. */
export function canonicalWithHash(child: JsonObject): { readonly text: string; readonly hash: Uint8Array } {
  const text = canonicalText(child);
  return { text, hash: sha256(text) };
}
