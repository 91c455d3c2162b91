import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from './program.ts';

/** An argument as a person types it, such as `<files...>`. */
export interface ArgumentInfo {
  readonly usage: string;
  readonly description: string;
}

/** One option of a command. */
export interface OptionInfo {
  readonly flags: string;
  readonly description: string;
  readonly choices: readonly string[];
  readonly default: string | null;
}

/** One command of the command line. */
export interface CommandInfo {
  /** With its parents and without the program: `audit list`; the program itself has its own name. */
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly ArgumentInfo[];
  readonly options: readonly OptionInfo[];
}

function describe(command: Command, name: string): CommandInfo {
  return {
    name,
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => {
      const word = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return { usage: argument.required ? `<${word}>` : `[${word}]`, description: argument.description };
    }),
    options: command.options.map((option) => ({
      flags: option.flags,
      description: option.description,
      choices: option.argChoices ?? [],
      default: option.defaultValue === undefined ? null : String(option.defaultValue),
    })),
  };
}

function below(command: Command, prefix: string): CommandInfo[] {
  return command.commands.flatMap((child) => {
    const name = prefix === '' ? child.name() : `${prefix} ${child.name()}`;
    const own = child.commands.length === 0 ? [describe(child, name)] : [];
    return [...own, ...below(child, name)];
  });
}

/**
 * What the command line takes, for the reference pages: first the program with the options of every command, then each
 * command that can be run, in the order of the help. Runs nothing.
 */
export function listCommands(): readonly CommandInfo[] {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = { out: nowhere, err: nowhere, interactive: false };
  const signal = new AbortController().signal;
  const program = createProgram({ terminal, signal, environment: {}, workingFolder: '' }, () => undefined);
  return [describe(program, program.name()), ...below(program, '')];
}
