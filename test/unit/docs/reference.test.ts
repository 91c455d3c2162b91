import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCommands } from '../../../cli/commandList.ts';
import { referenceDocs } from '../../../scripts/referenceDocs.ts';

const root = path.join(import.meta.dirname, '../../..');
const pages = referenceDocs();

describe('reference pages', () => {
  it.each([...pages])('%s is what the generator writes (npm run generate)', (file, text) => {
    expect(readFileSync(path.join(root, file), 'utf8')).toBe(text);
  });

  it('have no page beside them that nothing generates', () => {
    const found = readdirSync(path.join(root, 'docs/reference')).filter((name) => name.endsWith('.md'));
    expect(found.map((name) => `docs/reference/${name}`).sort()).toEqual([...pages.keys()].sort());
  });

  it('name no text of the manifest that has no words', () => {
    for (const [file, text] of pages) expect(text.match(/%[\w.]+%/g), file).toBeNull();
  });

  it('link to code sets and tables that have a heading', () => {
    const headings = (file: string): Set<string> =>
      new Set((pages.get(file) ?? '').match(/^## \S+$/gm)?.map((line) => line.slice(3)));
    const targets = {
      'codesets.md': headings('docs/reference/codesets.md'),
      '': headings('docs/reference/tables.md'),
    };
    for (const file of ['fields', 'tables']) {
      const text = pages.get(`docs/reference/${file}.md`) ?? '';
      for (const [, page, anchor] of text.matchAll(/\]\((codesets\.md|)#([\w-]+)\)/g)) {
        expect([...targets[page === 'codesets.md' ? page : '']], `${file} #${anchor}`).toContain(anchor);
      }
    }
  });
});

describe('the list of commands', () => {
  it('has each command that can be run, with its options', () => {
    const commands = new Map(listCommands().map((command) => [command.name, command]));
    expect([...commands.keys()]).toEqual(
      expect.arrayContaining(['validate', 'submit', 'audit verify', 'sandbox start']),
    );
    expect(commands.has('audit')).toBe(false);
    const mode = commands.get('submit')?.options.find((option) => option.flags.startsWith('--mode'));
    expect(mode).toMatchObject({ choices: ['dry-run', 'test', 'live'], default: 'dry-run' });
  });
});
