import { describe, expect, it } from 'vitest';
import type { SqlOptions } from '../../../core/sql/sqlOptions.ts';
import { validateSqlText } from '../../../core/sql/validateSql.ts';

/** The text after one fix of the first problem with that code. */
function fixed(text: string, code: string, title?: string, options?: SqlOptions): string {
  const problem = validateSqlText(text, options).problems.find((candidate) => candidate.code === code);
  if (problem === undefined) throw new Error(`${code} is not reported`);
  const fix = problem.edits?.find((candidate) => title === undefined || candidate.title === title);
  if (fix === undefined) throw new Error(`no fix; there are: ${problem.edits?.map((edit) => edit.title).join(' | ')}`);
  let result = text;
  for (const change of [...fix.changes].sort((a, b) => b.start - a.start)) {
    result = result.slice(0, change.start) + change.newText + result.slice(change.end);
  }
  return result;
}

function codes(text: string, options?: SqlOptions): string[] {
  return validateSqlText(text, options).problems.map((problem) => problem.code);
}

describe('fixes', () => {
  it('put the right name in place, with the quotes that were there', () => {
    expect(fixed('SELECT p.[pers_dobb] FROM ssd_person p', 'SQL-102')).toBe('SELECT p.[pers_dob] FROM ssd_person p');
    expect(fixed('SELECT p.pers_dob FROM ssd_persn p', 'SQL-101')).toBe('SELECT p.pers_dob FROM ssd_person p');
    expect(fixed('SELECT q.pers_dob FROM ssd_person p', 'SQL-103')).toBe('SELECT p.pers_dob FROM ssd_person p');
    expect(fixed('SELECT p.pers_dob FORM ssd_person p', 'SQL-001')).toBe('SELECT p.pers_dob FROM ssd_person p');
    expect(fixed("SELECT COALECSE(p.pers_sex, 'U') FROM ssd_person p", 'SQL-112')).toContain('COALESCE(');
    expect(fixed('SELECT p.pers_common_child_id FROM ssd_person p', 'SQL-107')).toContain('p.pers_single_unique_id');
  });

  it('insert and remove commas where they belong', () => {
    expect(fixed('SELECT p.pers_dob p.pers_sex FROM ssd_person p', 'SQL-004')).toBe(
      'SELECT p.pers_dob, p.pers_sex FROM ssd_person p',
    );
    expect(fixed('SELECT p.pers_dob, FROM ssd_person p', 'SQL-004')).toBe('SELECT p.pers_dob FROM ssd_person p');
    expect(fixed('SELECT p.pers_forename pers_surname FROM ssd_person p', 'SQL-113')).toBe(
      'SELECT p.pers_forename, pers_surname FROM ssd_person p',
    );
  });

  it('add a field or the cohort that a section lacks', () => {
    const section = `-- @section child_protection_plans
SELECT p.cppl_person_id AS la_child_id, p.cppl_cp_plan_id AS child_protection_plan_id
FROM ssd_cp_plans p
WHERE p.cppl_cp_plan_start_date <= @cohort_end`;
    const withId = fixed(section, 'SQL-304');
    expect(withId).toContain('child_protection_plan_id,\n       p.cppl_referral_id AS social_care_episode_id\nFROM');
    const complete = fixed(withId, 'SQL-311', 'Join the cohort');
    expect(complete).toContain('FROM ssd_cp_plans p\nJOIN cohort c ON c.person_id = p.cppl_person_id\nWHERE');
    const allowed = fixed(complete, 'SQL-307', 'Allow SQL-307 in this file');
    expect(allowed.split('\n')[1]).toBe('-- @allow SQL-307 ');
    expect(codes(allowed)).toEqual([]);
  });

  it('make an extract portable, or say whom it is for', () => {
    const section =
      '-- @section sdq_assessments\nSELECT c.person_id AS la_child_id, ISNULL(s.[csdq_sdq_score], 0) AS score\nFROM cohort c JOIN ssd_sdq_scores s ON s.csdq_person_id = c.person_id AND s.csdq_sdq_completed_date > @cohort_start';
    const coalesced = fixed(section, 'SQL-503', 'Change to COALESCE');
    expect(coalesced).toContain('COALESCE(s.[csdq');
    const portable = fixed(coalesced, 'SQL-503', 'Change to csdq_sdq_score');
    expect(codes(portable)).toEqual([]);
    expect(codes(fixed(section, 'SQL-503', 'Say that this extract is for SQL Server'))).toEqual([]);
  });
});

describe('options', () => {
  it('check against the compatibility level only when it is known', () => {
    const text =
      "SELECT STRING_AGG(p.pers_sex, ',') FROM ssd_person p FOR JSON PATH;\nDROP TABLE IF EXISTS #t;\nSELECT TRIM(' x '), CONCAT_WS('-', 1, 2) FROM STRING_SPLIT('a', ',')";
    expect(codes(text)).toEqual([]);
    expect(codes(text, { compatibilityLevel: 110 })).toEqual(Array.from({ length: 6 }, () => 'SQL-502'));
    expect(codes(text, { compatibilityLevel: 130 })).toEqual(['SQL-502', 'SQL-502', 'SQL-502']);
    expect(codes(text, { compatibilityLevel: 160 })).toEqual([]);
  });

  it('take the section from the file’s name when the text has no header', () => {
    expect(codes('SELECT 1 AS a', { fileName: 'C:\\work\\adoption.sql' })).toContain('SQL-304');
    expect(codes('SELECT 1 AS a', { fileName: 'notes.sql' })).toEqual([]);
    expect(codes('SELECT a.x, a.y FROM dbo.a a', { fileName: 'cohort.sql' })).toEqual(['SQL-313']);
  });

  it('read a script in the dialect that its words show', () => {
    expect(
      codes("SELECT p.pers_dob::date, p.pers_upn ~* 'x' FROM ssd_person p WHERE p.pers_surname ILIKE 'a%' LIMIT 5"),
    ).toEqual([]);
  });
});
