import type { Command } from 'commander';
import { runJob } from '../../jobs/runJob.ts';
import type { PilotPhaseState } from '../../pipeline/submission/pilot.ts';
import { parseCount } from '../arguments.ts';
import type { AddCommand } from '../command.ts';
import { type GlobalOptions, jobEnvironment, withProgress } from '../runtime.ts';
import { writeOut } from '../terminal.ts';

const marks = { done: 'done', open: 'next', locked: 'later' } as const;

function phaseLine(phase: PilotPhaseState): string {
  const children = phase.children === 'one' ? 'one child' : 'many children';
  const proof = phase.submission === null ? '' : `  (submission ${phase.submission})`;
  return `${phase.phase}  ${marks[phase.state].padEnd(5)}  ${phase.mode}: ${phase.data} records, ${children}${proof}`;
}

/** `pilot` and `pilot record`: the five test phases of the pilot, proved by submissions of the audit trail. */
export const addPilotCommands: AddCommand = (program, runtime, finish) => {
  const show = async (globals: GlobalOptions, phases: readonly PilotPhaseState[]): Promise<void> => {
    const text = globals.json ? JSON.stringify(phases, null, 2) : phases.map(phaseLine).join('\n');
    await writeOut(runtime.terminal, `${text}\n`);
    finish(0);
  };
  const pilot = program.command('pilot').description('the five test phases of the pilot');

  pilot
    .command('show', { isDefault: true })
    .description('show the phases and how far they are')
    .action(async (_options: unknown, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      await show(
        globals,
        await withProgress(runtime, (context) => runJob('pilot', {}, jobEnvironment(globals, runtime), context)),
      );
    });

  pilot
    .command('record')
    .description('record that a submission completed a phase; the audit trail has to show that it did')
    .argument('<phase>', 'phase, 1 to 5', parseCount(1, 5))
    .argument('<submission>', 'id of the submission, as audit list prints it')
    .action(async (phase: number, submission: string, _options: unknown, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const input = { phase, submission };
      await show(
        globals,
        await withProgress(runtime, (context) => runJob('pilotDone', input, jobEnvironment(globals, runtime), context)),
      );
    });
};
