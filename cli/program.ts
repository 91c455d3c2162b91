import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { DataflowError, exitCodeByReason } from '../pipeline/errors.ts';
import type { AddCommand, Finish } from './command.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addCheckCommand } from './commands/check.ts';
import { addDeltaCommand } from './commands/delta.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addExtractCommand } from './commands/extract.ts';
import { addPilotCommands } from './commands/pilot.ts';
import { addSandboxCommands } from './commands/sandbox.ts';
import { addStageCommand } from './commands/stage.ts';
import { addSubmitCommands } from './commands/submit.ts';
import { addValidateCommand } from './commands/validate.ts';
import type { Runtime } from './runtime.ts';
import { say, type Terminal } from './terminal.ts';

const commands: readonly AddCommand[] = [
  addValidateCommand,
  addExtractCommand,
  addStageCommand,
  addDeltaCommand,
  addSubmitCommands,
  addCheckCommand,
  addAuditCommands,
  addPilotCommands,
  addSandboxCommands,
  addDemoCommand,
];

/** The command line with all its commands; `finish` receives the exit code of the one that ran. */
export function createProgram(runtime: Runtime, finish: Finish): Command {
  const program = new Command('ssd-dataflow')
    .description(packageJson.description)
    .version(packageJson.version)
    .option('--json', 'print the result as JSON')
    .option('--data-dir <folder>', 'folder for the audit trail, journal, local staging and sandbox')
    .option('--config <folder>', 'folder of ssd.config.json and .env (default: the current folder)')
    .showHelpAfterError('Use --help to see what the command takes.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => runtime.terminal.out.write(text),
      writeErr: (text) => runtime.terminal.err.write(text),
    });
  for (const add of commands) add(program, runtime, finish);
  for (const command of allCommands(program)) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function allCommands(program: Command): Command[] {
  return program.commands.flatMap((command) => [command, ...allCommands(command)]);
}

/** One paragraph for a person; never a stack trace. */
function explain(error: unknown): { code: number; message: string | null } {
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, message: null };
  if (DataflowError.is(error)) return { code: exitCodeByReason[error.reason], message: error.message };
  const detail = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : 'an unknown error';
  return {
    code: 70,
    message: `Something went wrong inside this program (${detail}). Nothing more was done. Please report it, with the command that you used.`,
  };
}

/**
 * Runs one command line.
 * @param argv arguments after the program's name
 * @returns the exit code: 0 done and clean; 1 problems found or some children not accepted; 2 usage or
 *   configuration; 3 could not reach or log in to a service; 70 a fault of this program; 130 interrupted
 */
export async function runProgram(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const abort = new AbortController();
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts += 1;
    if (interrupts === 1) {
      say(terminal, 'Stopping. Press Ctrl+C again to stop without tidying up.');
      abort.abort();
    } else process.exit(130);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.stdout.on('error', ignoreClosedPipe);
  let code = 0;
  try {
    const runtime: Runtime = { terminal, signal: abort.signal, environment: process.env, workingFolder: process.cwd() };
    const program = createProgram(runtime, (value) => {
      code = value;
    });
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const explained = explain(error);
    if (explained.message !== null) say(terminal, explained.message);
    code = abort.signal.aborted ? 130 : explained.code;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  return code;
}

function ignoreClosedPipe(error: Error & { code?: string }): void {
  if (error.code !== 'EPIPE') throw error;
}

function processTerminal(): Terminal {
  return { out: process.stdout, err: process.stderr, interactive: process.stderr.isTTY === true };
}
