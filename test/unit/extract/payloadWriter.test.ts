import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { writePayloadFile, writePayloadStream } from '../../../pipeline/extract/payloadWriter.ts';

const never = new AbortController().signal;
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-write-'));
  file = path.join(folder, 'payload.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function* children(count: number, stopAfter?: () => void): AsyncGenerator<JsonObject> {
  for (let i = 0; i < count; i++) {
    yield { la_child_id: `C${i}`, child_details: { surname: 'Zoë "李"\n' }, social_care_episodes: [] };
    if (i === 2) stopAfter?.();
  }
}

describe('writing a payload file', () => {
  it('writes one valid array, also of many children and of none', async () => {
    for (const count of [0, 1, 5000]) {
      expect(await writePayloadFile(file, children(count), never)).toBe(count);
      const parsed = JSON.parse(await readFile(file, 'utf8')) as JsonObject[];
      expect(parsed).toHaveLength(count);
      expect(await readdir(folder)).toEqual(['payload.json']);
    }
    expect((await readFile(file, 'utf8')).split('\n').slice(0, 3)).toEqual(['[', '  {', '    "la_child_id": "C0",']);
  });

  it('keeps the old file and leaves nothing behind when it is cancelled half-way', async () => {
    await writeFile(file, 'old');
    const controller = new AbortController();
    const cancelled = writePayloadFile(
      file,
      children(10_000, () => controller.abort()),
      controller.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ reason: 'cancelled' });
    expect(await readdir(folder)).toEqual(['payload.json']);
    expect(await readFile(file, 'utf8')).toBe('old');
  });

  it('keeps the old file and leaves nothing behind when the children fail', async () => {
    const failing = children(10, () => {
      throw new Error('gone');
    });
    await expect(writePayloadFile(file, failing, never)).rejects.toThrow('gone');
    expect(await readdir(folder)).toEqual([]);
  });

  it('removes what a killed process left of the same file, and nothing else', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const id = '12345678-1234-1234-1234-123456789012';
    const keep = [`.payload.json.${process.pid}.${id}.tmp`, `.other.json.${dead}.${id}.tmp`, '.payload.json.mine.tmp'];
    for (const name of [`.payload.json.${dead}.${id}.tmp`, ...keep]) await writeFile(path.join(folder, name), 'x');
    await writePayloadFile(file, children(1), never);
    expect((await readdir(folder)).sort()).toEqual([...keep, 'payload.json'].sort());
  });

  it('explains a folder that is missing, and a folder in place of the file', async () => {
    await expect(writePayloadFile(path.join(folder, 'no', 'p.json'), children(1), never)).rejects.toMatchObject({
      reason: 'storage',
      message: expect.stringContaining('folder does not exist'),
    });
    await mkdir(file);
    await expect(writePayloadFile(file, children(1), never)).rejects.toMatchObject({ reason: 'storage' });
    expect(await readdir(folder)).toEqual(['payload.json']);
  });
});

describe('writing to a stream', () => {
  it('writes the same text as to a file, waiting for a slow reader', async () => {
    const stream = new PassThrough({ highWaterMark: 10 });
    const read = text(stream);
    expect(await writePayloadStream(stream, children(200), never)).toBe(200);
    stream.end();
    await writePayloadFile(file, children(200), never);
    expect(await read).toBe(await readFile(file, 'utf8'));
  });

  it('takes no more children than the reader takes', async () => {
    let taken = 0;
    async function* counted() {
      for await (const child of children(1000)) {
        taken++;
        yield child;
      }
    }
    const stuck = new Writable({ highWaterMark: 10, write() {} });
    const controller = new AbortController();
    const writing = writePayloadStream(stuck, counted(), controller.signal);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(writing).rejects.toMatchObject({ reason: 'cancelled' });
    expect(taken).toBeLessThan(5);
  });

  it('stops when the reader goes away', async () => {
    const stream = new PassThrough({ highWaterMark: 10 });
    stream.once('data', () => stream.destroy(new Error('EPIPE')));
    await expect(writePayloadStream(stream, children(100_000), never)).rejects.toMatchObject({ reason: 'cancelled' });
  });
});
