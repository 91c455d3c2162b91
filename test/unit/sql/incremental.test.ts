import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SqlDocument } from '../../../core/sql/sqlDocument.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/sql/quiet');
const exotic = readFileSync(path.join(fixtures, 'exotic.sql'), 'utf8');
const postgres = readFileSync(path.join(fixtures, 'exoticPostgres.sql'), 'utf8');

const small = `-- @section child_protection_plans
WITH mine AS (SELECT p.cppl_person_id AS person FROM ssd_cp_plans p)
SELECT c.person_id AS la_child_id, p.cppl_referral_id AS social_care_episode_id, p.cppl_cp_plan_id AS child_protection_plan_id
FROM ssd_cp_plans p JOIN cohort c ON c.person_id = p.cppl_person_id /* note */
WHERE p.cppl_cp_plan_start_date <= @cohort_end AND p.cppl_cp_plan_end_date >= @cohort_start;
`;

const pieces = [
  'x',
  ' ',
  '\n',
  "'",
  '"',
  '[',
  ']',
  '(',
  ')',
  ',',
  ';',
  '--',
  '/*',
  '*/',
  '\nGO\n',
  'SELECT ',
  ' FROM ',
  ' WHERE ',
  'BEGIN ',
  ' END ',
  '@a',
  '#t',
  '.',
  '\r\n',
  'p.',
  ' AS ',
  '$$',
  '-- @dialect postgres\n',
  '-- @section adoption\n',
  ' JOIN ',
  ' ON ',
  'CASE ',
  '1',
  ':',
  'IF 1=1 ',
  '\nEND\n',
  "N'",
  'é',
];

const edit = fc.record({
  at: fc.nat(),
  remove: fc.oneof(fc.nat(3), fc.nat(60)),
  insert: fc.array(fc.constantFrom(...pieces), { maxLength: 3 }),
});

function view(document: SqlDocument) {
  const { tokens, comments } = document.model();
  return {
    tokens: tokens.map((t) => `${t.start}-${t.end} ${t.kind} ${t.text} ${t.firstOnLine} ${t.fault}`),
    comments: comments.map((c) => `${c.start}-${c.end} ${c.text}`),
    problems: document.problems(),
  };
}

function checkEdits(text: string, runs: number, seed: number): void {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let current = text;
      const document = new SqlDocument(current);
      document.problems();
      for (const { at, remove, insert } of edits) {
        const start = at % (current.length + 1);
        current = current.slice(0, start) + insert.join('') + current.slice(start + remove);
        document.update(current);
        const fresh = new SqlDocument(current);
        expect(view(document)).toEqual(view(fresh));
        for (const problem of document.problems()) {
          const places = [problem, ...(problem.related ?? []), ...(problem.edits ?? []).flatMap((fix) => fix.changes)];
          for (const place of places) {
            expect(place.start).toBeGreaterThanOrEqual(0);
            expect(place.end).toBeGreaterThanOrEqual(place.start);
            expect(place.end).toBeLessThanOrEqual(current.length);
          }
        }
      }
    }),
    { seed, numRuns: runs },
  );
}

describe('SqlDocument', () => {
  it('says the same after random edits as a document made from scratch (a section)', () => checkEdits(small, 400, 11));
  it('says the same after random edits as a document made from scratch (a long script)', () =>
    checkEdits(exotic, 40, 12));
  it('says the same after random edits as a document made from scratch (PostgreSQL)', () =>
    checkEdits(postgres, 60, 13));

  it('reads hostile nesting and long chains without failing', () => {
    const texts = [
      '('.repeat(20_000),
      `SELECT ${'1 + '.repeat(20_000)}1`,
      `SELECT ${'(SELECT '.repeat(3_000)}`,
      'BEGIN '.repeat(20_000),
      'CASE WHEN '.repeat(5_000),
      `SELECT 1${' UNION ALL SELECT 1'.repeat(5_000)}`,
      `SELECT ${'-'.repeat(1)} ${'- '.repeat(10_000)}1`,
      'NOT '.repeat(20_000),
      `SELECT * FROM ${'a JOIN '.repeat(5_000)}`,
      `SELECT ${'1 + 1 - '.repeat(10_000)}1`,
      'IF 1=1 '.repeat(10_000),
      `SELECT ${'(a,'.repeat(1_000)}`,
      '"'.repeat(100_001),
    ];
    for (const text of texts) expect(new SqlDocument(text).problems().length).toBeLessThan(20_001);
  });
});
