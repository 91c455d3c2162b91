import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeAt } from '../../../core/sql/services/completion.ts';
import { foldsOf } from '../../../core/sql/services/folding.ts';
import { hoverAt } from '../../../core/sql/services/hover.ts';
import { marksOf, runLens, sectionLink } from '../../../core/sql/services/marks.ts';
import { definitionAt, referencesAt, renameAt, renameRangeAt } from '../../../core/sql/services/navigation.ts';
import { outlineOf } from '../../../core/sql/services/outline.ts';
import { signatureAt } from '../../../core/sql/services/signatureHelp.ts';
import { SqlDocument } from '../../../core/sql/sqlDocument.ts';
import type { SqlOptions } from '../../../core/sql/sqlOptions.ts';

/** The model of a text, and the place of its mark `|`. */
function at(text: string, options?: SqlOptions) {
  const offset = text.indexOf('¦');
  return { model: new SqlDocument(text.replace('¦', ''), options).model(), offset };
}

function labels(text: string, options?: SqlOptions): string[] {
  const { model, offset } = at(text, options);
  return completeAt(model, offset).map((entry) => entry.label);
}

function covered(text: string, ranges: readonly { start: number; end: number }[]): string[] {
  return ranges.map((range) => text.slice(range.start, range.end));
}

describe('completeAt', () => {
  it('offers the columns of a common table expression, a temporary table, a derived table and APPLY', () => {
    expect(labels('WITH a AS (SELECT 1 AS first, 2 AS second) SELECT a.¦ FROM a')).toEqual(['first', 'second']);
    expect(labels('CREATE TABLE #t (x int, y int)\nSELECT t.¦\nFROM #t t\nWHERE t.x = 1')).toEqual(['x', 'y']);
    expect(labels('SELECT d.¦ FROM (SELECT p.pers_dob AS born FROM ssd_person p) d')).toEqual(['born']);
    expect(labels('SELECT u.¦ FROM ssd_person p OUTER APPLY (SELECT p.pers_upn AS upn) u')).toEqual(['upn']);
  });

  it('sees outer queries, and only the innermost query’s own columns first', () => {
    const found = labels('SELECT 1 FROM ssd_person p WHERE EXISTS (SELECT 1 FROM ssd_address a WHERE ¦)');
    expect(found).toContain('addr_person_id');
    expect(found).toContain('p');
    expect(found).not.toContain('pers_dob');
  });

  it('offers the equalities of keys after ON', () => {
    const found = labels('SELECT 1 FROM ssd_person p JOIN ssd_cin_episodes e ON ¦');
    expect(found[0]).toBe('e.cine_person_id = p.pers_person_id');
  });

  it('offers codes inside the quotes of a comparison, in lists too', () => {
    expect(labels("SELECT 1 FROM ssd_person p WHERE p.pers_sex IN ('M', '¦')")).toEqual(['M', 'F', 'U']);
    expect(labels("SELECT 1 FROM ssd_person p WHERE UPPER(p.pers_sex) = '¦")).toEqual(['M', 'F', 'U']);
  });

  it('offers nothing inside a text or a comment', () => {
    expect(labels("SELECT 'a ¦ b' FROM ssd_person p")).toEqual([]);
    expect(labels('SELECT 1 -- about ¦ this\nFROM ssd_person p')).toEqual([]);
  });

  it('offers a whole section where there is none yet', () => {
    const { model, offset } = at('-- @section sdq_assessments\n¦');
    const snippet = completeAt(model, offset).find((entry) => entry.kind === 'snippet');
    expect(snippet?.insert).toContain('csdq_sdq_score');
    expect(snippet?.insert).toContain('AS la_child_id');
  });
});

describe('hoverAt', () => {
  it('tells the source of a column that comes through a subquery', () => {
    const { model, offset } = at('SELECT d.bo¦rn FROM (SELECT p.pers_dob AS born FROM ssd_person p) d');
    expect(hoverAt(model, offset)?.markdown).toContain('ssd_person.pers_dob');
  });

  it('lists the columns of a common table expression', () => {
    const { model, offset } = at('WITH recent AS (SELECT 1 AS n) SELECT n FROM re¦cent');
    expect(hoverAt(model, offset)?.markdown).toContain('- n');
  });

  it('explains what the runner binds', () => {
    const { model, offset } = at(
      '-- @cohort\nSELECT p.pers_person_id FROM ssd_person p WHERE p.pers_dob > @cohort_¦start',
    );
    expect(hoverAt(model, offset)?.markdown).toContain('First day of the cohort window');
  });
});

