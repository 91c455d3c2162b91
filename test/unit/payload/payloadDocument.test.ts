import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PayloadDocument, type TextEdit } from '../../../core/payload/payloadDocument.ts';
import { validatePayloadText } from '../../../core/payload/validateText.ts';
import { manyChildren, sampleDay } from '../../support/samplePayload.ts';

const options = { spec: '0.9', asOf: sampleDay } as const;
const children = manyChildren(5);

/** Texts to start from: pretty, in one line, with Windows line ends, wrapped, alone, broken. */
const texts = [
  JSON.stringify(children, null, 2),
  JSON.stringify(children),
  JSON.stringify(children, null, 2).replaceAll('\n', '\r\n'),
  JSON.stringify({ la_code: '845', Children: children }, null, 2),
  JSON.stringify(children[0], null, 2),
  `\ufeff${JSON.stringify(children)}`,
  JSON.stringify(children).replace('"sex"', 'sex'),
  '[]',
];

const snippet = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    '\n',
    '\r\n',
    ' ',
    '0',
    'x',
    'true',
    'null',
    "''",
    '//',
    '/*',
    '*/',
    '\ud800',
    '{"la_child_id": "N1"}',
    ',{"la_child_id": "N1", "purge": true}',
    '"sex": "F",',
    '"purge": false',
    '\ufeff',
    '[]',
    JSON.stringify(children[1]),
    `,${JSON.stringify(children[1])}`,
  ),
  fc.string({ maxLength: 4 }),
  fc.constant(''),
);

/** An edit by fractions of the length, so that it fits any text; often at a bracket, a quote or a comma. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3000 })),
  newText: snippet,
  snap: fc.constantFrom('', '{', '}', '"', ',', ']', '\\', '\n'),
});

function place(
  text: string,
  { at, length, newText, snap }: { at: number; length: number; newText: string; snap: string },
): TextEdit {
  const near = Math.min(text.length, Math.floor(at * (text.length + 1)));
  const snapped = snap === '' ? near : text.indexOf(snap, near);
  const start = snapped === -1 ? near : snapped;
  return { start, end: Math.min(text.length, start + length), newText };
}

describe('PayloadDocument', () => {
  it('gives the result of a validation from scratch after any edits', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }), (start, edits) => {
        const document = new PayloadDocument(start, options).finish();
        let text = start;
        for (const one of edits) {
          const change = place(text, one);
          text = text.slice(0, change.start) + change.newText + text.slice(change.end);
          document.applyEdit(change);
          document.finish();
          expect(document.text).toBe(text);
          expect(document.report()).toEqual(validatePayloadText(text, options));
        }
      }),
      { numRuns: Number(process.env.PAYLOAD_RUNS ?? 400), seed: 20260630 },
    );
  });

  it('gives every range inside the text and every problem a place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }), (start, edits) => {
        let text = start;
        for (const one of edits) {
          const change = place(text, one);
          text = text.slice(0, change.start) + change.newText + text.slice(change.end);
        }
        for (const problem of validatePayloadText(text, options).problems) {
          for (const { start: from, end } of [problem, ...(problem.related ?? [])]) {
            expect(from).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThanOrEqual(from);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
      { numRuns: Number(process.env.PAYLOAD_RUNS ?? 300), seed: 20260701 },
    );
  });
});
