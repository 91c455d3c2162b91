import path from 'node:path';
import * as vscode from 'vscode';
import type { SubmissionReport, SubmitInput } from '../../jobs/contract.ts';
import type { PilotPhaseState } from '../../pipeline/submission/pilot.ts';
import type { Ctx } from '../ctx.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';
import { planAndSubmit } from './submitPayload.ts';

const icons = { done: '$(pass)', open: '$(circle-large-outline)', locked: '$(lock)' } as const;

function titleOf(phase: PilotPhaseState): string {
  switch (phase.phase) {
    case 1:
      return vscode.l10n.t('Phase 1: one invented child to the test service');
    case 2:
      return vscode.l10n.t('Phase 2: many invented children to the test service');
    case 3:
      return vscode.l10n.t('Phase 3: one scrambled child to the test service');
    case 4:
      return vscode.l10n.t('Phase 4: many scrambled children to the test service');
    case 5:
      return vscode.l10n.t('Phase 5: real children to the live service');
  }
}

function stateOf(phase: PilotPhaseState): string {
  if (phase.state === 'done') return vscode.l10n.t('Done with submission {0}', phase.submission ?? '');
  return phase.state === 'open' ? vscode.l10n.t('Next') : vscode.l10n.t('Waits for the phases before it');
}

/** What to send for a phase; undefined when the person cancelled, or when there is nobody to send. */
async function inputFor(ctx: Ctx, phase: PilotPhaseState): Promise<SubmitInput | undefined> {
  const source = ctx.source();
  if (phase.data === 'real') return { ...source, mode: 'live' };
  if (phase.data === 'invented') {
    if (phase.children === 'many') return { ...source, mode: 'test' };
    const changes = await ctx.runJob('changes', source, vscode.l10n.t('Choosing a child'));
    const first = changes.children.find((child) => child.errors === 0 && child.heldBack === null);
    if (first !== undefined) return { ...source, mode: 'test', personIds: [first.personId] };
    notify(vscode.l10n.t('No child waits to be sent. Preview the delta first, which stages the extract.'));
    return undefined;
  }
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Choose the payload to scramble'),
      filters: { JSON: ['json'] },
    })) ?? [];
  if (file === undefined) return undefined;
  const { dir, name } = path.parse(file.fsPath);
  const out = path.join(dir, `${name}.scrambled.json`);
  await ctx.runJob('scramble', { file: file.fsPath, out }, vscode.l10n.t('Scrambling'));
  const input: SubmitInput = { ...source, mode: 'test', file: out };
  if (phase.children === 'many') return input;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(out)));
  const children: unknown = JSON.parse(text);
  const first: unknown = Array.isArray(children) ? children[0] : undefined;
  const id = typeof first === 'object' && first !== null && 'la_child_id' in first ? first.la_child_id : undefined;
  return typeof id === 'string' ? { ...input, personIds: [id] } : undefined;
}

function isReport(value: unknown): value is SubmissionReport {
  return typeof value === 'object' && value !== null && 'accepted' in value && 'outcome' in value;
}

/** The pilot's five test phases in order: shows how far they are, runs the next one and records it in the trail. */
export const pilotPhases: Command = {
  needsTrust: true,
  run: async (ctx) => {
    const phases = await ctx.runJob('pilot', {}, vscode.l10n.t('Reading the audit trail'));
    const picked = await vscode.window.showQuickPick(
      phases.map((phase) => ({ label: `${icons[phase.state]} ${titleOf(phase)}`, detail: stateOf(phase), phase })),
      { title: vscode.l10n.t('Pilot Phases'), placeHolder: vscode.l10n.t('Choose the next phase to run it') },
    );
    if (picked === undefined) return phases;
    if (picked.phase.state === 'locked') {
      notify(vscode.l10n.t('This phase waits for the phases before it. Nothing was sent.'));
      return phases;
    }
    const input = await inputFor(ctx, picked.phase);
    if (input === undefined) return phases;
    const report = await planAndSubmit(ctx, input, false);
    if (!isReport(report) || report.outcome !== 'completed' || report.accepted === 0) return phases;
    const done = { phase: picked.phase.phase, submission: report.id };
    return await ctx.runJob('pilotDone', done, vscode.l10n.t('Recording the phase'));
  },
};
