import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { DataflowError } from '../../core/errors.ts';
import type { JobInput, SubmissionMode, SubmissionPlan, SubmitInput } from '../../jobs/contract.ts';
import { runJob } from '../../jobs/runJob.ts';
import type { StagingTable } from '../../pipeline/staging/stagingStore.ts';
import { parseCount, parseDate, parseTable } from '../arguments.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment, type Runtime, withProgress } from '../runtime.ts';
import { type SourceOptions, sourceInput, withSource } from '../source.ts';
import { say, writeOut } from '../terminal.ts';
import { planLines, reportExitCode, reportLines } from '../words.ts';

interface SubmitOptions extends SourceOptions {
  readonly mode: SubmissionMode;
  readonly full?: boolean;
  readonly delta?: boolean;
  readonly file?: string;
  readonly table?: StagingTable;
  readonly only?: string[];
  readonly failed?: boolean;
  readonly yes?: boolean;
  readonly confirm?: string;
  readonly unattended?: boolean;
}

interface ResumeOptions extends SourceOptions {
  readonly table?: StagingTable;
  readonly file?: string;
  readonly mode?: 'test' | 'live';
}

/**
 * Asks a person to type the confirmation of a live submission. `--yes` does not skip it: a schedule that sends real
 * children repeats the exact words with `--confirm`, which name the LA, the count and the endpoint.
 */
