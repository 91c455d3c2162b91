import fc from 'fast-check';
import { format } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type ChildExtent, PayloadDocument } from '../../../core/payload/payloadDocument.ts';
import { formatPayload } from '../../../server/payload/formatting.ts';
import { inventedChild } from '../../support/bigPayload.ts';
import { testContext } from '../../support/requestContext.ts';

function childrenOf(text: string): ChildExtent[] {
  const payload = new PayloadDocument(text, { spec: '0.9', asOf: '2026-11-22' });
  return [...payload.finish().children()];
}

async function formatted(text: string): Promise<string> {
  const document = TextDocument.create('file:///a.json', 'json', 1, text);
  return TextDocument.applyEdits(document, await formatPayload(document, childrenOf(text), testContext()));
}

/** White space as people and programs leave it around tokens. */
const space = fc.constantFrom('', ' ', '\n', '  \n\t', '\n\n  ');

/** JSON text of a list of small objects with white space strewn in. */
const messyList = fc
  .array(fc.tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c d', '{"'), fc.jsonValue({ maxDepth: 2 })), space, space), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((items) =>
    space.map(
      (lead) =>
        `${lead}[${items.map(([value, a, b]) => `${a}${JSON.stringify(value, null, 1)}${b}`).join(',')}]${lead}`,
    ),
  );

describe('formatting a payload', () => {
  it('child by child gives what formatting the whole text gives, and the values stay the same', async () => {
    await fc.assert(
      fc.asyncProperty(messyList, async (text) => {
        const result = await formatted(text);
        const document = TextDocument.create('file:///a.json', 'json', 1, text);
        const edits = format(text, undefined, { tabSize: 2, insertSpaces: true, eol: '\n', insertFinalNewline: true });
        const whole = TextDocument.applyEdits(
          document,
          edits.map(({ offset, length, content }) => ({
            range: { start: document.positionAt(offset), end: document.positionAt(offset + length) },
            newText: content,
          })),
        );
        expect(result).toBe(whole);
        expect(JSON.parse(result)).toEqual(JSON.parse(text));
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('changes nothing in a text that is laid out already', async () => {
    const text = `${JSON.stringify([inventedChild(1), inventedChild(2)], null, 2)}\n`;
    const document = TextDocument.create('file:///a.json', 'json', 1, text);
    expect(await formatPayload(document, childrenOf(text), testContext())).toEqual([]);
  });

  it('gives one edit for a long text without lines', async () => {
    const text = JSON.stringify(Array.from({ length: 30 }, (_, n) => inventedChild(n)));
    const document = TextDocument.create('file:///a.json', 'json', 1, text);
    const edits = await formatPayload(document, childrenOf(text), testContext());
    expect(edits).toHaveLength(1);
    expect(edits[0]?.newText).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  });

  it('leaves text alone that nests too deep to be a payload', async () => {
    expect(await formatted('['.repeat(50_000))).toBe('['.repeat(50_000));
  });
});
