import type { ReportFile } from './reportFile.ts';
import { type ReportSummary, summarise } from './reportSummary.ts';
import type { DescribeRule } from './ruleText.ts';

const number = (value: number) => value.toLocaleString('en-GB');

function counted(value: number, one: string, many: string): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** Text that stands in a table cell as it is. */
function cell(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/\r?\n/g, ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function headline({ files, errors, warnings, others }: ReportSummary): string {
  const checked = counted(files.length, 'file was checked', 'files were checked');
  if (errors + warnings + others === 0) return `${checked}. No problems were found.`;
  const found = `${counted(errors, 'error', 'errors')}, ${counted(warnings, 'warning', 'warnings')}`;
  return `${checked}: ${found}${others > 0 ? ` and ${counted(others, 'note', 'notes')}` : ''}.`;
}

/**
 * The validation report as Markdown: totals, then counts by rule, by field and by file. It holds codes, field names,
 * file names and numbers, and no value of any child, so that it can be passed on.
 */
export function markdownReport(files: readonly ReportFile[], describe: DescribeRule, checkedOn: string): string {
  const summary = summarise(files);
  const lines = ['# Validation report', '', headline(summary), '', `Dates were checked as of ${checkedOn}.`, ''];
  if (summary.byRule.length > 0) {
    lines.push('## By rule', '');
    const rows = summary.byRule.map(({ code, severity, count }) => {
      const text = describe(code);
      const shown = text?.helpUri === undefined ? code : `[${code}](${text.helpUri})`;
      return [shown, severity, number(count), cell(text?.title ?? '')];
    });
    lines.push(...table(['Rule', 'Severity', 'Count', 'What it asks for'], rows));
  }
  if (summary.byField.length > 0) {
    lines.push('## By field', '');
    const rows = summary.byField.map(({ field, count }) => [`\`${cell(field)}\``, number(count)]);
    lines.push(...table(['Field', 'Problems'], rows));
  }
  const rows = summary.files.map((f) => [cell(f.file), number(f.errors), number(f.warnings), number(f.others)]);
  if (rows.length > 0) lines.push('## By file', '', ...table(['File', 'Errors', 'Warnings', 'Notes'], rows));
  return `${lines.join('\n').trimEnd()}\n`;
}
