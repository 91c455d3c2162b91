import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCommands } from '../../../cli/commandList.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { parseConnectionProfile } from '../../../pipeline/connections/profile.ts';

import { manifestText } from '../../../scripts/reference/settingsPage.ts';

const root = path.join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const written = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = [
  ...written.map((name) => `docs/${name}`),
  'README.md',
  'SECURITY.md',
  'SUPPORT.md',
  'extracts/README.md',
];

/** The anchor that renderers of Markdown give a heading. */
function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
  return words.trim().replaceAll(/\s/g, '-');
}

function anchors(file: string): Set<string> {
  return new Set([...read(file).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? '')));
}

function links(file: string): { readonly file: string; readonly anchor: string | undefined }[] {
  return [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, target = '', anchor]) => ({
    file: target === '' ? file : path.posix.join(path.posix.dirname(file), target),
    anchor,
  }));
}

function blocks(file: string, language: string): string[] {
  return [...read(file).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((m) => m[1] ?? '');
}

/** The text of every source file that can say something to a person. */
function sourceTexts(): string {
  const folders = ['cli', 'client', 'core', 'jobs', 'pipeline', 'server'];
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => read(path.join(folder, file))),
    )
    .join('\n')
    .replaceAll("\\'", "'");
}

describe('written pages', () => {
  it.each(pages)('%s links to pages and headings that are there', (file) => {
    for (const link of links(file)) {
      expect(existsSync(path.join(root, link.file)), `${file} -> ${link.file}`).toBe(true);
      if (link.anchor === undefined) continue;
      expect([...anchors(link.file)], `${file} -> ${link.file}#${link.anchor}`).toContain(link.anchor);
    }
  });

  it('are all linked from the README', () => {
    const linked = new Set(links('README.md').map((link) => link.file));
    expect(written.map((name) => `docs/${name}`).filter((file) => !linked.has(file))).toEqual([]);
  });

  it.each(pages)('%s names commands, options and settings that exist', (file) => {
    const text = read(file);
    const texts = sourceTexts();
    const [program, ...commands] = listCommands();
    const byName = new Map(commands.map((command) => [command.name, command]));
    for (const [, line = ''] of text.matchAll(/(?:ssd-dataflow|dist\/cli\.js) ((?:-{0,2}[a-z][^\n`|]*))/g)) {
      const [first = '', second = ''] = line.split(/\s+/);
      const command = byName.get(`${first} ${second}`) ?? byName.get(first);
      if (command === undefined && !/^[a-z]+$/.test(first)) continue;
      expect(command?.name, `${file}: ${line}`).toBeDefined();
      const options = [...(program?.options ?? []), ...(command?.options ?? [])].map((option) => option.flags);
      for (const [flag] of line.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) {
        expect(
          options.some((known) => known.split(/[ ,]/).includes(flag)),
          `${file}: ${line}: ${flag}`,
        ).toBe(true);
      }
    }
    const titles = packageJson.contributes.commands.map(({ title }) => manifestText(title));
    for (const [, title] of text.matchAll(/\*\*SSD: ([^*]+)\*\*/g)) {
      const known = titles.some((one) => one === title || one === `${title}...`);
      expect(known, `${file}: SSD: ${title}`).toBe(true);
    }
    const settings = packageJson.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    const others = packageJson.contributes.commands.map(({ command }) => command);
    for (const [, name = ''] of text.matchAll(/`(ssd\.[a-z]\w*(?:\.\w+)*)`/g)) {
      // Names of the protocol stand in the source alone.
      const known =
        name === 'ssd.config.json' || [...settings, ...others].includes(name) || texts.includes(`'${name}'`);
      expect(known, `${file}: ${name}`).toBe(true);
    }
  });

  it('quote messages in the words of the code', () => {
    const texts = sourceTexts();
    const quoted = [...read('docs/troubleshooting.md').matchAll(/^\| (“.+?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/“([^”]+)”/g)].map((match) => match[1] ?? ''),
    );
    expect(quoted.length).toBeGreaterThan(40);
    expect(quoted.filter((fragment) => !texts.includes(fragment))).toEqual([]);
  });
});

describe('database pages', () => {
  it.each(['docs/sql-server.md', 'docs/postgresql.md'])('%s shows connections that can be used', (file) => {
    const profiles = blocks(file, 'json').map((text) => JSON.parse(text));
    expect(profiles.length).toBeGreaterThan(1);
    for (const raw of profiles) {
      const { profile } = parseConnectionProfile(raw);
      expect(profile.kind, profile.name).toBe(file.includes('postgres') ? 'postgres' : 'sqlserver');
    }
  });
});
