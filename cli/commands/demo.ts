import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { DataflowError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { defaultSpecVersion } from '../../core/payload/spec.ts';
import { createValidator } from '../../core/rules/validator.ts';
import type { JobEnvironment, JobInput, JobName, JobResult, SubmissionReport } from '../../jobs/contract.ts';
import { runJob } from '../../jobs/runJob.ts';
import { openSandbox, sandboxName } from '../../jobs/sandbox.ts';
import { compareWithReceiver, receiverSettings, startSandboxReceiver } from '../../jobs/sandboxReceiver.ts';
import { calendarDate } from '../../pipeline/extract/cohortWindow.ts';
import { parseCount } from '../arguments.ts';
import type { AddCommand } from '../command.ts';
import { dataFolder, type GlobalOptions, jobEnvironment, type Runtime, withProgress } from '../runtime.ts';
import { writeOut } from '../terminal.ts';
import { children, countOf, countsLine, problemLines } from '../words.ts';

/** What the demo found, for `--json`. */
interface DemoReport {
  readonly children: number;
  readonly problems: number;
  readonly rounds: readonly { readonly send: 'full' | 'delta'; readonly report: SubmissionReport }[];
  readonly receiverAgrees: boolean;
  readonly auditWhole: boolean;
}

/** Runs the jobs of the demo in a folder of its own, so that it never touches a real audit trail. */
class Demo {
  readonly #runtime: Runtime;
  readonly #environment: JobEnvironment;
  readonly #quiet: boolean;

  constructor(runtime: Runtime, environment: JobEnvironment, quiet: boolean) {
    this.#runtime = runtime;
    this.#environment = environment;
    this.#quiet = quiet;
  }

  job<N extends JobName>(name: N, input: JobInput<N>): Promise<JobResult<N>> {
    return withProgress(this.#runtime, (context) => runJob(name, input, this.#environment, context));
  }

  async title(text: string): Promise<void> {
    if (!this.#quiet) await writeOut(this.#runtime.terminal, `\n${text}\n`);
  }

  async lines(lines: readonly string[]): Promise<void> {
    if (!this.#quiet) await writeOut(this.#runtime.terminal, `${lines.map((line) => `  ${line}`).join('\n')}\n`);
  }
}

/** Breaks one code in a copy of an extracted child, to show what validation says about it. */
async function showMistake(demo: Demo, payloadFile: string): Promise<void> {
  const payload = JSON.parse(await readFile(payloadFile, 'utf8')) as JsonValue;
  const child = Array.isArray(payload) ? payload.find(isJsonObject) : undefined;
  const details = child?.child_details;
  if (!child || !isJsonObject(details)) return;
  const broken: JsonObject = { ...child, child_details: { ...details, ethnicity: 'wbri' } };
  const problems = createValidator({ spec: defaultSpecVersion, asOf: calendarDate(new Date()) }).validateChild(broken);
  await demo.lines(problems.map((p) => `${p.severity} ${p.code} at ${p.path.join('.')}: ${p.message}`));
}

function submissionLines(report: SubmissionReport): string[] {
  return [
    `${countOf(report.batches, 'batch', 'batches')}, ${countOf(report.accepted, 'receipt', 'receipts')}, rejected ${report.rejected.length}, blocked ${report.blocked.length}, settled without sending ${report.settled}.`,
  ];
}

async function runDemo(
  runtime: Runtime,
  environment: JobEnvironment,
  quiet: boolean,
  options: { readonly children: number; readonly seed: number },
): Promise<DemoReport> {
  const folder = environment.dataFolder;
  const receiver = await startSandboxReceiver(folder, { port: 0, faults: [] });
  try {
    // Set last and therefore winning over the environment: the demo talks to its own receiver only.
    const overrides = { ...receiverSettings(receiver), connection: sandboxName, table: 'anon', staging: 'database' };
    const demo = new Demo(runtime, { ...environment, overrides }, quiet);
    await demo.title(`1. Invent an SSD with ${children(options.children)} who do not exist`);
    await withProgress(runtime, (context) => openSandbox(folder, { ...options, reset: true }, context));
    await demo.lines([`The receiver listens at ${receiver.endpoint}`]);
    const rounds: { send: 'full' | 'delta'; report: SubmissionReport }[] = [];

    await demo.title('2. Extract and check the payload');
    const payloadFile = path.join(folder, 'payload.json');
    const extracted = await demo.job('extract', { out: payloadFile });
    await demo.lines([
      `Extracted ${children(extracted.children)}. ${extracted.consistency}`,
      ...problemLines(extracted.problems),
    ]);
    await demo.lines(['The same check on a copy with one code in lower case says:']);
    await showMistake(demo, payloadFile);

    await demo.title('3. Stage and send everything');
    const first = await demo.job('stage', {});
    await demo.lines([countsLine(first.counts)]);
    const full = await demo.job('submit', { mode: 'test', send: 'full' });
    rounds.push({ send: 'full', report: full });
    await demo.lines(submissionLines(full));

    await demo.title('4. A day passes');
    const advanced = await demo.job('sandboxAdvance', { days: 1 });
    const second = await demo.job('stage', {});
    await demo.lines([`${children(advanced.changed)} changed in the SSD.`, countsLine(second.counts)]);
    const changes = await demo.job('changes', {});
    await demo.lines(
      changes.children.slice(0, 5).map((one) => `${one.personId} ${one.state}: ${one.summary.join('; ')}`),
    );
    if (changes.children.length > 5) await demo.lines([`and ${children(changes.children.length - 5)} more`]);

    await demo.title('5. Send only what changed');
    const delta = await demo.job('submit', { mode: 'test', send: 'delta' });
    rounds.push({ send: 'delta', report: delta });
    await demo.lines(submissionLines(delta));

    await demo.title('6. Compare and verify');
    const comparison = await compareWithReceiver(folder, receiver, runtime.signal);
    const verified = await demo.job('auditVerify', {});
    await demo.lines([
      comparison.differing.length === 0
        ? `The receiver holds exactly the current payloads: ${children(comparison.compared)} compared, child for child.`
        : `The receiver differs for ${children(comparison.differing.length)}: ${comparison.differing.slice(0, 10).join(', ')}`,
      verified.firstBroken === null
        ? `The audit trail is whole: ${verified.submissions} submissions, ${verified.events} events.`
        : `The audit trail is broken at ${verified.firstBroken.file}, line ${verified.firstBroken.line}.`,
    ]);
    return {
      children: extracted.children,
      problems: extracted.problems.errors + extracted.problems.warnings,
      rounds,
      receiverAgrees: comparison.differing.length === 0,
      auditWhole: verified.firstBroken === null,
    };
  } finally {
    await receiver.close();
  }
}

/** `demo`: the whole flow on the sandbox. */
export const addDemoCommand: AddCommand = (program, runtime, finish) => {
  program
    .command('demo')
    .description('the whole flow on invented children: extract, stage, send, change, send the delta, compare, audit')
    .option('--children <n>', 'how many people to invent', parseCount(1, 1_000_000), 400)
    .option('--seed <n>', 'the same seed makes the same children', parseCount(0), 1)
    .action(async (options: { children: number; seed: number }, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const folder = path.join(dataFolder(globals, runtime), 'demo');
      await rm(folder, { recursive: true, force: true });
      const environment: JobEnvironment = {
        ...jobEnvironment(globals, runtime),
        // Nothing of the person's own configuration counts here: the demo talks to its own receiver only.
        workspaceFolder: null,
        dataFolder: folder,
      };
      const report = await runDemo(runtime, environment, globals.json === true, options);
      const clean =
        report.receiverAgrees &&
        report.auditWhole &&
        report.rounds.every((round) => round.report.outcome === 'completed');
      if (globals.json) await writeOut(runtime.terminal, `${JSON.stringify(report, null, 2)}\n`);
      else {
        const end = clean
          ? 'Done. Everything that was sent is accounted for.'
          : 'Not everything went as it should: see above.';
        await writeOut(runtime.terminal, `\n${end}\nPayload, audit trail and receiver store are in ${folder}\n`);
      }
      if (runtime.signal.aborted) throw new DataflowError('cancelled', 'Stopped because you cancelled it.');
      finish(clean ? 0 : 1);
    });
};
