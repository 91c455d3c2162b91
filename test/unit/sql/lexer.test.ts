import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlDialect } from '../../../core/sql/dialect.ts';
import { lex } from '../../../core/sql/lexer.ts';
import { nameOf, stringValue } from '../../../core/sql/token.ts';

function kinds(text: string, dialect: SqlDialect = 'tsql'): string[] {
  return lex(text, dialect).tokens.map((t) => `${t.kind}:${t.text}${t.fault ? `!${t.fault}` : ''}`);
}

describe('lex', () => {
  it('reads names, variables, strings, numbers and operators with exact offsets', () => {
    const text = "SELECT p.[a]]b], #t.x, @v, @@ROWCOUNT, N'it''s', 1.5e3, 0xFF FROM t WHERE a<>b";
    const { tokens } = lex(text, 'tsql');
    for (const token of tokens) expect(text.slice(token.start, token.end)).toBe(token.text);
    expect(tokens.map((t) => t.text)).toEqual([
      'SELECT',
      'p',
      '.',
      '[a]]b]',
      ',',
      '#t',
      '.',
      'x',
      ',',
      '@v',
      ',',
      '@@ROWCOUNT',
      ',',
      "N'it''s'",
      ',',
      '1.5e3',
      ',',
      '0xFF',
      'FROM',
      't',
      'WHERE',
      'a',
      '<>',
      'b',
      '',
    ]);
    expect(tokens.filter((t) => t.kind === 'quotedName').map(nameOf)).toEqual(['a]b']);
    expect(tokens.filter((t) => t.kind === 'string').map(stringValue)).toEqual(["it's"]);
  });

  it('nests block comments in T-SQL and PostgreSQL, not in SQLite', () => {
    expect(kinds('/* a /* b */ c */ x')).toEqual(['word:x', 'end:']);
    expect(kinds('/* a /* b */ c', 'sqlite')).toEqual(['word:c', 'end:']);
    expect(lex('/* a', 'tsql').comments[0]?.unclosed).toBe(true);
  });

  it('takes GO for a batch separator only on a line of its own', () => {
    expect(kinds('SELECT 1\nGO\nGO 5\n go -- next\nSELECT go FROM x')).toEqual([
      'word:SELECT',
      'number:1',
      'go:GO',
      'go:GO 5',
      'go:go ',
      'word:SELECT',
      'word:go',
      'word:FROM',
      'word:x',
      'end:',
    ]);
    expect(kinds('GO\n', 'postgres')[0]).toBe('word:GO');
  });

  it('reads PostgreSQL casts, dollar quotes and containment operators', () => {
    expect(kinds("SELECT a::date, $$it's$$, $f$x$f$, b @> c, e[1]", 'postgres')).toEqual([
      'word:SELECT',
      'word:a',
      'operator:::',
      'word:date',
      'operator:,',
      "string:$$it's$$",
      'operator:,',
      'string:$f$x$f$',
      'operator:,',
      'word:b',
      'operator:@>',
      'word:c',
      'operator:,',
      'word:e',
      'operator:[',
      'number:1',
      'operator:]',
      'end:',
    ]);
  });

  it('marks what is not closed: a string to the end of the text, a name to the end of its line', () => {
    expect(kinds("SELECT 'abc\nx")).toEqual(['word:SELECT', "string:'abc\nx!unclosed", 'end:']);
    expect(kinds('SELECT [abc\nFROM x')).toEqual([
      'word:SELECT',
      'quotedName:[abc!unclosed',
      'word:FROM',
      'word:x',
      'end:',
    ]);
  });

  it('skips sqlcmd lines and reads script variables as names', () => {
    expect(kinds(':setvar DB "HDM"\nUSE $(DB)')).toEqual(['word:USE', 'word:$(DB)', 'end:']);
  });

  it('covers every character of any text exactly once, in order', () => {
    const pieces = fc.constantFrom(
      "'",
      '"',
      '[',
      ']',
      '/*',
      '*/',
      '--',
      '\n',
      'GO',
      ' ',
      '@a',
      '$$',
      '(',
      ';',
      'N',
      'select',
      '1.',
      '#',
      '::',
      '£',
      '$(',
      ':r',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }),
        fc.constantFrom<SqlDialect>('tsql', 'postgres', 'sqlite'),
        (parts, dialect) => {
          const text = parts.join('');
          const { tokens, comments } = lex(text, dialect);
          const all = [...tokens, ...comments].sort((a, b) => a.start - b.start || a.end - b.end);
          let covered = 0;
          for (const part of all) {
            expect(text.slice(covered, part.start).trim()).toBe('');
            expect(part.end).toBeGreaterThanOrEqual(part.start);
            covered = part.end;
          }
          expect(covered).toBe(text.length);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });
});
