import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SourceDocument } from '../../../server/sourceDocument.ts';

const uri = 'file:///a.json';
const bit = fc.constantFrom('', 'a', '\n', '\r', '\r\n', '\r\r\n', 'bc\nde', '😀', 'x'.repeat(40), '\n'.repeat(9));
const text = fc.array(bit, { maxLength: 30 }).map((bits) => bits.join(''));
const place = fc.record({ line: fc.integer({ min: -1, max: 40 }), character: fc.integer({ min: -1, max: 50 }) });

/** Compares everything that can be asked about two documents. */
function expectAlike(own: SourceDocument, reference: TextDocument): void {
  const whole = reference.getText();
  expect(own.lineCount).toBe(reference.lineCount);
  for (let offset = -1; offset <= whole.length + 1; offset += 1 + Math.floor(whole.length / 80)) {
    expect(own.positionAt(offset)).toEqual(reference.positionAt(offset));
  }
  for (let line = -1; line <= reference.lineCount; line += 1 + Math.floor(reference.lineCount / 20)) {
    expect(own.getLineRange(line)).toEqual(reference.getLineRange(line));
    expect(own.getEOLCharacters(line)).toBe(reference.getEOLCharacters(line));
    for (const character of [-1, 0, 1, 2, 7, 41, 1000]) {
      expect(own.offsetAt({ line, character })).toBe(reference.offsetAt({ line, character }));
    }
  }
}

describe('SourceDocument', () => {
  it('is after any edits what the reference document is', () => {
    const step = fc.record({ start: place, end: place, newText: text });
    fc.assert(
      fc.property(text, fc.array(step, { maxLength: 8 }), fc.boolean(), (start, steps, joins) => {
        const own = new SourceDocument(uri, 'json', 1, start);
        const reference = TextDocument.create(uri, 'json', 1, start);
        expectAlike(own, reference);
        for (const [index, { start, end, newText }] of steps.entries()) {
          const [one, other] = [own.offsetAt(start), own.offsetAt(end)];
          const range = {
            start: reference.positionAt(Math.min(one, other)),
            end: reference.positionAt(Math.max(one, other)),
          };
          own.edit(Math.min(one, other), Math.max(one, other), newText);
          own.setVersion(index + 2);
          TextDocument.update(reference, [{ range, text: newText }], index + 2);
          expectAlike(own, reference);
          expect(own.slice(1, 30)).toBe(reference.getText().slice(1, 30));
          if (joins) expect(own.getText()).toBe(reference.getText());
          expect(own.version).toBe(reference.version);
        }
        expect(own.getText()).toBe(reference.getText());
        const range = { start: { line: 1, character: 1 }, end: { line: 4, character: 2 } };
        expect(own.getText(range)).toBe(reference.getText(range));
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('is so too in a text of many pieces, with line ends where pieces meet', () => {
    const line = `${'y'.repeat(63)}\r\n`;
    const start = line.repeat(5000);
    const own = new SourceDocument(uri, 'json', 1, start);
    const reference = TextDocument.create(uri, 'json', 1, start);
    expectAlike(own, reference);
    const edits = fc.sample(
      fc.record({
        at: fc.integer({ min: 0, max: 320_000 }),
        length: fc.integer({ min: 0, max: 70_000 }),
        newText: text,
      }),
      { numRuns: 25, seed: 11 },
    );
    for (const [index, { at, length, newText }] of edits.entries()) {
      const from = Math.min(at, own.length);
      const to = Math.min(own.length, index % 3 === 0 ? from + length : from);
      const range = { start: reference.positionAt(from), end: reference.positionAt(to) };
      own.edit(reference.offsetAt(range.start), reference.offsetAt(range.end), newText);
      TextDocument.update(reference, [{ range, text: newText }], index + 2);
      expectAlike(own, reference);
    }
    expect(own.getText()).toBe(reference.getText());
  });

  it('can be replaced as a whole and start empty', () => {
    const own = new SourceDocument(uri, 'json', 1, '');
    expect([own.lineCount, own.positionAt(3), own.offsetAt({ line: 2, character: 1 })]).toEqual([
      1,
      { line: 0, character: 0 },
      0,
    ]);
    own.edit(0, 0, 'a\nb');
    expect([own.getText(), own.lineCount]).toEqual(['a\nb', 2]);
    own.replace('x');
    expect([own.getText(), own.length]).toEqual(['x', 1]);
  });
});
