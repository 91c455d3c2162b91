import type { ChangesResult } from '../../jobs/contract.ts';
import { sections, table } from './markdown.ts';
import type { Translate } from './submissionReport.ts';

/** What changed over all children: counts by state, then by section and field. No values. */
export function changesReport(result: ChangesResult, t: Translate): string {
  const { counts, children, bySection } = result;
  return sections(
    `# ${t('Changes since the last accepted payload')}`,
    table(
      [t('State'), t('Children')],
      [
        [t('New'), counts.new],
        [t('Updated'), counts.updated],
        [t('Deleted'), counts.deleted],
        [t('Unchanged'), counts.unchanged],
        [t('Waiting to be sent'), counts.pending],
        [t('With errors'), children.filter((child) => child.errors > 0).length],
        [t('Held back'), children.filter((child) => child.heldBack !== null).length],
      ],
    ),
    bySection.length === 0 ? '' : `## ${t('By section and field')}`,
    table(
      [t('Section'), t('Field'), t('Changes')],
      bySection.map((line) => [line.section, line.field ?? t('whole element'), line.count]),
    ),
  );
}
