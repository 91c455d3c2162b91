import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { type FileChild, PayloadFile } from '../../../pipeline/extract/payloadFile.ts';
import { PayloadScanner } from '../../../pipeline/extract/payloadScanner.ts';
import { childArbitrary } from '../../generators/payload.ts';

const never = new AbortController().signal;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-payload-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, 'payload.json');
  await writeFile(file, content);
  return file;
}

async function read(content: string | Uint8Array): Promise<{ children: FileChild[]; form: string | null }> {
  await using file = await PayloadFile.open(await put(content));
  const children: FileChild[] = [];
  for await (const child of file.children(never)) {
    expect(await file.readText(child)).toBe(child.text);
    children.push(child);
  }
  return { children, form: file.form };
}

const one = { la_child_id: 'C1', child_details: { surname: 'O\'B "[{é李😀' } };
const two = { la_child_id: 'C2', social_care_episodes: [{ social_care_episode_id: 'E' }] };

describe('a payload file', () => {
  it('is read child by child from a bare array, one child, or a wrapper', async () => {
    const wrapped = {
      la_code: '["Children":[',
      note: { Children: [{}] },
      Children: [one, two],
      after: [{ Children: [] }],
    };
    for (const [form, value, expected] of [
      ['array', [one, two], [one, two]],
      ['array', [], []],
      ['child', one, [one]],
      ['wrapper', wrapped, [one, two]],
      ['wrapper', { Children: [] }, []],
    ] as const) {
      for (const text of [
        JSON.stringify(value),
        JSON.stringify(value, null, 2),
        `\ufeff  ${JSON.stringify(value)}\n\n`,
      ]) {
        const result = await read(text);
        expect(result.form).toBe(form);
        expect(result.children.map((c) => c.child)).toEqual(expected);
      }
    }
  });

  it('gives the place of each child', async () => {
    const { children } = await read('[\n  {"a": "é"},\n  {"b": 1}, {"c": 1}\n]');
    expect(children.map((c) => `${c.line}:${c.column} ${c.text}`)).toEqual([
      '2:3 {"a": "é"}',
      '3:3 {"b": 1}',
      '3:13 {"c": 1}',
    ]);
  });

  it('gives the same children wherever the pieces of the file end', () => {
    fc.assert(
      fc.property(
        fc.array(childArbitrary(undefined, { maxElements: 2 }), { maxLength: 3 }),
        fc.boolean(),
        fc.nat(),
        (list, wrap, seed) => {
          const text = wrap ? JSON.stringify({ la_code: '123', Children: list }) : JSON.stringify(list, null, seed % 3);
          const bytes = Buffer.from(text);
          const scanner = new PayloadScanner();
          const found: JsonObject[] = [];
          for (let at = 0, size = 1; at < bytes.length; at += size, size = 1 + ((size * 7 + seed) % 50)) {
            for (const { bytes: child, offset } of scanner.push(bytes.subarray(at, at + size))) {
              expect(bytes.subarray(offset, offset + child.length).equals(child)).toBe(true);
              found.push(JSON.parse(child.toString()) as JsonObject);
            }
          }
          scanner.end();
          expect(found).toEqual(list);
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });

  it.each([
    ['an empty file', '', 'line 1, column 1: The file is empty'],
    ['blanks alone', ' \n ', 'The file is empty'],
    ['text', 'hello', 'line 1, column 1: A payload starts with [ or {'],
    ['a number', '42', 'A payload starts with [ or {'],
    ['a list of numbers', '[\n 1]', 'line 2, column 2: A child is expected here'],
    ['a missing comma', '[{"a":1}\n{"b":2}]', 'line 2, column 1: A comma or the closing ]'],
    ['a trailing comma', '[{"a":1},\n]', 'line 2, column 1: A child is expected here'],
    ['an unclosed array', '[{"a":1}', 'ends before its outermost bracket is closed'],
    ['an unclosed wrapper', '{"Children":[{"a":1}]', 'ends before its outermost bracket is closed'],
    ['a child cut off', '[{"a":1},\n {"b": "x', 'line 2, column 2: The file ends inside the child that starts here'],
    ['text behind the end', '[{"a":1}]\nx', 'line 2, column 1: There is text after the end'],
    ['a fault inside a child', '[{"a":1},\n  {"b": 1,\n   "c" 2}]', 'line 3, column 8: This is not valid JSON'],
    ['a fault on the first line of a child', '[{"a":1}, {"b": nope}]', 'line 1, column 17: This is not valid JSON'],
    ['brackets that do not match', '[{"a":[1}]}]', 'This is not valid JSON'],
  ])('explains %s', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({ reason: 'input', message: expect.stringContaining(message) });
  });

  it('never quotes the file in a message', async () => {
    await expect(read('[{"surname": "Secretname" "x"}]')).rejects.toMatchObject({
      message: expect.not.stringContaining('Secretname'),
    });
  });

  it('explains a file in another encoding', async () => {
    const utf16 = Buffer.from(JSON.stringify([one]), 'utf16le');
    await expect(read(utf16)).rejects.toMatchObject({ message: expect.stringContaining('UTF-8') });
    await expect(read(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]))).rejects.toMatchObject({
      message: expect.stringContaining('UTF-8'),
    });
    await expect(read(Buffer.from('[{"a":"caf\xe9"}]', 'latin1'))).rejects.toMatchObject({
      message: expect.stringContaining('not UTF-8'),
    });
  });

  it('explains a file that is missing and a folder', async () => {
    await expect(PayloadFile.open(path.join(folder, 'nowhere.json'))).rejects.toMatchObject({ reason: 'input' });
    await expect(PayloadFile.open(folder)).rejects.toMatchObject({ reason: 'input' });
  });

  it('stops when the signal is aborted', async () => {
    await using file = await PayloadFile.open(await put(JSON.stringify([one, two])));
    const controller = new AbortController();
    controller.abort();
    await expect(file.children(controller.signal).next()).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('reads children that are longer than one piece of the file', async () => {
    const big = [one, { la_child_id: 'C3', note: 'x'.repeat(3_000_000) }, two];
    expect((await read(JSON.stringify(big))).children.map((c) => c.child)).toEqual(big);
  });
});
