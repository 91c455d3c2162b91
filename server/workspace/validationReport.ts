import { URI } from 'vscode-uri';
import { describeRule } from '../../core/report/describeRule.ts';
import { markdownReport } from '../../core/report/markdown.ts';
import { type ReportFile, toReportFile } from '../../core/report/reportFile.ts';
import { summarise } from '../../core/report/reportSummary.ts';
import type { DescribeRule } from '../../core/report/ruleText.ts';
import { sarifLog } from '../../core/report/sarif.ts';
import { rulePage } from '../diagnostics.ts';
import type { ValidationReportResult } from '../protocol.ts';
import type { CheckedFile } from './fileChecks.ts';

/** Looks up the texts of a rule for a report, with links where the rules' pages are known. */
export function describeWithLinks(docsBaseUri: string | undefined): DescribeRule {
  return (code) => {
    const rule = describeRule(code);
    const helpUri = rulePage(code, docsBaseUri);
    return rule === undefined || helpUri === undefined ? rule : { ...rule, helpUri };
  };
}

/** A URI as people read it: relative to the workspace folder that holds it. */
function shownName(uri: string, folders: readonly string[]): string {
  const folder = folders.map((f) => f.replace(/\/+$/, '')).find((f) => uri.startsWith(`${f}/`));
  return folder === undefined ? uri : URI.parse(uri).path.slice(URI.parse(folder).path.length + 1);
}

export function toReport(checked: CheckedFile, folders: readonly string[]): ReportFile {
  return toReportFile(shownName(checked.document.uri, folders), checked.document.getText(), checked.problems);
}

/** The report on checked files, in all its forms. `checkedOn` is the day that dates were compared with. */
export function validationReport(
  reports: readonly { readonly uri: string; readonly report: ReportFile }[],
  skipped: readonly string[],
  describe: DescribeRule,
  checkedOn: string,
  version: string,
): ValidationReportResult {
  const files = reports.map(({ report }) => report);
  const summary = summarise(files);
  return {
    files: summary.files.map(({ errors, warnings, others }, index) => ({
      uri: reports[index]?.uri ?? '',
      errors,
      warnings,
      others,
    })),
    skipped,
    byRule: summary.byRule,
    byField: summary.byField,
    markdown: markdownReport(files, describe, checkedOn),
    sarif: `${JSON.stringify(sarifLog(files, describe, version), null, 2)}\n`,
  };
}
