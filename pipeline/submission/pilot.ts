import type { TrailEntry } from '../audit/readTrail.ts';

/** The five test phases of the pilot, in order (protocol notes, section 9). */
export type PilotPhaseNumber = 1 | 2 | 3 | 4 | 5;

/** What has to be sent in a phase. */
export interface PilotPhase {
  readonly phase: PilotPhaseNumber;
  readonly data: 'invented' | 'scrambled' | 'real';
  readonly children: 'one' | 'many';
  readonly mode: 'test' | 'live';
}

export const pilotPhases: readonly PilotPhase[] = [
  { phase: 1, data: 'invented', children: 'one', mode: 'test' },
  { phase: 2, data: 'invented', children: 'many', mode: 'test' },
  { phase: 3, data: 'scrambled', children: 'one', mode: 'test' },
  { phase: 4, data: 'scrambled', children: 'many', mode: 'test' },
  { phase: 5, data: 'real', children: 'many', mode: 'live' },
];

/** A phase with how far it is. `open` is the one to do next; `locked` waits for those before it. */
export interface PilotPhaseState extends PilotPhase {
  readonly state: 'done' | 'open' | 'locked';
  /** The submission that completed it; null while it is not done. */
  readonly submission: string | null;
}

/**
 * How far the pilot is.
 * @param recorded submission ids by phase, as the audit trail notes them
 */
export function pilotStates(recorded: ReadonlyMap<number, string>): readonly PilotPhaseState[] {
  let open = true;
  return pilotPhases.map((phase) => {
    const submission = recorded.get(phase.phase) ?? null;
    const state = submission !== null ? 'done' : open ? 'open' : 'locked';
    if (submission === null) open = false;
    return { ...phase, state, submission };
  });
}

/** Why a submission does not complete a phase, as a sentence; null when it does. */
export function pilotObjection(phase: PilotPhase, entry: TrailEntry | undefined): string | null {
  if (entry === undefined) return 'The audit trail has no such submission.';
  if (entry.mode !== phase.mode) return `Phase ${phase.phase} needs a ${phase.mode} submission.`;
  if (entry.outcome !== 'completed') return 'The submission did not run to its end.';
  if (entry.rejected > 0) return 'The DfE rejected some of its children. Correct them and send them again.';
  if (phase.children === 'one' && entry.accepted !== 1) return `Phase ${phase.phase} is about exactly one child.`;
  if (phase.children === 'many' && entry.accepted < 2) return `Phase ${phase.phase} is about more than one child.`;
  return null;
}
