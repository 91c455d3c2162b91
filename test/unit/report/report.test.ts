import { describe, expect, it } from 'vitest';
import type { LocatedProblem } from '../../../core/problems.ts';
import { markdownReport } from '../../../core/report/markdown.ts';
import { toReportFile } from '../../../core/report/reportFile.ts';
import { fieldOf, summarise } from '../../../core/report/reportSummary.ts';
import type { DescribeRule } from '../../../core/report/ruleText.ts';
import { sarifLog } from '../../../core/report/sarif.ts';

const text = '[\r\n  {"sex": "X",\n   "a": "\u{1f600}", "b": 1}\r]';

function problem(code: string, marked: string, more: Partial<LocatedProblem> = {}): LocatedProblem {
  const start = text.indexOf(marked);
  return {
    code,
    severity: 'error',
    message: `Message of ${code}.`,
    path: [0, 'child_details', 'sex'],
    start,
    end: start + marked.length,
    ...more,
  };
}

const describeRule: DescribeRule = (code) =>
  code === 'FMT-27' ? { title: 'Known | codes', requires: 'A `code` of the set', helpUri: 'FMT-27.md' } : undefined;

describe('toReportFile', () => {
  it('counts lines and columns from 1, in UTF-16 code units, over every kind of line end', () => {
    const found = toReportFile('a.json', text, [
      problem('B', '1'),
      problem('A', '"X"'),
      problem('C', ']', { end: text.length }),
    ]);
    expect(found.problems.map((p) => [p.code, p.line, p.column, p.endLine, p.endColumn])).toEqual([
      ['A', 2, 11, 2, 14],
      ['B', 3, 20, 3, 21],
      ['C', 4, 1, 4, 2],
    ]);
  });
});

describe('summarise', () => {
  it('orders rules by severity, then by count', () => {
    const file = toReportFile('a.json', text, [
      problem('W', '"X"', { severity: 'warning' }),
      problem('W', '"X"', { severity: 'warning' }),
      problem('E', '"X"'),
      problem('H', '1', { severity: 'hint', path: [] }),
    ]);
    const summary = summarise([file]);
    expect(summary.byRule.map((r) => [r.code, r.count])).toEqual([
      ['E', 1],
      ['W', 2],
      ['H', 1],
    ]);
    expect(summary.byField).toEqual([{ field: 'child_details.sex', count: 3 }]);
    expect(summary).toMatchObject({ errors: 1, warnings: 2, others: 1 });
  });

  it('names a field without indexes and without the wrapper', () => {
    expect(fieldOf(['Children', 3, 'social_care_episodes', 0, 'closure_date'])).toBe(
      'social_care_episodes.closure_date',
    );
  });
});

describe('markdownReport', () => {
  it('gives totals and tables, with links to rules and no values', () => {
    const files = [toReportFile('a|b.json', text, [problem('FMT-27', '"X"')]), toReportFile('c.json', text, [])];
    expect(markdownReport(files, describeRule, '2026-11-22')).toBe(`# Validation report

2 files were checked: 1 error, 0 warnings.

Dates were checked as of 2026-11-22.

## By rule

| Rule | Severity | Count | What it asks for |
| --- | --- | --- | --- |
| [FMT-27](FMT-27.md) | error | 1 | Known \\| codes |

## By field

| Field | Problems |
| --- | --- |
| \`child_details.sex\` | 1 |

## By file

| File | Errors | Warnings | Notes |
| --- | --- | --- | --- |
| a\\|b.json | 1 | 0 | 0 |
| c.json | 0 | 0 | 0 |
`);
  });

  it('says so when nothing was found', () => {
    expect(markdownReport([toReportFile('c.json', text, [])], describeRule, '2026-11-22')).toContain(
      '1 file was checked. No problems were found.',
    );
  });
});

describe('sarifLog', () => {
  it('gives one result for each problem, with its rule and region', () => {
    const files = [toReportFile('my folder/a.json', text, [problem('FMT-27', '"X"'), problem('ZZ-01', '1')])];
    expect(sarifLog(files, describeRule, '1.2.3')).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          columnKind: 'utf16CodeUnits',
          tool: {
            driver: {
              name: 'SSD Dataflow',
              semanticVersion: '1.2.3',
              rules: [
                { id: 'FMT-27', helpUri: 'FMT-27.md', fullDescription: { text: 'A code of the set' } },
                { id: 'ZZ-01' },
              ],
            },
          },
          results: [
            {
              ruleId: 'FMT-27',
              ruleIndex: 0,
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'my%20folder/a.json' },
                    region: { startLine: 2, startColumn: 11, endLine: 2, endColumn: 14 },
                  },
                  logicalLocations: [{ fullyQualifiedName: '0.child_details.sex' }],
                },
              ],
            },
            { ruleId: 'ZZ-01', ruleIndex: 1 },
          ],
        },
      ],
    });
  });

  it.each([
    ['C:\\data\\a b.json', 'file:///C:/data/a%20b.json'],
    ['file:///x/a.json', 'file:///x/a.json'],
    ['/data/a.json', '/data/a.json'],
  ])('writes %s as %s', (file, uri) => {
    expect(sarifLog([{ file, problems: [] }], describeRule, '1.0.0')).toMatchObject({
      runs: [{ artifacts: [{ location: { uri } }] }],
    });
  });
});