describe('navigation', () => {
  it('renames a common table expression, a temporary table and a variable everywhere', () => {
    const cases: [string, string, string][] = [
      ['WITH ¦a AS (SELECT 1 AS n) SELECT a.n FROM a', 'b', 'WITH b AS (SELECT 1 AS n) SELECT b.n FROM b'],
      ['SELECT 1 AS n INTO #a; SELECT n FROM ¦#a', '#b', 'SELECT 1 AS n INTO #b; SELECT n FROM #b'],
      ['DECLARE @¦a int = 1; SET @a = 2; SELECT @A', 'b', 'DECLARE @b int = 1; SET @b = 2; SELECT @b'],
    ];
    for (const [marked, name, expected] of cases) {
      const { model, offset } = at(marked);
      const edits = renameAt(model, offset, name) ?? [];
      let text = model.text;
      for (const edit of [...edits].reverse()) text = text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
      expect(text).toBe(expected);
    }
  });

  it('does not rename what the database or the DfE names', () => {
    for (const text of [
      'SELECT p.pers_d¦ob FROM ssd_person p',
      'SELECT p.pers_dob FROM ssd_per¦son p',
      '-- @section child_details\nSELECT p.pers_sex AS s¦ex FROM ssd_person p',
    ]) {
      const { model, offset } = at(text);
      expect(renameRangeAt(model, offset)).toBeNull();
    }
  });

  it('lists every use of an SSD column', () => {
    const { model, offset } = at(
      'SELECT p.pers_d¦ob FROM ssd_person p WHERE p.pers_dob IS NULL;\nSELECT q.pers_dob FROM ssd_person q',
    );
    expect(covered(model.text, referencesAt(model, offset))).toEqual(['pers_dob', 'pers_dob', 'pers_dob']);
    expect(definitionAt(model, offset)).toBeNull();
  });
});

describe('outlineOf', () => {
  it('shows statements, common table expressions and what routines hold', () => {
    const { model } = at(
      '¦CREATE PROCEDURE dbo.p AS\nBEGIN\n SET NOCOUNT ON;\n WITH a AS (SELECT 1 AS n) SELECT n INTO #t FROM a\n UPDATE #t SET n = 2\nEND\nGO\nEXEC dbo.p',
    );
    const show = (items: ReturnType<typeof outlineOf>): unknown[] =>
      items.map((item) => (item.children.length === 0 ? item.name : [item.name, show(item.children)]));
    expect(show(outlineOf(model))).toEqual([['dbo.p', [['BEGIN', [['SELECT', ['a']], 'UPDATE #t']]]], 'EXEC dbo.p']);
  });
});

describe('any text and any place', () => {
  const fixture = readFileSync(path.join(import.meta.dirname, '../../fixtures/sql/quiet/oneLiners.sql'), 'utf8');
  const section = readFileSync(path.join(import.meta.dirname, '../../../extracts/adoption.sql'), 'utf8');

  it('gets an answer inside the text', () => {
    const base = fc.constantFrom(fixture, section);
    const cut = fc.record({
      from: fc.nat(),
      length: fc.nat(80),
      insert: fc.constantFrom('', '.', "'", '(', ')', '@', ' = ', 'FROM ', '-- @section ', 'p.', ','),
    });
    fc.assert(
      fc.property(base, cut, fc.nat(), (text, { from, length, insert }, where) => {
        const start = from % text.length;
        const changed = text.slice(0, start) + insert + text.slice(start + length);
        const model = new SqlDocument(changed).model();
        for (const offset of [where % (changed.length + 1), start, start + insert.length]) {
          const ranges = [...completeAt(model, offset), ...referencesAt(model, offset)];
          for (const found of [hoverAt(model, offset), definitionAt(model, offset), renameRangeAt(model, offset)])
            if (found !== null) ranges.push(found as (typeof ranges)[number]);
          signatureAt(model, offset);
          for (const range of ranges) {
            expect(range.start).toBeGreaterThanOrEqual(0);
            expect(range.end).toBeGreaterThanOrEqual(range.start);
            expect(range.end).toBeLessThanOrEqual(changed.length);
          }
        }
        for (const range of [...foldsOf(model), ...marksOf(model), ...outlineOf(model)])
          expect(range.end).toBeLessThanOrEqual(changed.length);
        sectionLink(model);
        runLens(model);
      }),
      { seed: 21, numRuns: 120 },
    );
  });
});
