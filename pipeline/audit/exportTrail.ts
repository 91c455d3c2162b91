import type { DurableFiles } from '../files/durableFiles.ts';
import { listSubmissions, showSubmission, type TrailEntry } from './readTrail.ts';

const columns: readonly (keyof TrailEntry)[] = [
  'id',
  'startedAt',
  'mode',
  'laCode',
  'endpoint',
  'user',
  'host',
  'children',
  'accepted',
  'rejected',
  'inDoubt',
  'outcome',
];

/**
 * A value as a CSV cell. Text that a spreadsheet would run as a formula gets an apostrophe in front, so that opening
 * the file never runs anything (OWASP, "CSV Injection").
 */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[\s\p{Cc}]*[=+\-@|%]/u.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The list of submissions as CSV, with a byte order mark so that Excel reads it as UTF-8. */
export async function exportCsv(folder: string, files: DurableFiles): Promise<{ text: string; submissions: number }> {
  const entries = await listSubmissions(folder, files);
  const lines = [columns.join(','), ...entries.map((entry) => columns.map((name) => csvCell(entry[name])).join(','))];
  return { text: `\uFEFF${lines.join('\r\n')}\r\n`, submissions: entries.length };
}

/** Submissions with all their events as JSON; bodies stay where they are. */
export async function exportJson(folder: string, files: DurableFiles): Promise<{ text: string; submissions: number }> {
  const entries = await listSubmissions(folder, files);
  const submissions = [];
  for (const entry of entries) {
    const { events, bodies } = await showSubmission(folder, entry.id, files);
    submissions.push({ ...entry, events, bodies });
  }
  return { text: `${JSON.stringify({ submissions }, null, 2)}\n`, submissions: entries.length };
}
