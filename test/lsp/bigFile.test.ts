import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validatePayloadText } from '../../core/payload/validateText.ts';
import { toReportFile } from '../../core/report/reportFile.ts';
import { bigPayload } from '../support/bigPayload.ts';
import { cleanChild, payloadText } from './support/payloads.ts';
import { startInProcess, type TestClient, testDay } from './support/testClient.ts';

const big = 'file:///project/big.json';
const small = 'file:///project/small.json';

/** A small generator of numbers from 0 up to `below`, the same ones for a seed every time. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('a big payload', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await startInProcess({ configuration: { validation: { maxProblems: 100_000, asOf: testDay } } });
  });
  afterEach(() => client.stop());

  it('does not keep hovers waiting while it is first validated, in itself or in another file', async () => {
    const text = bigPayload(600);
    const order: string[] = [];
    await client.open(small, payloadText(cleanChild));
    await client.diagnostics(small);
    const line = text.split('\n').length - 40;
    await client.open(big, text);
    const shown = client.diagnostics(big).then(() => order.push('diagnostics'));
    const hover = async (uri: string, at: number) => {
      const found = await client.hover(uri, { line: at, character: 12 });
      order.push(found === null ? 'nothing' : 'hover');
    };
    await Promise.all([hover(big, line), hover(small, 2), shown]);
    expect(order).toEqual(['hover', 'hover', 'diagnostics']);
  });

  it('a keystroke in another file is answered before it is done', async () => {
    await client.open(small, payloadText(cleanChild));
    await client.diagnostics(small);
    await client.open(big, bigPayload(600));
    await client.replace(small, '"WBRI"', '"X"');
    const order: string[] = [];
    await Promise.all([
      client.diagnostics(big).then(() => order.push('big')),
      client.diagnostics(small).then(() => order.push('small')),
    ]);
    expect(order).toEqual(['small', 'big']);
  });

  it('shows after any edits what a validation from scratch finds, and nothing outside of the text', async () => {
    const next = seeded(20_261_122);
    const pieces = [
      '',
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\',
      'x',
      '\n',
      '  ',
      '"sex": "Q",',
      '{"la_child_id": "A"},',
      '/*',
      '//',
      'é😀',
      'null',
      '\u0000',
    ];
    await client.open(big, bigPayload(12));
    for (let round = 0; round < 60; round++) {
      const changes = Array.from({ length: 1 + next(3) }, () => {
        const lines = 2300;
        const start = { line: next(lines), character: next(60) };
        const end = next(3) === 0 ? { line: start.line + next(4), character: next(60) } : start;
        const inOrder = end.line > start.line || end.character >= start.character;
        return {
          range: inOrder ? { start, end } : { start: end, end: start },
          text: pieces[next(pieces.length)] ?? '',
        };
      });
      await client.changes(big, changes);
      if (round % 10 !== 9) continue;
      const shown = await client.diagnostics(big);
      const text = client.text(big);
      const scratch = validatePayloadText(text, { spec: '0.9', asOf: testDay });
      const expected = toReportFile('', text, scratch.problems).problems.map((p) => `${p.code} ${p.line}:${p.column}`);
      const found = shown.map((d) => `${d.code} ${d.range.start.line + 1}:${d.range.start.character + 1}`);
      expect(found.sort()).toEqual(expected.sort());
      const lineCount = text.split(/\r\n|\r|\n/).length;
      for (const { range } of shown) expect(range.end.line).toBeLessThan(lineCount);
    }
  });
});
