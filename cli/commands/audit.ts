import path from 'node:path';
import { type Command, Option } from 'commander';
import type { AuditEntry } from '../../jobs/contract.ts';
import { runJob } from '../../jobs/runJob.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment, withProgress } from '../runtime.ts';
import { writeOut } from '../terminal.ts';

function entryLine(entry: AuditEntry): string {
  return `${entry.id}  ${entry.startedAt}  ${entry.mode}  LA ${entry.laCode}  ${entry.user}  ${entry.children} sent, ${entry.accepted} accepted, ${entry.rejected} rejected  ${entry.outcome}`;
}

/** `audit list|show ID|verify|export`. */
export const addAuditCommands: AddCommand = (program, runtime, finish) => {
  const audit = program.command('audit').description('look at, verify and export the audit trail');

  audit
    .command('list')
    .description('list submissions, newest first')
    .action(async (_options: unknown, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const entries = await withProgress(runtime, (context) =>
        runJob('auditList', {}, jobEnvironment(globals, runtime), context),
      );
      const text = globals.json
        ? JSON.stringify(entries, null, 2)
        : entries.length === 0
          ? 'No submission was made yet.'
          : entries.map(entryLine).join('\n');
      await writeOut(runtime.terminal, `${text}\n`);
      finish(0);
    });

  audit
    .command('show')
    .description('show the events of one submission')
    .argument('<id>', 'id of the submission, as audit list prints it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const detail = await withProgress(runtime, (context) =>
        runJob('auditShow', { id }, jobEnvironment(globals, runtime), context),
      );
      const text = globals.json
        ? JSON.stringify(detail, null, 2)
        : [entryLine(detail.entry), ...detail.events.map((event) => JSON.stringify(event))].join('\n');
      await writeOut(runtime.terminal, `${text}\n`);
      finish(0);
    });

  audit
    .command('verify')
    .description('check that no line, file or body of the trail was changed or removed')
    .action(async (_options: unknown, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const result = await withProgress(runtime, (context) =>
        runJob('auditVerify', {}, jobEnvironment(globals, runtime), context),
      );
      const broken = result.firstBroken;
      const text = globals.json
        ? JSON.stringify(result, null, 2)
        : broken === null
          ? `The audit trail is whole: ${result.submissions} submissions, ${result.events} events.`
          : `The audit trail was changed. First broken link: ${broken.file}, line ${broken.line}: ${broken.reason}`;
      await writeOut(runtime.terminal, `${text}\n`);
      finish(broken === null ? 0 : 1);
    });

  audit
    .command('export')
    .description('write the trail for an information-governance review')
    .addOption(new Option('--format <format>', 'file format').choices(['csv', 'json']).default('csv'))
    .requiredOption('--out <file>', 'file to write')
    .action(async (options: { format: 'csv' | 'json'; out: string }, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const out = path.resolve(runtime.workingFolder, options.out);
      const result = await withProgress(runtime, (context) =>
        runJob('auditExport', { out, format: options.format }, jobEnvironment(globals, runtime), context),
      );
      await writeOut(
        runtime.terminal,
        globals.json
          ? `${JSON.stringify(result, null, 2)}\n`
          : `Wrote ${result.submissions} submissions to ${options.out}.\n`,
      );
      finish(0);
    });
};
