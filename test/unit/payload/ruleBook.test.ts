import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRules, ruleInfo } from '../../../core/rules/ruleBook.ts';

const folder = path.join(import.meta.dirname, '..', '..', '..', 'core', 'rules');

describe('the rule book', () => {
  it('has a title, a message and a home for every code, once', () => {
    const codes = allRules().map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code, title, messages } of allRules()) {
      expect(code).toMatch(/^[A-Z0-9]{3}-\d{2}$/);
      expect(title.length, code).toBeGreaterThan(3);
      expect(Object.keys(messages).length, code).toBeGreaterThan(0);
    }
    expect(() => ruleInfo('XXX-99')).toThrow(RangeError);
  });

  it('has the words for every variant that a check names', async () => {
    const missing: string[] = [];
    for (const file of await readdir(folder)) {
      const source = await readFile(path.join(folder, file), 'utf8');
      for (const [, code = '', , variant = ''] of source.matchAll(
        /code: '([A-Z0-9]{3}-\d{2})',(\s*)variant: '(\w+)'/g,
      )) {
        if (ruleInfo(code).messages[variant] === undefined) missing.push(`${code} ${variant}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
