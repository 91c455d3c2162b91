import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqlChecks } from '../../../core/sql/checks/sqlChecks.ts';
import { validateSqlText } from '../../../core/sql/validateSql.ts';
import { sqlDocs } from '../../../scripts/sqlDocs.ts';

const root = path.join(import.meta.dirname, '../../..');

describe('pages about extracts', () => {
  it('are what the generator writes (node scripts/generateSqlChecks.ts)', () => {
    const pages = sqlDocs();
    for (const [file, text] of pages) expect(readFileSync(path.join(root, file), 'utf8')).toBe(text);
    const found = ['docs/checks', 'docs/reference/sections'].flatMap((folder) =>
      readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`),
    );
    expect(found.sort()).toEqual([...pages.keys()].sort());
  });

  it('exist for every code that can be reported', () => {
    const sources = readdirSync(path.join(root, 'core/sql'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => readFileSync(path.join(root, 'core/sql', file), 'utf8').match(/'SQL-\d+'/g) ?? [])
      .map((code) => code.slice(1, -1));
    const codes = sqlChecks().map((check) => check.code);
    expect([...new Set(sources)].sort()).toEqual([...codes].sort());
  });

  it('do not throw on their own examples', () => {
    for (const check of sqlChecks()) for (const text of [check.bad, check.good]) validateSqlText(text);
  });
});
