import { describe, expect, it } from 'vitest';
import { checkReport, checkSummary } from '../../../client/reports/checkReport.ts';
import { plainText, table } from '../../../client/reports/markdown.ts';
import { submissionReport, type Translate } from '../../../client/reports/submissionReport.ts';
import type { SubmissionReport } from '../../../jobs/contract.ts';

/** Fills placeholders as `vscode.l10n.t` does in English. */
const t: Translate = (message: unknown, ...values: unknown[]) =>
  String(message).replace(/\{(\d+)\}/g, (_all, index) => String(values[Number(index)]));

const report: SubmissionReport = {
  id: 'S1',
  mode: 'test',
  laCode: '926',
  endpoint: 'http://127.0.0.1:9/1',
  startedAt: '2026-11-22T09:00:00Z',
  endedAt: '2026-11-22T09:01:00Z',
  outcome: 'completed',
  stopReason: null,
  batches: 2,
  accepted: 101,
  settled: 1,
  rejected: [],
  blocked: [],
  heldBack: [],
  notAttempted: 0,
  inDoubt: 0,
};

describe('reports', () => {
  it('escape everything that Markdown or HTML would act on', () => {
    expect(plainText('a|b <img src=x> [x](y) `c`\n# d')).not.toMatch(/[|<>[\]`]|^#/);
  });

  it('leave out a table without rows', () => {
    expect(table(['a'], [])).toBe('');
  });

  it('say what happened to every child', () => {
    const text = submissionReport(
      {
        ...report,
        rejected: [{ personId: 'P1', message: 'bad | value', path: ['child_details', 'sex'] }],
        blocked: [{ personId: 'P2', errors: 2, firstMessage: 'Too long' }],
        heldBack: [{ personId: 'P3', reason: 'in review' }],
      },
      t,
    );
    expect(text).toContain('| Accepted | 101 |');
    for (const part of ['P1', 'P2', 'P3', 'Too long', 'in review', 'Retry Failed']) expect(text).toContain(part);
    expect(text).not.toContain('bad | value');
  });

  it('tell the next step only when there is one', () => {
    expect(submissionReport(report, t)).not.toContain('Next step');
    expect(submissionReport({ ...report, inDoubt: 3 }, t)).toContain('Resume Submission');
  });

  it('never read as sent after a dry run', () => {
    expect(submissionReport({ ...report, mode: 'dry-run' }, t)).toMatch(/^# Dry run: nothing was sent/);
  });

  it('list at most 500 children of a kind and count the rest', () => {
    const rejected = Array.from({ length: 501 }, (_value, index) => ({
      personId: `Q${index}`,
      message: 'x',
      path: [],
    }));
    const text = submissionReport({ ...report, rejected }, t);
    expect(text).toContain('Q499');
    expect(text).not.toContain('Q500');
    expect(text).toContain('1 more');
  });

  it('put failed checks first', () => {
    const result = {
      items: [
        { id: 'tables', name: 'Table', outcome: 'pass', message: 'found', details: [] },
        { id: 'token', name: 'Token', outcome: 'fail', message: 'refused', details: [] },
      ],
    } as const;
    const text = checkReport(result, 'the sandbox', t);
    expect(text.indexOf('Token')).toBeLessThan(text.indexOf('Table'));
    expect(checkSummary(result, t)).toBe('1 passed, 0 to look at, 1 failed.');
  });
});
