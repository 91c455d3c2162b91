import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateSqlText } from '../../../core/sql/validateSql.ts';

const root = path.join(import.meta.dirname, '../../..');

function sqlFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => path.join(folder, name));
}

describe('a text without mistakes', () => {
  it.each([
    ...sqlFiles('extracts'),
    ...sqlFiles('test/fixtures/sql/quiet'),
    ...sqlFiles('test/fixtures/sql/overrides'),
  ])('gives no problem: %s', (file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const problems = validateSqlText(text, { fileName: file }).problems.map((problem) => {
      const line = text.slice(0, problem.start).split('\n').length;
      return `${line}: ${problem.code} ${text.slice(problem.start, problem.end)}: ${problem.message}`;
    });
    expect(problems).toEqual([]);
  });
});
