import { DataflowError } from '../core/errors.ts';
import { listSubmissions, readNotes } from '../pipeline/audit/readTrail.ts';
import { durableFiles } from '../pipeline/files/durableFiles.ts';
import { type PilotPhaseState, pilotObjection, pilotPhases, pilotStates } from '../pipeline/submission/pilot.ts';
import type { JobFunction } from './jobFunction.ts';
import { auditFolder, type JobScope } from './scope.ts';
import { openTrail } from './trail.ts';

const noteName = 'pilot-phase';

async function states(scope: JobScope): Promise<readonly PilotPhaseState[]> {
  const recorded = new Map<number, string>();
  for (const { phase, submission } of await readNotes(auditFolder(scope), noteName, durableFiles)) {
    if (typeof phase === 'number' && typeof submission === 'string') recorded.set(phase, submission);
  }
  return pilotStates(recorded);
}

/** How far the pilot's five phases are. */
export const pilotJob: JobFunction<'pilot'> = (_input, scope) => states(scope);

/** Records in the audit trail that a submission completed a phase. */
export const pilotDoneJob: JobFunction<'pilotDone'> = async (input, scope) => {
  const phase = pilotPhases.find((one) => one.phase === input.phase);
  if (phase === undefined) throw new DataflowError('usage', 'The pilot has the phases 1 to 5. Nothing was recorded.');
  const state = (await states(scope)).find((one) => one.phase === input.phase)?.state;
  if (state === 'locked') {
    throw new DataflowError('refused', `Phase ${input.phase} waits for the phases before it. Nothing was recorded.`);
  }
  const entries = await listSubmissions(auditFolder(scope), durableFiles);
  const objection = pilotObjection(
    phase,
    entries.find((entry) => entry.id === input.submission),
  );
  if (objection !== null) throw new DataflowError('refused', `${objection} Phase ${input.phase} was not recorded.`);
  await openTrail(scope).note(noteName, { phase: phase.phase, submission: input.submission });
  return states(scope);
};