async function confirmLive(plan: SubmissionPlan, options: SubmitOptions, runtime: Runtime): Promise<string> {
  if (options.confirm !== undefined) return options.confirm;
  if (!process.stdin.isTTY || !runtime.terminal.interactive) {
    throw new DataflowError(
      'usage',
      `Nothing was sent. A live submission needs its confirmation. Repeat the command with --confirm "${plan.confirmationText}"`,
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(`Type this to send, or press Enter to stop:\n${plan.confirmationText}\n> `, {
      signal: runtime.signal,
    });
  } finally {
    prompt.close();
  }
}

async function confirmTest(plan: SubmissionPlan, runtime: Runtime): Promise<boolean> {
  if (!process.stdin.isTTY || !runtime.terminal.interactive) {
    throw new DataflowError('usage', 'Nothing was sent. Add --yes to send without being asked.');
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${plan.confirmationText}? Type yes to send: `, {
      signal: runtime.signal,
    });
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    prompt.close();
  }
}

function addSubmit(program: Command, runtime: Runtime, finish: (code: number) => void): void {
  withSource(program.command('submit'))
    .description('send what is pending, or a payload file; a dry run unless a mode is given')
    .addOption(new Option('--mode <mode>', 'what to do').choices(['dry-run', 'test', 'live']).default('dry-run'))
    .addOption(new Option('--full', 'send whole children').conflicts('delta'))
    .addOption(new Option('--delta', 'send what changed since the last accepted payload'))
    .option('--file <file>', 'send the children of this payload file instead of what is staged')
    .option('--table <table>', 'live or anon (default: the one that fits the mode)', parseTable)
    .addOption(new Option('--only <ids...>', 'send only these children').conflicts('failed'))
    .option('--failed', 'send only the staged children that the DfE refused last time')
    .option('--yes', 'do not ask before a test submission')
    .option(
      '--confirm <text>',
      'the words that confirm a submission of real children or of a file, as it asks for them',
    )
    .option('--unattended', 'live without a person at the keyboard, within the limits of the sign-off')
    .action(async (options: SubmitOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const environment = jobEnvironment(
        globals,
        runtime,
        options.full ? { send: 'full' } : options.delta ? { send: 'delta' } : {},
      );
      const input: SubmitInput = {
        ...sourceInput(options, runtime),
        mode: options.mode,
        ...(options.full ? { send: 'full' as const } : options.delta ? { send: 'delta' as const } : {}),
        ...(options.file === undefined ? {} : { file: path.resolve(runtime.workingFolder, options.file) }),
        ...(options.table === undefined ? {} : { table: options.table }),
        ...(options.only === undefined ? {} : { personIds: options.only }),
        ...(options.failed ? { failedOnly: true } : {}),
        ...(options.unattended ? { unattended: true } : {}),
      };
      const plan = await withProgress(runtime, (context) => runJob('plan', input, environment, context));
      // A dry run is asked for its plan, so there the plan is the result.
      if (plan.mode === 'dry-run') {
        await writeOut(
          runtime.terminal,
          globals.json
            ? `${JSON.stringify(plan, null, 2)}\n`
            : `${planLines(plan, true).join('\n')}\nDry run: nothing was sent.\n`,
        );
        finish(plan.blocked.length === 0 ? 0 : 1);
        return;
      }
      for (const line of planLines(plan, false)) say(runtime.terminal, line);
      if (plan.gates.length > 0) {
        finish(2);
        return;
      }
      // Where the words themselves are needed, --yes is not enough: --confirm repeats them.
      let confirmation = options.confirm;
      if (plan.mode === 'live' && options.unattended !== true) confirmation = await confirmLive(plan, options, runtime);
      else if (plan.mode === 'test' && !options.yes && confirmation === undefined) {
        if (!(await confirmTest(plan, runtime))) {
          say(runtime.terminal, 'Nothing was sent.');
          finish(0);
          return;
        }
        confirmation = plan.confirmationText;
      }
      const report = await withProgress(runtime, (context) =>
        runJob('submit', confirmation === undefined ? input : { ...input, confirmation }, environment, context),
      );
      if (globals.json) await writeOut(runtime.terminal, `${JSON.stringify(report, null, 2)}\n`);
      else await writeOut(runtime.terminal, `${reportLines(report).join('\n')}\n`);
      finish(reportExitCode(report));
    });
}

interface SignOffOptions {
  readonly name: string;
  readonly note: string;
  readonly unattendedChildren?: number;
  readonly unattendedDeletions?: number;
  readonly unattendedUntil?: string;
}

function signOffInput(given: SignOffOptions): JobInput<'signOff'> {
  const { name, note, unattendedChildren: children, unattendedDeletions: deletions, unattendedUntil: until } = given;
  if (children === undefined && deletions === undefined && until === undefined) return { name, note };
  if (children === undefined || deletions === undefined || until === undefined) {
    throw new DataflowError(
      'usage',
      'Nothing was recorded. A sign-off for unattended submissions needs all of --unattended-children, --unattended-deletions and --unattended-until.',
    );
  }
  return { name, note, unattended: { children, deletions, until } };
}

/** `submit`, `resume` and `sign-off`. */
export const addSubmitCommands: AddCommand = (program, runtime, finish) => {
  addSubmit(program, runtime, finish);

  withSource(program.command('resume'))
    .description('settle batches that an interrupted submission left in doubt')
    .option('--table <table>', 'live or anon', parseTable)
    .option('--file <file>', 'the payload file, when the interrupted submission sent one')
    .addOption(new Option('--mode <mode>', 'the mode of that submission').choices(['test', 'live']))
    .action(async (options: ResumeOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const { table, file, mode } = options;
      const input = {
        ...sourceInput(options, runtime),
        ...(table === undefined ? {} : { table }),
        ...(file === undefined ? {} : { file: path.resolve(runtime.workingFolder, file) }),
        ...(mode === undefined ? {} : { mode }),
      };
      const report = await withProgress(runtime, (context) =>
        runJob('resume', input, jobEnvironment(globals, runtime), context),
      );
      if (globals.json) await writeOut(runtime.terminal, `${JSON.stringify(report, null, 2)}\n`);
      else await writeOut(runtime.terminal, `${report ? reportLines(report).join('\n') : 'Nothing is in doubt.'}\n`);
      finish(report ? reportExitCode(report) : 0);
    });

  program
    .command('sign-off')
    .description('record who agreed that live submissions may start; a live submission needs it')
    .requiredOption('--name <name>', 'who signed off, such as the data owner')
    .requiredOption('--note <note>', 'what was agreed, and where it is written down')
    .option('--unattended-children <n>', 'most children of a live submission that runs unattended', parseCount(1))
    .option('--unattended-deletions <n>', 'most deletions among them', parseCount(0))
    .option('--unattended-until <date>', 'last day on which unattended live submissions may run', parseDate)
    .action(async (given: SignOffOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const options = signOffInput(given);
      const result = await withProgress(runtime, (context) =>
        runJob('signOff', options, jobEnvironment(globals, runtime), context),
      );
      await writeOut(
        runtime.terminal,
        globals.json ? `${JSON.stringify(result, null, 2)}\n` : `Sign-off recorded at ${result.recordedAt}.\n`,
      );
      finish(0);
    });
};
