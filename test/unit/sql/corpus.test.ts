import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateSqlText } from '../../../core/sql/validateSql.ts';
import { expectedProblems } from './expectedProblems.ts';

const folder = path.join(import.meta.dirname, '../../fixtures/sql/corpus');

describe('the corpus', () => {
  it.each(readdirSync(folder))('gives exactly the problems that its comments say: %s', (name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const found = validateSqlText(text).problems.map((problem) => {
      const line = text.slice(0, problem.start).split('\n').length;
      return `${line} ${problem.code}`;
    });
    const lines = text.split('\n');
    const show = (entry: string) => `${entry}: ${lines[Number.parseInt(entry, 10) - 1]?.trim()}`;
    expect(found.sort().map(show)).toEqual(expectedProblems(text).sort().map(show));
  });
});
