import { once } from 'node:events';
import type { Command } from 'commander';
import { runJob } from '../../jobs/runJob.ts';
import { startSandboxReceiver } from '../../jobs/sandboxReceiver.ts';
import { parseCount } from '../arguments.ts';
import type { AddCommand } from '../command.ts';
import { dataFolder, type GlobalOptions, jobEnvironment, withProgress } from '../runtime.ts';
import { say, writeOut } from '../terminal.ts';
import { children } from '../words.ts';

interface StartOptions {
  readonly port?: number;
  readonly children?: number;
  readonly seed?: number;
  readonly faulty?: boolean;
  readonly fault?: string[];
}

/** `sandbox start`, `sandbox reset`, `sandbox advance`. */
export const addSandboxCommands: AddCommand = (program, runtime, finish) => {
  const sandbox = program
    .command('sandbox')
    .description('an embedded SSD with invented children, and a local receiver that speaks the DfE protocol');

  sandbox
    .command('start')
    .description('start the local receiver and keep it running; makes the invented SSD when there is none')
    .option('--port <n>', 'port on this machine (default: a free one)', parseCount(0, 65_535))
    .option('--children <n>', 'invented children, when the SSD is made', parseCount(1, 1_000_000))
    .option('--seed <n>', 'the same seed makes the same children', parseCount(0))
    .option('--faulty', 'let some children break rules on purpose')
    .option('--fault <rule...>', 'let the receiver misbehave, such as status=503@2 or reset@3')
    .action(async (options: StartOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const { port, fault, ...prepare } = options;
      const prepared = await withProgress(runtime, (context) =>
        runJob('sandboxPrepare', prepare, jobEnvironment(globals, runtime), context),
      );
      const receiver = await startSandboxReceiver(dataFolder(globals, runtime), {
        port: port ?? 0,
        faults: fault ?? [],
      });
      try {
        const facts = { ...prepared, endpoint: receiver.endpoint, tokenEndpoint: receiver.tokenEndpoint };
        await writeOut(
          runtime.terminal,
          globals.json
            ? `${JSON.stringify(facts)}\n`
            : `SSD: ${prepared.database} (${children(prepared.children)})\nReceiver: ${receiver.endpoint}\nToken: ${receiver.tokenEndpoint}\n`,
        );
        say(runtime.terminal, 'The sandbox is running. Press Ctrl+C to stop it.');
        if (!runtime.signal.aborted) await once(runtime.signal, 'abort');
      } finally {
        await receiver.close();
      }
      finish(0);
    });

  sandbox
    .command('reset')
    .description('make the invented SSD and the receiver’s store anew; the audit trail stays')
    .option('--children <n>', 'invented children', parseCount(1, 1_000_000))
    .option('--seed <n>', 'the same seed makes the same children', parseCount(0))
    .option('--faulty', 'let some children break rules on purpose')
    .action(async (options: Omit<StartOptions, 'port' | 'fault'>, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const result = await withProgress(runtime, (context) =>
        runJob('sandboxPrepare', { ...options, reset: true }, jobEnvironment(globals, runtime), context),
      );
      await writeOut(
        runtime.terminal,
        globals.json
          ? `${JSON.stringify(result, null, 2)}\n`
          : `The sandbox is new: ${children(result.children)} in ${result.database}.\n`,
      );
      finish(0);
    });

  sandbox
    .command('advance')
    .description('change some invented children as days of work would')
    .option('--days <n>', 'how many days', parseCount(1, 3650), 1)
    .action(async (options: { days: number }, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const result = await withProgress(runtime, (context) =>
        runJob('sandboxAdvance', options, jobEnvironment(globals, runtime), context),
      );
      await writeOut(
        runtime.terminal,
        globals.json ? `${JSON.stringify(result, null, 2)}\n` : `Changed ${children(result.changed)}.\n`,
      );
      finish(0);
    });
};
