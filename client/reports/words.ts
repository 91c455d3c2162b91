import type { SubmissionMode } from '../../jobs/contract.ts';
import type { Translate } from './submissionReport.ts';

/** "Dry run", "Test" or "Live". */
export function modeLabel(mode: SubmissionMode, t: Translate): string {
  if (mode === 'dry-run') return t('Dry run');
  return mode === 'test' ? t('Test') : t('Live');
}

/** A UTC time in this computer's time zone, such as "22 November 2026 at 09:46:45". */
export function dateAndTime(utc: string): string {
  return new Date(utc).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'medium' });
}
