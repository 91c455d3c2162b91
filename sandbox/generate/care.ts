import { addYears, type Day, formatDay } from '../../core/rules/days.ts';
import { ageOn } from '../calendar.ts';
import { type ChildContext, codesOf } from './context.ts';
import type { Episode } from './episode.ts';

/** A care period to invent. The first placement always reaches into the cohort window when the last one does. */
export interface CareFacts {
  readonly birth: Day;
  readonly start: Day;
  readonly end: Day | null;
  /** Why care ended; needed with an end. */
  readonly endReason?: string;
  /** Type of the last placement, for the stories that need one (adoption, special guardianship). */
  readonly lastType?: string;
  /** Day on which the last placement starts. */
  readonly lastStart?: Day;
}

/** One placement as a story has it. */
export interface Placement {
  start: Day;
  end: Day | null;
  type: string;
  postcode: string;
  startReason: string;
  endReason: string | null;
  changeReason: string | null;
}

const temporary = ['T0', 'T1', 'T2', 'T3', 'T4'];
/** Longest stay in days (census rules 375, 376 and 379; the others have no limit of their own). */
const longestStay: Readonly<Record<string, number>> = { T1: 42, T3: 21, T4: 7 };
/** Youngest age in full years at the start of a placement (census rules 371 to 374). */
const youngest: Readonly<Record<string, number>> = { K3: 16, R5: 10, S1: 4, P3: 14 };
/** First day on which a placement code could be recorded, for codes that replaced others. */
const codeSince: Readonly<Record<string, string>> = {
  K3: '2024-04-01',
  Z11: '2025-04-01',
  Z12: '2025-04-01',
  Z13: '2025-04-01',
  Z14: '2025-04-01',
};
const adoptive = ['A3', 'A4', 'A5', 'A6'];

/**
 * Adds placements and their looked-after episodes, one after another without a gap.
 * @returns id of the care period, and the placements
 */
export function addCare(
  child: ChildContext,
  episode: Episode,
  facts: CareFacts,
): { id: string; placements: readonly Placement[] } {
  const placements = inventPlacements(child, facts);
  const id = child.nextId('LA');
  for (const placement of placements) addPlacement(child, episode, id, placement, facts.start);
  return { id, placements };
}

function inventPlacements(child: ChildContext, facts: CareFacts): Placement[] {
  const { random, asOf, windowStart } = child;
  const last = facts.end ?? asOf;
  // Changes fall into the window, so that the first placement is sent with the others or none is.
  const from = Math.max(facts.start, windowStart);
  const latest = (facts.lastStart ?? last) - 10;
  const changes = latest - from > 120 ? random.int(0, 3) : 0;
  const starts = new Set<Day>([facts.start]);
  for (let i = 0; i < changes; i++) starts.add(random.int(from + 10, latest));
  if (facts.lastStart !== undefined) starts.add(facts.lastStart);
  const placements: Placement[] = [];
  const days = [...starts].sort((a, b) => a - b);
  days.forEach((start, i) => {
    const next = days[i + 1];
    const wanted = next === undefined ? facts.lastType : undefined;
    const before = placements.at(-1);
    // A new legal status is sometimes recorded as a new placement in the same place.
    const samePlace = before !== undefined && wanted === undefined && random.chance(0.1) ? before : undefined;
    if (samePlace !== undefined) samePlace.changeReason = null;
    const type = samePlace?.type ?? wanted ?? inventType(child, facts.birth, start);
    placements.push({
      start,
      end: next ?? facts.end,
      type,
      postcode: samePlace?.postcode ?? child.postcode(),
      startReason: before === undefined ? 'S' : samePlace === undefined ? inventStartReason(child, type) : 'L',
      endReason: next === undefined ? (facts.endReason ?? null) : 'X1',
      changeReason: next === undefined ? null : inventChangeReason(child, facts.birth, start),
    });
  });
  return addTemporaryStay(child, placements);
}

/** Puts a short stay elsewhere into the middle of a long placement, after which the child returns to the same carer. */
function addTemporaryStay(child: ChildContext, placements: Placement[]): Placement[] {
  const { random, asOf } = child;
  if (!random.chance(0.15)) return placements;
  const index = placements.findIndex(
    (p) => (p.end ?? asOf) - Math.max(p.start, child.windowStart) > 120 && !adoptive.includes(p.type),
  );
  const host = placements[index];
  if (host === undefined) return placements;
  const type = random.pick(temporary);
  const start = Math.max(host.start, child.windowStart) + random.int(20, 60);
  const end = start + random.int(2, longestStay[type] ?? 20);
  const stay = {
    ...host,
    start,
    end,
    type,
    postcode: child.postcode(),
    startReason: 'P',
    endReason: 'X1',
    changeReason: null,
  };
  const before = { ...host, end: start, endReason: 'X1', changeReason: null };
  const after = { ...host, start: end, startReason: 'P' };
  return [...placements.slice(0, index), before, stay, after, ...placements.slice(index + 1)];
}

