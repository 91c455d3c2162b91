import { describe, expect, it } from 'vitest';
import { sections } from '../../../core/payload/sections.ts';
import type { SqlValue } from '../../../pipeline/connections/connection.ts';
import { columnReader, idText } from '../../../pipeline/extract/columnValue.ts';

function reader(name: string) {
  const field = sections('0.9')
    .flatMap((section) => section.fields)
    .find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return columnReader(field);
}

function read(name: string, value: SqlValue | undefined): unknown {
  const result = reader(name)(value);
  return 'unreadable' in result ? `unreadable: ${result.unreadable}` : result.value;
}

describe('a column as JSON', () => {
  it.each(['surname', 'start_date', 'uasc_flag', 'score', 'factors'])(
    'leaves %s out when it is NULL, absent or blank',
    (name) => {
      for (const value of [null, undefined, '', '   ']) expect(read(name, value)).toBeUndefined();
    },
  );

  it.each([
    ['2025-03-30', '2025-03-30'],
    ['2025-03-30 00:00:00.000', '2025-03-30'],
    ['2025-03-30T23:59:59', '2025-03-30'],
    [new Date(Date.UTC(2025, 2, 30)), '2025-03-30'],
    [new Date(Date.UTC(2025, 9, 26, 23, 30)), '2025-10-26'],
    ['30/03/2025', '30/03/2025'],
    ['2025-03-30x', '2025-03-30x'],
    [20250330, '20250330'],
  ])('reads the date %s', (value, expected) => {
    expect(read('start_date', value)).toBe(expected);
  });

  it.each([
    [1, true],
    [0, false],
    [1n, true],
    [true, true],
    ['Y', true],
    ['no', false],
    [' TRUE ', true],
    ['F', false],
    ['maybe', 'maybe'],
    [2, '2'],
  ])('reads the flag %s', (value, expected) => {
    expect(read('uasc_flag', value)).toBe(expected);
  });

  it.each([
    [12, 12],
    [12n, 12],
    ['12', 12],
    ['12.0', 12],
    ['12.5', '12.5'],
    ['x', 'x'],
  ])('reads the whole number %s', (value, expected) => {
    expect(read('score', value)).toBe(expected);
  });

  it.each([
    ["O'Brien", "O'Brien"],
    ['  padded  ', 'padded'],
    [42, '42'],
    [9007199254740993n, '9007199254740993'],
  ])('reads the text %s', (value, expected) => {
    expect(read('surname', value)).toBe(expected);
  });

  it.each([
    ['["2B","1A","2B"]', ['1A', '2B']],
    ['[]', []],
    ['[" 1A ", "", null]', ['1A']],
    ['[21]', ['21']],
    ['{"1A":"Yes","2B":"No","3C":true,"4B":null,"5A":"","6A":1}', ['1A', '3C', '6A']],
    ['null', undefined],
    ['1A,2B', 'unreadable: is not JSON'],
    ['"1A"', 'unreadable: is neither a list of codes nor an object of codes'],
    ['[["1A"]]', 'unreadable: holds something that is not a code'],
    ['{"1A":"perhaps"}', 'unreadable: has a code whose value is neither yes nor no'],
    ['{"1A":{}}', 'unreadable: has a code whose value is neither yes nor no'],
  ])('reads the codes %s', (value, expected) => {
    expect(read('factors', value)).toEqual(expected);
  });

  it('keeps an id whole and takes off the blanks of a fixed-length column', () => {
    expect(idText('A 1  ')).toBe('A 1');
    expect(idText(7)).toBe('7');
    expect(idText('   ')).toBeNull();
    expect(idText(null)).toBeNull();
  });
});
