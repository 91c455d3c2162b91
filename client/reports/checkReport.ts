import type { CheckItem, CheckResult } from '../../jobs/contract.ts';
import { sections, table } from './markdown.ts';
import type { Translate } from './submissionReport.ts';

/** The report of Check Connection: failures first, each with what to do. */
export function checkReport(result: CheckResult, name: string, t: Translate): string {
  const order: Readonly<Record<CheckItem['outcome'], number>> = { fail: 0, warn: 1, pass: 2, skip: 3 };
  const words: Readonly<Record<CheckItem['outcome'], string>> = {
    fail: t('Failed'),
    warn: t('Look at this'),
    pass: t('Passed'),
    skip: t('Not checked'),
  };
  const items = [...result.items].sort((a, b) => order[a.outcome] - order[b.outcome]);
  return sections(
    `# ${t('Check of {0}', name)}`,
    checkSummary(result, t),
    table(
      [t('Result'), t('Check'), t('What was found')],
      items.map((item) => [words[item.outcome], item.name, item.message]),
    ),
  );
}

/** One sentence with the counts. */
export function checkSummary(result: CheckResult, t: Translate): string {
  const count = (outcome: CheckItem['outcome']) => result.items.filter((item) => item.outcome === outcome).length;
  return t('{0} passed, {1} to look at, {2} failed.', count('pass'), count('warn'), count('fail'));
}
