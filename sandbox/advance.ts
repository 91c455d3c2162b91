import type { DatabaseSync } from 'node:sqlite';
import { DataflowError } from '../core/errors.ts';
import { formatDay } from '../core/rules/days.ts';
import { caseworkByKind } from './advance/casework.ts';
import { comeBack, leave } from './advance/comingAndGoing.ts';
import { keepDeadlines } from './advance/deadlines.ts';
import { type ChangeKind, type SandboxEvent, WorkingDay } from './advance/workingDay.ts';
import { dayOf } from './calendar.ts';
import { generateChild } from './generate/child.ts';
import { personIdOf } from './generate/context.ts';
import { openSqlite, storageFailure } from './sqlite.ts';
import { readState, type SandboxState, writeState } from './state.ts';

export interface AdvanceOptions {
  /** Days to go on, from 1. */
  readonly days: number;
  readonly seed: number;
}

/** What happened in a sandbox over some days. */
export interface AdvanceReport {
  /** The day that the sandbox is at now, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly counts: Readonly<Record<ChangeKind, number>>;
  readonly events: readonly SandboxEvent[];
}

/** Part of the children that somebody works on in one day. */
const workedOnInADay = 0.01;
/** Least pieces of work of each kind in one day, so that a small sandbox shows all kinds. */
const leastOfEachKind = 2;

/**
 * Lets days pass in a sandbox database: children are referred, move, get and lose plans, leave the cohort and come
 * back, as a day's work would have it. The same database, days and seed give the same result. All of it is stored or
 * nothing. Rejects with a DataflowError: `usage` for less than one day, `input` when the file is no sandbox database,
 * `storage` when it cannot be opened.
 */
export async function advanceSandbox(file: string, options: AdvanceOptions): Promise<AdvanceReport> {
  if (!Number.isInteger(options.days) || options.days < 1) {
    throw new DataflowError('usage', 'The sandbox can go on by one day or more. Nothing was changed.');
  }
  const database = await openSqlite(file);
  try {
    return advance(database, file, options);
  } catch (error) {
    throw storageFailure(
      error,
      `The sandbox database "${file}" could not be changed. Nothing was changed. Check the free disk space and that no other program is writing to it.`,
    );
  } finally {
    database.close();
  }
}

function advance(database: DatabaseSync, file: string, options: AdvanceOptions): AdvanceReport {
  let state = readState(database, file);
  const events: SandboxEvent[] = [];
  const firstDay = dayOf(state.asOf) + 1;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (let today = firstDay; today < firstDay + options.days; today++) {
      const day = new WorkingDay(database, today, options.seed, state.staff);
      state = { ...state, asOf: formatDay(today) };
      keepDeadlines(day);
      state = receiveNewChildren(day, state);
      doCasework(day, state);
      // Nobody comes back whom this very call sent away: that would look as if nothing had happened.
      if (today === firstDay) comeBack(day, pieces(state) / leastOfEachKind);
      leave(day, pieces(state) / leastOfEachKind);
      events.push(...day.events);
    }
    writeState(database, state);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
  const counts: Record<ChangeKind, number> = { new: 0, changed: 0, added: 0, removed: 0, left: 0, returned: 0 };
  for (const event of events) counts[event.kind]++;
  return { asOf: state.asOf, counts, events };
}

/** Pieces of work of one kind in a day. */
function pieces(state: SandboxState): number {
  const kinds = Object.keys(caseworkByKind).length + 2;
  return Math.max(leastOfEachKind, Math.round((state.children * workedOnInADay) / kinds));
}

function receiveNewChildren(day: WorkingDay, state: SandboxState): SandboxState {
  const last = state.children + pieces(state);
  for (let number = state.children + 1; number <= last; number++) {
    day.writer.writeChild(generateChild({ seed: state.seed, number, asOf: day.today, staff: state.staff }));
    day.note('new', personIdOf(number), 'new to the authority');
  }
  return { ...state, children: last };
}

function doCasework(day: WorkingDay, state: SandboxState): void {
  const busy = new Set<string>();
  for (const work of Object.values(caseworkByKind)) {
    let done = 0;
    // Many children have no room for a piece of work; the limit ends the search in a sandbox that has none at all.
    for (let tries = 0; done < pieces(state) && tries < 400 * pieces(state); tries++) {
      const personId = personIdOf(day.random.int(1, state.children));
      if (busy.has(personId)) continue;
      const present = day.one('SELECT 1 FROM ssd_person WHERE pers_person_id = ?', personId);
      if (present === undefined || !day.random.pick(work)(day, personId)) continue;
      busy.add(personId);
      done++;
    }
  }
}
