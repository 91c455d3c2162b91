import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { composeExtract, sourceOf } from '../../../core/sql/compose.ts';
import { findParameters, toPositionalParameters } from '../../../core/sql/parameters.ts';
import { readSectionHeader } from '../../../core/sql/sectionHeader.ts';

const cohort = {
  name: 'cohort.sql',
  text: `-- who is in scope
WITH open_cases AS (SELECT cine_person_id AS id FROM ssd_cin_episodes WHERE cine_close_date IS NULL)
SELECT DISTINCT id FROM open_cases; -- done`,
};

function compose(text: string, dialect: 'sqlite' | 'tsql' | 'postgres' = 'sqlite') {
  return composeExtract({ cohort, section: { name: 'plans.sql', text }, dialect, orderBy: ['la_child_id', 'plan_id'] });
}

function refusal(text: string): string {
  const result = compose(text);
  if (result.ok) throw new Error('was accepted');
  const problem = result.problems[0];
  return `${problem?.code} ${text.slice(problem?.start, problem?.end)}`;
}

describe('composeExtract', () => {
  it('gives a query that runs, with both texts’ own WITH clauses merged', () => {
    const section = `-- @section plans
      WITH long_plans AS (SELECT * FROM plans WHERE days > 5)
      SELECT p.person AS la_child_id, p.id AS plan_id -- the id
      FROM long_plans p JOIN cohort c ON c.person_id = p.person
      ORDER BY p.days DESC -- newest first`;
    const composed = compose(section);
    if (!composed.ok) throw new Error(composed.problems[0]?.message);
    using db = new DatabaseSync(':memory:');
    db.exec(`CREATE TABLE ssd_cin_episodes (cine_person_id TEXT, cine_close_date TEXT);
      INSERT INTO ssd_cin_episodes VALUES ('b', NULL), ('B', NULL), ('x', '2020-01-01'), ('a1', NULL);
      CREATE TABLE plans (id INTEGER, person TEXT, days INTEGER);
      INSERT INTO plans VALUES (1, 'b', 9), (10, 'a1', 8), (9, 'a1', 7), (3, 'x', 9), (4, 'B', 6), (5, 'b', 2);`);
    const rows = db.prepare(composed.sql).all();
    expect(rows.map((row) => `${row.la_child_id}/${row.plan_id}`)).toEqual(['B/4', 'a1/10', 'a1/9', 'b/1']);
  });

  it('sorts by character code in each dialect', () => {
    const text = 'SELECT a AS la_child_id, b AS plan_id FROM t';
    const ends = (['tsql', 'postgres', 'sqlite'] as const).map((dialect) => {
      const result = compose(text, dialect);
      return result.ok ? result.sql.split('\n').at(-1) : '';
    });
    expect(ends[0]).toContain('COLLATE Latin1_General_BIN2');
    expect(ends[1]).toContain('COLLATE "C"');
    expect(ends[2]).toContain('COLLATE BINARY');
  });

  it('keeps an ORDER BY that decides which rows there are, and moves OPTION to the end', () => {
    const top = compose('SELECT TOP 5 a AS la_child_id FROM t ORDER BY b OPTION (RECOMPILE);', 'tsql');
    expect(top.ok && top.sql).toMatch(
      /TOP 5 a AS la_child_id FROM t ORDER BY b\n\) section_rows\nORDER BY .*\nOPTION \(RECOMPILE\)$/s,
    );
  });

  it('maps a place in the composed query back to the text it came from', () => {
    const text = 'SELECT broken AS la_child_id FROM t';
    const composed = compose(text);
    if (!composed.ok) throw new Error('refused');
    expect(sourceOf(composed.spans, composed.sql.indexOf('broken'))).toEqual({
      from: 'section',
      offset: text.indexOf('broken'),
    });
    expect(sourceOf(composed.spans, composed.sql.indexOf('open_cases'))).toEqual({
      from: 'cohort',
      offset: cohort.text.indexOf('open_cases'),
    });
    expect(sourceOf(composed.spans, composed.sql.indexOf('section_rows'))).toBeNull();
  });

  it('explains at the token why a text is not one SELECT', () => {
    expect(refusal('')).toBe('SQL-410 ');
    expect(refusal('DELETE FROM ssd_person')).toBe('SQL-410 DELETE');
    expect(refusal('DECLARE @x int; SELECT 1')).toBe('SQL-410 DECLARE');
    expect(refusal('SELECT 1; SELECT 2')).toBe('SQL-410 SELECT');
    expect(refusal('SELECT a FROM t SELECT b FROM t')).toBe('SQL-410 SELECT');
    expect(refusal('SELECT a INTO #t FROM t')).toBe('SQL-410 INTO');
    expect(refusal('SELECT a FROM t FOR JSON PATH')).toBe('SQL-410 FOR');
    expect(refusal('SELECT (a FROM t')).toBe('SQL-003 (');
    expect(refusal("SELECT 'a FROM t")).toBe("SQL-002 'a FROM t");
    expect(refusal('WITH open_cases AS (SELECT 1 AS a) SELECT a FROM open_cases')).toBe('SQL-411 open_cases');
  });

  it('accepts set operations, and parentheses around the query', () => {
    expect(compose('SELECT a FROM t UNION ALL SELECT b FROM u').ok).toBe(true);
    expect(compose('(SELECT a FROM t) EXCEPT (SELECT b FROM u)').ok).toBe(true);
  });
});

describe('parameters', () => {
  const sql =
    "SELECT '@no', [@no], @@ROWCOUNT -- @no\nFROM t WHERE d >= @cohort_start AND e < @Cohort_Start AND f = @run_date";

  it('finds names outside strings, comments and quoted names', () => {
    expect(findParameters(sql, 'tsql').map((use) => sql.slice(use.start, use.end))).toEqual([
      '@cohort_start',
      '@Cohort_Start',
      '@run_date',
    ]);
  });

  it('numbers each name once', () => {
    const positional = toPositionalParameters('WHERE a > @x AND b < @y AND c = @X', 'postgres');
    expect(positional).toEqual({ sql: 'WHERE a > $1 AND b < $2 AND c = $1', names: ['x', 'y'] });
  });
});

describe('readSectionHeader', () => {
  it('reads section and dialect with the ranges of their values', () => {
    const text = '-- Plans\r\n-- @section  child_protection_plans \r\n--@dialect: T-SQL\r\nSELECT 1';
    const header = readSectionHeader(text);
    expect(header.section?.value).toBe('child_protection_plans');
    expect(text.slice(header.section?.valueStart, header.section?.valueEnd)).toBe('child_protection_plans');
    expect(header.flavour).toBe('tsql');
  });

  it('ignores what only looks like a header', () => {
    expect(readSectionHeader("SELECT '-- @section x' AS a -- see @section y").section).toBeNull();
  });
});