function inventType(child: ChildContext, birth: Day, start: Day): string {
  const age = ageOn(birth, start);
  const types = codesOf('placement_type', ...temporary, ...adoptive).filter(
    (type) => age >= (youngest[type] ?? 0) && formatDay(start) >= (codeSince[type] ?? ''),
  );
  return child.random.chance(0.5) ? child.random.pick(types) : child.random.pick(['U1', 'U2', 'U3', 'U4', 'U5', 'U6']);
}

/** Why a placement follows another. Adoption by the current foster carer keeps the carer. */
function inventStartReason(child: ChildContext, type: string): string {
  const sameCarer = type === 'A3' || type === 'A5';
  return child.random.pick(sameCarer ? ['T', 'U'] : ['P', 'P', 'P', 'B', 'T', 'U']);
}

function inventChangeReason(child: ChildContext, birth: Day, start: Day): string {
  return child.random.pick(codesOf('placement_change_reason', ...(ageOn(birth, start) < 10 ? ['CUSTOD'] : [])));
}

/** Adds a placement with its looked-after episodes. @param entered first day of the care period */
export function addPlacement(
  child: ChildContext,
  episode: Episode,
  careId: string,
  placement: Placement,
  entered: Day,
): void {
  const { random, personId, rows } = child;
  const id = child.nextId('PL');
  const end = placement.end === null ? null : formatDay(placement.end);
  rows.add('ssd_cla_placement', {
    clap_cla_placement_id: id,
    clap_cla_id: careId,
    clap_person_id: personId,
    clap_cla_placement_start_date: formatDay(placement.start),
    clap_cla_placement_type: placement.type,
    clap_cla_placement_urn: `SC${random.int(100_000, 999_999)}`,
    clap_cla_placement_distance: random.int(1, 400) / 10,
    clap_cla_placement_provider: random.pick(codesOf('placement_provider')),
    clap_cla_placement_postcode: placement.postcode,
    clap_cla_placement_end_date: end,
    clap_cla_placement_change_reason: placement.changeReason,
  });
  const add = (start: Day, startReason: string, ceased: string | null, ceasedReason: string | null) =>
    rows.add('ssd_cla_episodes', {
      clae_cla_episode_id: child.nextId('LE'),
      clae_person_id: personId,
      clae_cla_placement_id: id,
      clae_cla_episode_start_date: formatDay(start),
      clae_cla_episode_start_reason: startReason,
      clae_cla_primary_need_code: random.pick(codesOf('cin_primary_need')),
      clae_cla_episode_ceased_date: ceased,
      clae_cla_episode_ceased_reason: ceasedReason,
      clae_cla_id: careId,
      clae_referral_id: episode.id,
      clae_entered_care_date: formatDay(entered),
    });
  const length = (placement.end ?? child.asOf) - placement.start;
  if (length > 60 && random.chance(0.2)) {
    // A new legal status starts a new episode inside the same placement.
    const change = placement.start + random.int(10, length - 10);
    add(placement.start, placement.startReason, formatDay(change), 'X1');
    add(change, 'L', end, placement.endReason);
  } else add(placement.start, placement.startReason, end, placement.endReason);
}

/** A reason for leaving care that fits the child's age and last placement. */
export function leavingReason(child: ChildContext, birth: Day, end: Day): string {
  const age = ageOn(birth, end);
  const reasons = ['E3', 'E4A', 'E4A', 'E4B', 'E8', 'E13', 'E16', 'E41', 'E47', 'E48'];
  if (age >= 10) reasons.push('E9', 'E9', 'E14', 'E14');
  if (age >= 14) reasons.push('E5', 'E6');
  if (age >= 16) reasons.push('E7');
  if (end >= addYears(birth, 18)) return child.random.pick(['E17', 'E5', 'E6', 'E7', 'E8']);
  return child.random.pick(reasons);
}

/** Adds questionnaire scores at different dates of a care period, for the ages at which they are asked for. */
export function addScores(child: ChildContext, birth: Day, start: Day, end: Day | null): void {
  const { random, asOf, windowStart } = child;
  const first = Math.max(start, windowStart, addYears(birth, 5));
  const last = Math.min(end ?? asOf, addYears(birth, 17) - 1);
  for (let date = first + random.int(0, 90); date <= last; date += random.int(200, 400)) {
    const refused = random.chance(0.1);
    child.rows.add('ssd_sdq_scores', {
      csdq_table_id: child.nextId('SQ'),
      csdq_person_id: child.personId,
      csdq_sdq_completed_date: formatDay(date),
      csdq_sdq_score: refused ? null : random.int(0, 40),
      csdq_sdq_reason: refused ? random.pick(codesOf('sdq_reason')) : null,
    });
  }
}
