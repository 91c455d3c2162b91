import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { payloadTypes, payloadTypesPath } from '../../../scripts/payloadTypes.ts';
import { ruleDocs, ruleDocsFolder } from '../../../scripts/ruleDocs.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

describe('generated files (npm run generate:payload)', () => {
  it('has the types of the payload as the schema gives them', async () => {
    expect(await readFile(path.join(root, payloadTypesPath), 'utf8')).toBe(await payloadTypes());
  });

  it('has one page for each rule, as the rule data gives it, and no other', async () => {
    const pages = ruleDocs();
    const names = await readdir(path.join(root, ruleDocsFolder));
    expect(names.map((name) => `${ruleDocsFolder}/${name}`).sort()).toEqual([...pages.keys()].sort());
    for (const [file, text] of pages) expect(await readFile(path.join(root, file), 'utf8'), file).toBe(text);
  });
});
