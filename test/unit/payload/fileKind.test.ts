import { describe, expect, it } from 'vitest';
import { looksLikePayload } from '../../../core/payload/fileKind.ts';

describe('looksLikePayload', () => {
  it.each([
    ['an array of children', '[{"la_child_id": "C1"}]'],
    ['one child with a byte order mark', '\ufeff\n{ "mis_child_id": "M1" }'],
    ['a wrapper', '{"la_code": "845", "Children": [{"la_child_id": "C1"}]}'],
    ['unfinished text', '[\n  { "child_details": {'],
    ['a leading comment', '// my children\n[{"la_child_id": "C1"}]'],
  ])('knows %s', (_, text) => expect(looksLikePayload(text)).toBe(true));

  it.each([
    ['other JSON', '{"name": "x", "version": "1"}'],
    ['a list of numbers', '[1, 2, 3]'],
    [
      'a schema of the payload',
      '{"$schema": "https://json-schema.org/x", "items": {"properties": {"la_child_id": {}}}}',
    ],
    ['text that names the field', 'la_child_id is the id'],
    ['an empty file', ''],
  ])('passes over %s', (_, text) => expect(looksLikePayload(text)).toBe(false));
});
