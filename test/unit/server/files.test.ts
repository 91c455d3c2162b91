import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExtractFiles } from '../../../server/extractFiles.ts';
import { matchesFiles } from '../../../server/files.ts';
import { nodeHost } from '../../../server/nodeHost.ts';

const signal = new AbortController().signal;

describe('matchesFiles', () => {
  it.each([
    ['file:///home/a/work/children.payload.json', '**/*.payload.json', true],
    ['file:///home/a/work/children.json', '**/*.payload.json', false],
    ['file:///home/a/work/out/children.json', 'out/*.json', true],
    ['file:///home/a/work/out/deep/children.json', 'out/*.json', false],
    ['file:///home/a/work/out/deep/children.json', './out/**', true],
    ['file:///c%3A/Data/Out%20put/CHILDREN.JSON', 'out put\\*.json', true],
    ['file:///home/a/.hidden/children.json', '**/children.json', true],
    ['untitled:children.payload.json', '**/*.payload.json', true],
  ])('%s against %s: %s', (uri, glob, matches) => {
    expect(matchesFiles(uri, [glob])).toBe(matches);
  });

  it('matches nothing without patterns', () => {
    expect(matchesFiles('file:///a.json', [])).toBe(false);
  });
});

describe('files on disk', () => {
  let folder: string;
  const uriOf = (...names: string[]) => pathToFileURL(path.join(folder, ...names)).toString();

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ssd-files-'));
    for (const name of ['extracts', 'old', '.git', 'node_modules']) await mkdir(path.join(folder, name));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are found by their ending, outside of tool folders', async () => {
    for (const name of ['a.sql', 'b.SQL', 'c.txt', 'old/d.sql', '.git/e.sql', 'node_modules/f.sql']) {
      await writeFile(path.join(folder, name), '');
    }
    const found = await nodeHost.findFiles(pathToFileURL(folder).toString(), ['.sql'], signal);
    expect(found.map((f) => f.uri).sort()).toEqual([uriOf('a.sql'), uriOf('b.SQL'), uriOf('old', 'd.sql')]);
  });

  it('are read only when they are local files', async () => {
    await writeFile(path.join(folder, 'a.json'), 'abcdef');
    expect(await nodeHost.readTextFile(uriOf('a.json'))).toBe('abcdef');
    expect(await nodeHost.readTextFile(uriOf('a.json'), 3)).toBe('abc');
    expect(await nodeHost.readTextFile(uriOf('none.json'))).toBeNull();
    expect(await nodeHost.readTextFile('https://example.invalid/a.json')).toBeNull();
    expect(await nodeHost.readTextFile('no uri at all')).toBeNull();
    expect(await nodeHost.stat(uriOf('extracts'))).toBeNull();
  });

  it('the extract of a section is the one in the named place that declares it, then any that does, then the pack', async () => {
    const files = new ExtractFiles(nodeHost);
    const pack = path.join(folder, 'old');
    files.folders = [pathToFileURL(path.join(folder, 'extracts')).toString(), pathToFileURL(pack).toString()];
    const find = async (section: string) => (await files.find(section, ['**/extracts/**/*.sql'], signal))?.uri;
    expect(await find('adoption')).toBeUndefined();
    await writeFile(path.join(pack, 'adoption.sql'), '-- @section adoption\nSELECT 1');
    expect(await find('adoption')).toBe(uriOf('old', 'adoption.sql'));
    await writeFile(path.join(folder, 'extracts', 'mine.sql'), '-- @section adoption\nSELECT 1');
    expect(await find('adoption')).toBe(uriOf('extracts', 'mine.sql'));
    await writeFile(path.join(folder, 'extracts', 'care_leavers.sql'), 'SELECT 1');
    expect(await find('care_leavers')).toBe(uriOf('extracts', 'care_leavers.sql'));
  });
});
