import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { Desk, hasStackTrace } from './support.ts';

const example = path.join(import.meta.dirname, '../../examples/payload.json');
const asOf = ['--as-of', '2026-11-22'];

interface Listed {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

async function exampleChild(): Promise<{ root: JsonObject[]; child: JsonObject }> {
  const root = JSON.parse(await readFile(example, 'utf8')) as JsonObject[];
  const child = root[0];
  if (child === undefined) throw new Error('the example holds no child');
  return { root, child };
}

function at(value: JsonValue | undefined, ...keys: readonly (string | number)[]): JsonObject {
  let here: JsonValue | undefined = value;
  for (const key of keys) {
    if (Array.isArray(here)) here = here[Number(key)];
    else if (isJsonObject(here)) here = here[key];
  }
  if (!isJsonObject(here)) throw new Error(`no object at ${keys.join('.')}`);
  return here;
}

describe('validate', () => {
  it('finds nothing in the valid example and exits with 0', async () => {
    await using desk = await Desk.open();
    const result = await desk.run('validate', example, ...asOf);
    expect(result).toMatchObject({ code: 0, out: '', err: '1 file checked. No problems.\n' });
  });

  const details = ['child_details'] as const;
  const episode = ['social_care_episodes', 0] as const;
  const faults: readonly (readonly [string, readonly (string | number)[], string, JsonValue])[] = [
    ['a wrong type', details, 'uasc_flag', 'N'],
    ['an unknown code', details, 'ethnicity', 'XXXX'],
    ['an impossible date', episode, 'referral_date', '2025-02-30'],
    ['a text that is too long', details, 'surname', 'x'.repeat(129)],
    ['a missing id', episode, 'social_care_episode_id', ''],
    ['an unknown property', details, 'favourite_colour', 'blue'],
  ];

  it.each(faults)('reports %s as one problem at its line and exits with 1', async (_title, where, field, value) => {
    await using desk = await Desk.open();
    const { root, child } = await exampleChild();
    at(child, ...where)[field] = value;
    const text = `${JSON.stringify(root, null, 2)}\n`;
    await writeFile(desk.file('broken.json'), text);
    const result = await desk.run('validate', 'broken.json', ...asOf, '--format', 'json');
    const listed = JSON.parse(result.out) as Listed[];
    expect(listed).toHaveLength(1);
    const lines = text.split('\n');
    expect(lines[(listed[0]?.line ?? 0) - 1]).toContain(`"${field}"`);
    expect(result.code).toBe(1);
  });

  it('checks extract SQL with the same command and exits with 1 for an unknown column', async () => {
    await using desk = await Desk.open();
    await writeFile(desk.file('q.sql'), 'SELECT p.pers_persn_id\nFROM ssd_person p\n');
    const result = await desk.run('validate', 'q.sql', '--format', 'json');
    const listed = JSON.parse(result.out) as Listed[];
    expect(result.code).toBe(1);
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({ line: 1, column: 10 });
    expect(listed[0]?.message).toContain('pers_person_id');
  });

  it('writes SARIF that names the rule', async () => {
    await using desk = await Desk.open();
    await writeFile(desk.file('p.json'), '[{"la_child_id":"C1","purge":false,"child_details":{"sex":"X"}}]');
    const result = await desk.run('validate', 'p.json', ...asOf, '--format', 'sarif');
    const log = JSON.parse(result.out) as { version: string; runs: { results: { ruleId: string }[] }[] };
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0]?.results.map((one) => one.ruleId)).toContain('CHD-08');
  });

  it.each([
    ['an empty file', '', 1],
    ['a file that is not JSON', 'la_child_id = 5', 1],
    ['JSON of another kind', '{ "name": "a-package", "version": "1.0.0" }', 1],
  ])('explains %s without a stack trace', async (_title, text, code) => {
    await using desk = await Desk.open();
    await writeFile(desk.file('odd.json'), text);
    const result = await desk.run('validate', 'odd.json', ...asOf);
    expect(result.code).toBe(code);
    expect(result.out).toContain('odd.json:1:1');
    expect(hasStackTrace(result.out + result.err)).toBe(false);
  });

  it.each([
    ['a file that is not there', ['validate', 'nowhere.json'], 'there is no such file'],
    ['a folder', ['validate', 'folder'], 'is a folder'],
    ['no file at all', ['validate'], 'missing required argument'],
    ['an unknown command', ['validat'], 'unknown command'],
    ['an unknown flag', ['validate', '--fast', 'x.json'], 'unknown option'],
    ['a date that is not real', ['validate', '--as-of', '2025-02-30', 'x.json'], 'real date'],
    ['a spec version that does not exist', ['validate', '--spec', '7', 'x.json'], 'Use one of'],
  ])('explains %s and exits with 2', async (_title, args, words) => {
    await using desk = await Desk.open();
    await mkdir(desk.file('folder'));
    const result = await desk.run(...args);
    expect(result.code).toBe(2);
    expect(result.err).toContain(words);
    expect(hasStackTrace(result.err)).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('explains a file that may not be read', async () => {
    await using desk = await Desk.open();
    await writeFile(desk.file('secret.json'), '[]');
    await chmod(desk.file('secret.json'), 0o000);
    const result = await desk.run('validate', 'secret.json');
    expect(result).toMatchObject({ code: 2 });
    expect(result.err).toContain('permission');
  });

  it('reads a file of 100 MB', async () => {
    await using desk = await Desk.open();
    const { child } = await exampleChild();
    // Every id of a child gets the child's number, as two children share none.
    const one = JSON.stringify(child).replaceAll(/("[a-z0-9_]+_id":"[A-Za-z]+)\d[^"]*/g, '$1@');
    const count = Math.ceil(100_000_000 / one.length);
    const parts = Array.from({ length: count }, (_, i) => one.replaceAll('@"', `${i}"`));
    await writeFile(desk.file('large.json'), `[${parts.join(',')}]`);
    const result = await desk.run('validate', 'large.json', ...asOf, '--max', '5');
    expect(hasStackTrace(result.err)).toBe(false);
    expect(result.err).toContain('1 file checked.');
  });
});
