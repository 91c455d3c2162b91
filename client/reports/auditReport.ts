import type { AuditDetail } from '../../jobs/contract.ts';
import { plainText, sections, table } from './markdown.ts';
import type { Translate } from './submissionReport.ts';
import { dateAndTime, modeLabel } from './words.ts';

/** One submission as the audit trail tells it: who, what, when, to where, and every event in order. */
export function auditReport(detail: AuditDetail, t: Translate): string {
  const { entry, events } = detail;
  return sections(
    `# ${t('Submission {0}', plainText(entry.id))}`,
    table(
      [t('What'), t('Value')],
      [
        [t('Started'), dateAndTime(entry.startedAt)],
        [t('Mode'), modeLabel(entry.mode, t)],
        [t('Local authority'), entry.laCode],
        [t('Sent to'), { code: entry.endpoint }],
        [t('Who'), entry.user],
        [t('Computer'), entry.host],
        [t('Children'), entry.children],
        [t('Accepted'), entry.accepted],
        [t('Rejected'), entry.rejected],
        [t('Outcome'), entry.outcome],
      ],
    ),
    `## ${t('Events')}`,
    events.map((event) => `\`\`\`json\n${JSON.stringify(event, null, 2)}\n\`\`\``).join('\n\n'),
  );
}
