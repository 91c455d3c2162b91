import { cp, mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sections } from '../../../core/payload/sections.ts';
import { loadPack } from '../../../pipeline/extract/pack.ts';

const shipped = path.join(import.meta.dirname, '../../../extracts');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-pack-'));
});
afterEach(() => rm(folder, { recursive: true }));

const load = (override: string | null, from = shipped) => loadPack({ shipped: from, override, spec: '0.9' });

describe('an extract pack', () => {
  it('has a file for the cohort and for every section', async () => {
    const pack = await load(null);
    expect(pack.sections.map((s) => s.file.name)).toEqual(sections('0.9').map((s) => `${s.name}.sql`));
    expect(pack.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes the files of the workspace in place of those of the same name, and has another hash then', async () => {
    await writeFile(path.join(folder, 'Adoption.SQL'), 'SELECT 1');
    await writeFile(path.join(folder, 'notes.md'), 'not SQL');
    await mkdir(path.join(folder, 'old.sql'));
    const [own, standard] = [await load(folder), await load(null)];
    const changed = own.sections.filter((s) => s.file.override).map((s) => [s.section.name, s.file.text]);
    expect(changed).toEqual([['adoption', 'SELECT 1']]);
    expect(own.hash).not.toBe(standard.hash);
    expect((await load(shipped)).hash).toBe(standard.hash);
  });

  it('reads files with a byte order mark and in UTF-16, as database tools save them', async () => {
    await writeFile(path.join(folder, 'adoption.sql'), Buffer.from('\ufeffSELECT 1', 'utf16le'));
    await writeFile(path.join(folder, 'cohort.sql'), '\ufeffSELECT 2');
    const pack = await load(folder);
    expect(pack.sections.find((s) => s.section.name === 'adoption')?.file.text).toBe('SELECT 1');
    expect(pack.cohort.text).toBe('SELECT 2');
  });

  it.each([
    ['a file of no section', 'adoptions.sql', 'SELECT 1', /adoptions\.sql belongs to no section/],
    [
      'a file whose header says another section',
      'adoption.sql',
      '-- @section care_leavers\nSELECT 1',
      /care_leavers.*its name says adoption/,
    ],
    ['a file that is not text', 'adoption.sql', Buffer.from([0xc3, 0x28, 0xff]), /adoption\.sql is not text in UTF-8/],
  ])('refuses %s', async (_, name, content, message) => {
    await writeFile(path.join(folder, name), content);
    await expect(load(folder)).rejects.toMatchObject({
      reason: 'configuration',
      message: expect.stringMatching(message),
    });
  });

  it('explains a folder that is missing and a pack without one of its files', async () => {
    await expect(load(path.join(folder, 'none'))).rejects.toMatchObject({ reason: 'configuration' });
    await cp(shipped, folder, { recursive: true });
    await unlink(path.join(folder, 'care_leavers.sql'));
    await expect(load(null, folder)).rejects.toMatchObject({ message: expect.stringContaining('care_leavers.sql') });
  });
});
