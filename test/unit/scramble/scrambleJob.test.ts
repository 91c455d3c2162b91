import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataflowError } from '../../../core/errors.ts';
import { checkScrambled } from '../../../core/scramble/checkScrambled.ts';
import type { JobEnvironment } from '../../../jobs/contract.ts';
import { runJob } from '../../../jobs/runJob.ts';
import { inventedChild } from '../../support/submissionHarness.ts';

let folder: string;
let environment: JobEnvironment;
const context = {
  progress: () => {},
  signal: new AbortController().signal,
  now: () => new Date('2026-11-22T09:00:00Z'),
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-scramble-'));
  environment = { workspaceFolder: null, dataFolder: folder, overrides: {}, trustWorkspaceEndpoints: false };
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('writes a payload of the same shape in which nothing of the original survives, each time another', async () => {
  const children = [inventedChild(1), inventedChild(2)];
  const file = path.join(folder, 'payload.json');
  await writeFile(file, JSON.stringify(children));
  const texts: string[] = [];
  for (const name of ['a.json', 'b.json']) {
    const out = path.join(folder, name);
    expect(await runJob('scramble', { file, out }, environment, context)).toEqual({ children: 2, out });
    texts.push(await readFile(out, 'utf8'));
    expect(checkScrambled(children, JSON.parse(texts.at(-1) ?? ''), '0.9')).toEqual([]);
  }
  expect(texts[0]).not.toBe(texts[1]);
});

test('a file with an element that is no child is refused, and nothing is written', async () => {
  const file = path.join(folder, 'payload.json');
  await writeFile(file, '[{"la_child_id":"A"}, 5]');
  const run = runJob('scramble', { file, out: path.join(folder, 'out.json') }, environment, context);
  await expect(run).rejects.toSatisfy((error) => DataflowError.is(error, 'input'));
  expect(await readdir(folder)).toEqual(['payload.json']);
});
