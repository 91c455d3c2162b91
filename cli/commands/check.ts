import type { Command } from 'commander';
import type { CheckItem } from '../../jobs/contract.ts';
import { runJob } from '../../jobs/runJob.ts';
import type { StagingTable } from '../../pipeline/staging/stagingStore.ts';
import { parseTable } from '../arguments.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment, withProgress } from '../runtime.ts';
import { type SourceOptions, sourceInput, withSource } from '../source.ts';
import { writeOut } from '../terminal.ts';

function itemLines(item: CheckItem): string[] {
  return [
    `${item.outcome.padEnd(4)}  ${item.name}: ${item.message}`,
    ...item.details.map((detail) => `      ${detail}`),
  ];
}

/** `check`: database, staging schema, token and endpoint, each pass or fail with the reason. */
export const addCheckCommand: AddCommand = (program, runtime, finish) => {
  withSource(program.command('check'))
    .description('check the database, the staging table, the token and the endpoint; nothing is sent or changed')
    .option('--table <table>', 'live or anon', parseTable)
    .option('--values', 'also check the values of ids, codes and UPNs in the SSD')
    .action(async (options: SourceOptions & { table?: StagingTable; values?: boolean }, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const input = {
        ...sourceInput(options, runtime),
        ...(options.table === undefined ? {} : { table: options.table }),
        ...(options.values === undefined ? {} : { values: options.values }),
      };
      const result = await withProgress(runtime, (context) =>
        runJob('check', input, jobEnvironment(globals, runtime), context),
      );
      const text = globals.json ? JSON.stringify(result, null, 2) : result.items.flatMap(itemLines).join('\n');
      await writeOut(runtime.terminal, `${text}\n`);
      const failed = result.items.filter((item) => item.outcome === 'fail');
      finish(failed.length === 0 ? 0 : failed.some((item) => item.unreachable) ? 3 : 1);
    });
};
