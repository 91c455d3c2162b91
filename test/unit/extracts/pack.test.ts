import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sections } from '../../../core/payload/sections.ts';
import { createSandboxDatabase } from '../../../sandbox/database.ts';
import { asOf, temporaryFolder } from '../sandbox/sandboxFiles.ts';
import { packFiles, packText, sectionQuery, sectionRows, usedIn, window2026 } from './packRows.ts';

const file = join(temporaryFolder(), 'ssd.db');

describe('the shipped extract pack', () => {
  let ssd: DatabaseSync;
  beforeAll(async () => {
    await createSandboxDatabase(file, { children: 1000, seed: 3, asOf });
    ssd = new DatabaseSync(file, { readOnly: true });
  });
  afterAll(() => ssd.close());

  it('has one file for each section of the payload, and the cohort', () => {
    const expected = ['cohort.sql', ...sections('0.9').map((section) => `${section.name}.sql`)];
    expect(packFiles()).toEqual(expected.sort());
  });

  it.each(sections('0.9').map((section) => section.name))('gives rows with the fields of %s and no others', (name) => {
    const section = sections('0.9').find((s) => s.name === name);
    const rows = sectionRows(ssd, name);
    const fields = [...(section?.parentIds ?? []), ...(section?.fields ?? []).map((field) => field.name)];
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows.slice(0, 5)) expect(Object.keys(row).sort()).toEqual(fields.sort());
  });

  it('names its section in the first line of each file', () => {
    for (const name of packFiles()) {
      const header = name === 'cohort.sql' ? '-- @cohort' : `-- @section ${name.replace('.sql', '')}`;
      expect(packText(name).split('\n')[0]).toBe(header);
    }
  });

  it('uses nothing that one of the databases lacks', () => {
    const constructs =
      /\b(TOP|ISNULL|CONVERT|DATEADD|GETDATE|OUTER APPLY|CROSS APPLY|LIMIT|ILIKE|IIF|LEN|LENGTH|strftime|NOLOCK)\b|::|\|\||\[/i;
    for (const name of packFiles()) {
      const code = packText(name)
        .replaceAll(/--.*$/gm, '')
        .replaceAll(/'[^']*'/g, "''");
      expect(constructs.exec(code)?.[0], name).toBeUndefined();
    }
  });

  it('gives no element whose episode it does not give', () => {
    const episodes = new Set(
      sectionRows(ssd, 'social_care_episodes').map((row) => `${row.la_child_id} ${row.social_care_episode_id}`),
    );
    const children = new Set(sectionRows(ssd, 'child_details').map((row) => row.la_child_id));
    for (const section of sections('0.9')) {
      for (const row of sectionRows(ssd, section.name)) {
        expect(children.has(row.la_child_id as string)).toBe(true);
        if (section.parentIds.length > 1) {
          expect(episodes.has(`${row.la_child_id} ${row.social_care_episode_id}`), section.name).toBe(true);
        }
      }
    }
  });

  it('gives an element once', () => {
    for (const { name, idField } of sections('0.9')) {
      if (idField === null) continue;
      const ids = sectionRows(ssd, name).map((row) => row[idField]);
      expect(new Set(ids).size, name).toBe(ids.length);
    }
  });

  it('takes time in proportion to the people: nothing is looked up without the person or the element', () => {
    const large = new DatabaseSync(file);
    // The plan depends on how many rows there are said to be: 200 times as many as there are.
    large.exec(`
      BEGIN;
      UPDATE sqlite_stat1 SET stat = (CAST(stat AS INTEGER) * 200) || SUBSTR(stat, INSTR(stat, ' '))
        WHERE INSTR(stat, ' ') > 0;
      ANALYZE sqlite_schema;`);
    try {
      for (const { name } of sections('0.9')) {
        const sql = sectionQuery(name);
        const plan = large.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(usedIn(sql, window2026));
        for (const { detail } of plan) expect(detail, name).not.toMatch(/\(place=\?\)/);
      }
    } finally {
      large.close();
    }
  });

  it('is described file by file, with an example that runs', () => {
    const readme = packText('README.md');
    for (const name of packFiles()) expect(readme).toContain(`| \`${name}\``);
    const example = /```sql\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(sectionRows(ssd, 'care_worker_details', window2026, example).length).toBeGreaterThan(
      sectionRows(ssd, 'care_worker_details').length,
    );
  });
});
