import { type Command, InvalidArgumentError } from 'commander';
import { type SpecVersion, specVersions } from '../../core/payload/spec.ts';
import { describeRule } from '../../core/report/describeRule.ts';
import { type ReportFile, toReportFile } from '../../core/report/reportFile.ts';
import { sarifLog } from '../../core/report/sarif.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { resolveSettings } from '../../pipeline/config/resolveSettings.ts';
import { calendarDate } from '../../pipeline/extract/cohortWindow.ts';
import { parseCount, parseDate, parseSpec } from '../arguments.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment } from '../runtime.ts';
import { say, writeOut } from '../terminal.ts';
import { type CheckedFile, checkFile } from '../validateFile.ts';

interface ValidateOptions {
  readonly format: 'text' | 'json' | 'sarif';
  readonly spec?: SpecVersion;
  readonly asOf?: string;
  readonly max?: number;
}

function parseFormat(value: string): ValidateOptions['format'] {
  if (value !== 'text' && value !== 'json' && value !== 'sarif') {
    throw new InvalidArgumentError('Use one of text, json, sarif.');
  }
  return value;
}

/** The `json` format: line and column are 1-based, the end is exclusive (docs/architecture.md). */
function jsonProblems(report: ReportFile) {
  return report.problems.map(({ line, column, endLine, endColumn, severity, code, message }) => {
    return { file: report.file, line, column, endLine, endColumn, severity, code, message };
  });
}

function textLines(report: ReportFile): string {
  return report.problems
    .map((p) => `${report.file}:${p.line}:${p.column}  ${p.severity}  ${p.code}  ${p.message}\n`)
    .join('');
}

function summaryLine(checked: readonly CheckedFile[]): string {
  let errors = 0;
  let warnings = 0;
  let omitted = 0;
  for (const file of checked) {
    omitted += file.omitted;
    for (const problem of file.problems) {
      if (problem.severity === 'error') errors += 1;
      else if (problem.severity === 'warning') warnings += 1;
    }
  }
  const files = checked.length === 1 ? '1 file' : `${checked.length} files`;
  const more = omitted > 0 ? ` ${omitted} more left out; raise --max to see them.` : '';
  if (errors === 0 && warnings === 0 && omitted === 0) return `${files} checked. No problems.`;
  return `${files} checked. ${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.${more}`;
}

/** `validate FILE...`: payload JSON and extract SQL, with the same rules as the editor. */
export const addValidateCommand: AddCommand = (program, runtime, finish) => {
  program
    .command('validate')
    .description('check payload JSON and extract SQL files')
    .argument('<files...>', 'payload (.json) and extract (.sql) files')
    .option('--format <format>', 'text, json or sarif', parseFormat, 'text')
    .option('--spec <version>', `payload spec version: ${specVersions.join(' or ')}`, parseSpec)
    .option('--as-of <date>', 'date that the rules compare with (default: today)', parseDate)
    .option('--max <n>', 'most problems to list for each file', parseCount(1))
    .action(async (files: string[], options: ValidateOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const format = globals.json && options.format === 'text' ? 'json' : options.format;
      const { settings } = await resolveSettings({
        ...jobEnvironment(globals, runtime),
        environment: {},
      });
      const checked: CheckedFile[] = [];
      const reports: ReportFile[] = [];
      for (const file of files) {
        const one = await checkFile(file, {
          spec: options.spec ?? settings.spec,
          asOf: options.asOf ?? settings.validation.asOf ?? calendarDate(new Date()),
          severities: settings.validation.rules,
          ...(options.max === undefined ? {} : { maxProblems: options.max }),
          workingFolder: runtime.workingFolder,
        });
        const report = toReportFile(one.file, one.text, one.problems);
        checked.push(one);
        reports.push(report);
        if (format === 'text') await writeOut(runtime.terminal, textLines(report));
      }
      if (format === 'json') {
        await writeOut(runtime.terminal, `${JSON.stringify(reports.flatMap(jsonProblems), null, 2)}\n`);
      } else if (format === 'sarif') {
        const log = sarifLog(reports, describeRule, packageJson.version);
        await writeOut(runtime.terminal, `${JSON.stringify(log, null, 2)}\n`);
      }
      say(runtime.terminal, summaryLine(checked));
      const found = checked.some(
        (file) => file.omitted > 0 || file.problems.some((p) => p.severity === 'error' || p.severity === 'warning'),
      );
      finish(found ? 1 : 0);
    });
};
