import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultDeltaOptions } from '../../../core/delta/delta.ts';
import type { JsonObject } from '../../../core/json.ts';
import { deltaOfFiles, type FileDelta } from '../../../pipeline/extract/deltaFiles.ts';
import { childArbitrary } from '../../generators/payload.ts';
import { meaning, ReceiverModel } from '../../models/receiverModel.ts';

const never = new AbortController().signal;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-delta-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function deltaOf(previous: unknown, current: unknown): Promise<FileDelta[]> {
  const [a, b] = [path.join(folder, 'previous.json'), path.join(folder, 'current.json')];
  await writeFile(a, JSON.stringify(previous));
  await writeFile(b, JSON.stringify(current, null, 2));
  const all: FileDelta[] = [];
  for await (const delta of deltaOfFiles(a, b, defaultDeltaOptions, never)) all.push(delta);
  return all;
}

const child = (id: string, surname = 'a'): JsonObject => ({
  la_child_id: id,
  child_details: { surname },
  purge: false,
});

describe('the delta of two payload files', () => {
  it('has new, changed and deleted children in the order of their ids, whatever the order of the files', async () => {
    const deltas = await deltaOf(
      [child('C4'), child('C2'), child('C10')],
      [child('C10', 'b'), child('C3'), child('C4')],
    );
    expect(deltas.map((d) => d.delta)).toEqual([child('C10', 'b'), { la_child_id: 'C2', purge: true }, child('C3')]);
  });

  it('is empty for the same children in another form of file', async () => {
    expect(await deltaOf([child('C1'), child('C2')], { la_code: '330', Children: [child('C2'), child('C1')] })).toEqual(
      [],
    );
    expect(await deltaOf([child('C1')], child('C1'))).toEqual([]);
  });

  it('brings a receiver from one file to the other', async () => {
    const list = fc.uniqueArray(childArbitrary(undefined, { maxElements: 2 }), {
      maxLength: 4,
      selector: (c) => c.la_child_id,
    });
    await fc.assert(
      fc.asyncProperty(list, list, async (previous, current) => {
        const receiver = new ReceiverModel('replace');
        receiver.receive(previous);
        receiver.receive((await deltaOf(previous, current)).map((d) => d.delta));
        expect(meaning([...receiver.children.values()])).toEqual(meaning(current));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('refuses a child that is there twice or has no id, and says where', async () => {
    await expect(deltaOf([child('C1'), child('C1')], [])).rejects.toMatchObject({
      reason: 'input',
      message: expect.stringContaining('C1'),
    });
    await expect(deltaOf([], [{ child_details: {} }])).rejects.toMatchObject({
      message: expect.stringContaining('line 2'),
    });
  });
});
