import type { Command } from 'commander';
import { runJob } from '../../jobs/runJob.ts';
import type { StagingTable } from '../../pipeline/staging/stagingStore.ts';
import { parseTable } from '../arguments.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment, withProgress } from '../runtime.ts';
import { type SourceOptions, sourceInput, withSource } from '../source.ts';
import { say, writeOut } from '../terminal.ts';
import { children, countsLine, notAssembledLines, problemLines } from '../words.ts';

/** `stage`: extract and merge into staging; prints counts by row state. */
export const addStageCommand: AddCommand = (program, runtime, finish) => {
  withSource(program.command('stage'))
    .description('extract and merge into the staging table')
    .option('--table <table>', 'live (ssd_api_data_staging) or anon (ssd_api_data_staging_anon)', parseTable)
    .option('--create', 'create the staging table when it does not exist')
    .action(async (options: SourceOptions & { table?: StagingTable; create?: boolean }, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const input = {
        ...sourceInput(options, runtime),
        ...(options.table === undefined ? {} : { table: options.table }),
        ...(options.create === undefined ? {} : { create: options.create }),
      };
      const result = await withProgress(runtime, (context) =>
        runJob('stage', input, jobEnvironment(globals, runtime), context),
      );
      if (globals.json) await writeOut(runtime.terminal, `${JSON.stringify(result, null, 2)}\n`);
      else await writeOut(runtime.terminal, `${countsLine(result.counts)}\n`);
      const lines = [
        `Staged ${children(result.children)} in ${result.table}.`,
        ...problemLines(result.problems),
        ...notAssembledLines(result.notAssembled),
      ];
      for (const line of lines) say(runtime.terminal, line);
      finish(result.problems.errors > 0 || result.notAssembled.length > 0 ? 1 : 0);
    });
};
