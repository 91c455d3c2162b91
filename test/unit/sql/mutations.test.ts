import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateSqlText } from '../../../core/sql/validateSql.ts';
import { mutationsOf, randomNumbers } from './mutations.ts';

const root = path.join(import.meta.dirname, '../../..');
const files = [
  ...readdirSync(path.join(root, 'extracts'))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => `extracts/${name}`),
  'test/fixtures/sql/quiet/stagingBuild.sql',
];

describe('one slip in a text without mistakes', () => {
  const random = randomNumbers(20261122);
  const tried = new Map<string, { count: number; missed: string[] }>();
  const strays: string[] = [];
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const mutation of mutationsOf(text, file, file.startsWith('extracts') ? 10 : 40, random)) {
      const { problems } = validateSqlText(mutation.text, { fileName: file });
      const kind = tried.get(mutation.kind) ?? { count: 0, missed: [] };
      tried.set(mutation.kind, kind);
      kind.count++;
      const found = problems.some((problem) =>
        mutation.places.some((place) => problem.start < place.end && problem.end > place.start),
      );
      if (!found) kind.missed.push(`${file}: ${mutation.what}`);
      const { statement } = mutation;
      const stray = problems.find((problem) => problem.end < statement.start || problem.start > statement.end);
      if (stray !== undefined) strays.push(`${stray.code} at ${stray.start} after ${file}: ${mutation.what}`);
    }
  }

  it.each([...tried])('is reported where it was made in 95 of 100 cases: %s', (_kind, { count, missed }) => {
    expect(count).toBeGreaterThan(60);
    expect(missed.length / count, missed.join('\n')).toBeLessThanOrEqual(0.05);
  });

  it('in a quote is reported once or twice, and in its line in 9 of 10 cases', () => {
    const file = path.join(root, 'test/fixtures/sql/quiet/stagingBuild.sql');
    const text = readFileSync(file, 'utf8');
    const quotes = [...text.slice(0, 40_000).matchAll(/'/g)].map((match) => match.index).filter((at) => at > 1500);
    let near = 0;
    const count = 30;
    for (let n = 0; n < count; n++) {
      const at = quotes[Math.floor(random() * quotes.length)] ?? 0;
      const broken = text.slice(0, at) + text.slice(at + 1);
      const { problems } = validateSqlText(broken, { fileName: file });
      expect(problems.length).toBeLessThanOrEqual(3);
      const lineOf = (offset: number) => broken.slice(0, offset).split('\n').length;
      if (problems.some((problem) => Math.abs(lineOf(problem.start) - lineOf(at)) <= 1)) near++;
    }
    expect(near).toBeGreaterThanOrEqual(count * 0.9);
  });

  it('gives no problem in a statement that was not touched', () => {
    expect(strays).toEqual([]);
  });
});
