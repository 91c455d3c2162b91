import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualifyTables } from '../../../pipeline/connections/sqlServer/qualifyTables.ts';

const qualify = (sql: string): string => qualifyTables(sql, 'ssd_development');

describe('the schema in front of SSD tables', () => {
  it.each([
    ['SELECT * FROM ssd_person', 'SELECT * FROM [ssd_development].ssd_person'],
    ['SELECT * FROM SSD_Person p', 'SELECT * FROM [ssd_development].SSD_Person p'],
    ['SELECT * FROM [ssd_person] AS p', 'SELECT * FROM [ssd_development].[ssd_person] AS p'],
    [
      'SELECT * FROM ssd_person a, ssd_address b',
      'SELECT * FROM [ssd_development].ssd_person a, [ssd_development].ssd_address b',
    ],
    [
      'SELECT 1 FROM ssd_person p LEFT JOIN ssd_address ON addr_person_id = p.pers_person_id',
      'SELECT 1 FROM [ssd_development].ssd_person p LEFT JOIN [ssd_development].ssd_address ON addr_person_id = p.pers_person_id',
    ],
    [
      'SELECT ssd_person.pers_dob FROM ssd_person WHERE EXISTS (SELECT 1 FROM (ssd_cp_plans))',
      'SELECT ssd_person.pers_dob FROM [ssd_development].ssd_person WHERE EXISTS (SELECT 1 FROM ([ssd_development].ssd_cp_plans))',
    ],
  ])('is put into %s', (sql, expected) => {
    expect(qualify(sql)).toBe(expected);
  });

  it.each([
    'SELECT * FROM dbo.ssd_person',
    'SELECT * FROM HDM.dbo.[ssd_person]',
    "SELECT 'FROM ssd_person' AS t -- FROM ssd_person",
    'SELECT 1 /* JOIN ssd_person */',
    'SELECT p.x AS ssd_person FROM other p',
    'SELECT * FROM other ssd_person',
    'WITH ssd_person AS (SELECT 1 AS a) SELECT * FROM ssd_person',
    'WITH a AS (SELECT 1 AS b), ssd_person (x, y) AS (SELECT 1, 2) SELECT * FROM ssd_person',
    'SELECT * FROM #ssd_person',
    'SELECT * FROM ssd_person_copy',
    'SELECT @ssd_person',
  ])('is left out of %s', (sql) => {
    expect(qualify(sql)).toBe(sql);
  });

  it('cannot be anything but a name', () => {
    expect(qualifyTables('SELECT * FROM ssd_person', 'a].b; DROP TABLE x --')).toBe(
      'SELECT * FROM [a]].b; DROP TABLE x --].ssd_person',
    );
  });

  it('changes nothing else in any text, and nothing when done twice', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'FROM',
            'ssd_person',
            'JOIN',
            "'",
            '--',
            '\n',
            '(',
            ')',
            '.',
            ',',
            'AS',
            'x',
            '[',
            ']',
            '/*',
            '*/',
          ),
        ),
        (words) => {
          const sql = words.join(' ');
          const once = qualify(sql);
          expect(once.replaceAll('[ssd_development].', '')).toBe(sql.replaceAll('[ssd_development].', ''));
          expect(qualify(once)).toBe(once);
        },
      ),
    );
  });
});
