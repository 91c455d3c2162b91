import path from 'node:path';
import type { Command } from 'commander';
import { runJob } from '../../jobs/runJob.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment, withProgress } from '../runtime.ts';
import { type SourceOptions, sourceInput, withSource } from '../source.ts';
import { say, writeOut } from '../terminal.ts';
import { children, notAssembledLines, problemLines } from '../words.ts';

/** `extract`: SSD to payload file or stdout. */
export const addExtractCommand: AddCommand = (program, runtime, finish) => {
  withSource(program.command('extract'))
    .description('read the SSD and write a payload')
    .option('--out <file>', 'payload file to write (default: standard output)')
    .action(async (options: SourceOptions & { out?: string }, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const out = options.out === undefined ? '-' : path.resolve(runtime.workingFolder, options.out);
      const result = await withProgress(runtime, (context) =>
        runJob('extract', { ...sourceInput(options, runtime), out }, jobEnvironment(globals, runtime), context),
      );
      // The payload itself went to stdout where no file was named, so the report must not mix with it.
      if (globals.json && options.out !== undefined) {
        await writeOut(runtime.terminal, `${JSON.stringify(result, null, 2)}\n`);
      }
      const lines = [
        `Extracted ${children(result.children)}${options.out === undefined ? '' : ` to ${options.out}`}. ${result.consistency}`,
        ...problemLines(result.problems),
        ...notAssembledLines(result.notAssembled),
      ];
      for (const line of lines) say(runtime.terminal, line);
      finish(result.problems.errors > 0 || result.notAssembled.length > 0 ? 1 : 0);
    });
};
