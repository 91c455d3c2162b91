import { expect, test } from 'vitest';
import { csvCell } from '../../../pipeline/audit/exportTrail.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+44', "'+44"],
  ['-2', "'-2"],
  ['@cmd', "'@cmd"],
  ['\t=1', "'\t=1"],
  ['  =HYPERLINK("x")', `"'  =HYPERLINK(""x"")"`],
  ['|calc', "'|calc"],
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
])('the CSV cell of %j cannot run as a formula and keeps its text', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('numbers stay numbers', () => {
  expect(csvCell(-3)).toBe('-3');
});
