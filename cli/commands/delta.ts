import path from 'node:path';
import { type Command, Option } from 'commander';
import { runJob } from '../../jobs/runJob.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment, withProgress } from '../runtime.ts';
import { say, writeOut } from '../terminal.ts';
import { children } from '../words.ts';

interface DeltaOptions {
  readonly granularity: 'element' | 'field';
  readonly receiver: 'replace' | 'merge';
  readonly out?: string;
}

/** `delta PREVIOUS CURRENT`: two payload files to one delta payload. */
export const addDeltaCommand: AddCommand = (program, runtime, finish) => {
  program
    .command('delta')
    .description('compare two payload files and write the delta payload')
    .argument('<previous>', 'payload file that was accepted last')
    .argument('<current>', 'payload file as it is now')
    .addOption(
      new Option('--granularity <granularity>', 'send changed elements whole, or only changed fields')
        .choices(['element', 'field'])
        .default('element'),
    )
    .addOption(
      new Option('--receiver <receiver>', 'what the receiver does with an element it knows')
        .choices(['replace', 'merge'])
        .default('replace'),
    )
    .option('--out <file>', 'delta file to write (default: standard output)')
    .action(async (previous: string, current: string, options: DeltaOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const resolve = (file: string): string => path.resolve(runtime.workingFolder, file);
      const input = {
        previous: resolve(previous),
        current: resolve(current),
        granularity: options.granularity,
        receiver: options.receiver,
        ...(options.out === undefined ? {} : { out: resolve(options.out) }),
      };
      const result = await withProgress(runtime, (context) =>
        runJob('deltaFiles', input, jobEnvironment(globals, runtime), context),
      );
      if (globals.json && options.out !== undefined) {
        await writeOut(
          runtime.terminal,
          `${JSON.stringify({ children: result.children, out: result.out }, null, 2)}\n`,
        );
      } else if (result.text !== null) await writeOut(runtime.terminal, result.text);
      say(
        runtime.terminal,
        `${children(result.children)} changed${options.out === undefined ? '' : `; written to ${options.out}`}.`,
      );
      finish(0);
    });
};
