import { type Day, formatDay } from '../../core/rules/days.ts';
import { nextWeekday } from '../calendar.ts';
import { type ChildContext, codesOf } from './context.ts';

/** A referral episode of a story. `closed` is null while it is open. */
export interface Episode {
  readonly id: string;
  readonly start: Day;
  readonly closed: Day | null;
}

/** A period with an end, or null while it lasts. */
export interface Period {
  readonly start: Day;
  readonly end: Day | null;
}

export interface EpisodeFacts {
  readonly start: Day;
  readonly closed: Day | null;
  /** Closure reason; needed when closed. */
  readonly reason?: string;
  readonly noFurtherAction?: boolean;
}

const day = (value: Day | null): string | null => (value === null ? null : formatDay(value));

/** Adds a referral. */
export function addEpisode(child: ChildContext, facts: EpisodeFacts): Episode {
  const { random, personId } = child;
  const id = child.nextId('RF');
  const nfa = facts.noFurtherAction === true;
  const source = random.pick(codesOf('referral_source'));
  child.rows.add('ssd_cin_episodes', {
    cine_referral_id: id,
    cine_person_id: personId,
    cine_referral_date: formatDay(facts.start),
    cine_cin_primary_need_code: random.pick(codesOf('cin_primary_need')),
    cine_referral_source_code: source,
    cine_referral_outcome_json: JSON.stringify({ SINGLE_ASSESSMENT_FLAG: nfa ? 'N' : 'Y', NFA_FLAG: nfa ? 'Y' : 'N' }),
    cine_referral_nfa: nfa ? 'Y' : 'N',
    cine_close_reason: facts.closed === null ? null : (facts.reason ?? 'RC7'),
    cine_close_date: day(facts.closed),
    cine_referral_team: 'ASSESSMENT',
    cine_referral_worker_id: String(random.int(1, child.staff)),
  });
  return { id, start: facts.start, closed: facts.closed };
}

/** Adds an assessment that takes up to 45 days; it is still open when that reaches beyond the sandbox's day. */
export function addAssessment(
  child: ChildContext,
  episode: Episode,
  facts: { start: Day; factors?: readonly string[] },
): Day | null {
  const { random, asOf } = child;
  const authorised = facts.start + random.int(5, 45);
  const end = authorised > asOf ? null : authorised;
  const id = child.nextId('AS');
  child.rows.add('ssd_cin_assessments', {
    cina_assessment_id: id,
    cina_person_id: child.personId,
    cina_referral_id: episode.id,
    cina_assessment_start_date: formatDay(facts.start),
    cina_assessment_child_seen: 'Y',
    cina_assessment_auth_date: day(end),
    cina_assessment_outcome_json: JSON.stringify({ NFA_FLAG: 'N', TOTAL_NO_OF_OUTCOMES: 1 }),
    cina_assessment_outcome_nfa: 'N',
    cina_assessment_team: 'ASSESSMENT',
    cina_assessment_worker_id: String(random.int(1, child.staff)),
  });
  if (end !== null) addFactors(child, id, facts.factors ?? inventFactors(child));
  return end;
}

/** Some factors that may stand together. 9A is for unaccompanied asylum seekers alone, 21 stands by itself. */
export function inventFactors(child: ChildContext): string[] {
  return child.random.sample(codesOf('assessment_factor', '21', '9A'), child.random.int(1, 6));
}

function addFactors(child: ChildContext, assessmentId: string, factors: readonly string[]): void {
  child.rows.add('ssd_assessment_factors', {
    cinf_table_id: child.nextId('FA'),
    cinf_assessment_id: assessmentId,
    cinf_assessment_factors_json: factorsText(child, factors),
  });
}

/** A list of codes; some systems keep an object instead, whose values say which of its codes hold. */
function factorsText(child: ChildContext, factors: readonly string[]): string {
  if (!child.random.chance(0.05)) return JSON.stringify(factors);
  const others = codesOf('assessment_factor').filter((code) => !factors.includes(code));
  const held = factors.map((code) => [code, 'Yes'] as const);
  return JSON.stringify(Object.fromEntries([...held, [child.random.pick(others), 'No']]));
}

/** Adds a child in need plan. */
export function addNeedPlan(child: ChildContext, episode: Episode, plan: Period): void {
  child.rows.add('ssd_cin_plans', {
    cinp_cin_plan_id: child.nextId('CN'),
    cinp_referral_id: episode.id,
    cinp_person_id: child.personId,
    cinp_cin_plan_start_date: formatDay(plan.start),
    cinp_cin_plan_end_date: day(plan.end),
    cinp_cin_plan_team: 'FAMILY SUPPORT',
    cinp_cin_plan_worker_id: String(child.random.int(1, child.staff)),
  });
}

/**
 * Adds a Section 47 enquiry. With `conference`, an initial conference follows on a weekday within 15 working days,
 * unless that day has not come yet.
 * @returns the day of the conference, or null when there was none
 */
export function addEnquiry(
  child: ChildContext,
  episode: Episode,
  facts: { start: Day; conference: boolean },
): Day | null {
  const { random, asOf, personId } = child;
  const planned = nextWeekday(facts.start + random.int(6, 15));
  const held = facts.conference && planned <= asOf ? planned : null;
  const end = facts.start + random.int(4, 6);
  const id = child.nextId('SE');
  const flag = facts.conference ? 'Y' : 'N';
  child.rows.add('ssd_s47_enquiry', {
    s47e_s47_enquiry_id: id,
    s47e_referral_id: episode.id,
    s47e_person_id: personId,
    s47e_s47_start_date: formatDay(facts.start),
    s47e_s47_end_date: end > asOf ? null : formatDay(end),
    s47e_s47_nfa: facts.conference ? 'N' : 'Y',
    // Systems differ in how they write the outcomes: with and without spaces, first or last in the text.
    s47e_s47_outcome_json: random.chance(0.5)
      ? `{"NFA_FLAG":"${facts.conference ? 'N' : 'Y'}","CP_CONFERENCE_FLAG":"${flag}","TOTAL_NO_OF_OUTCOMES":1}`
      : `{ "CP_CONFERENCE_FLAG" : "${flag}", "MONITOR_FLAG" : null }`,
    s47e_s47_completed_by_team: 'ASSESSMENT',
    s47e_s47_completed_by_worker_id: String(random.int(1, child.staff)),
  });
  if (held === null) return null;
  child.rows.add('ssd_initial_cp_conference', {
    icpc_icpc_id: child.nextId('IC'),
    icpc_icpc_meeting_id: child.nextId('ME'),
    icpc_s47_enquiry_id: id,
    icpc_person_id: personId,
    icpc_referral_id: episode.id,
    icpc_icpc_transfer_in: 'N',
    icpc_icpc_target_date: formatDay(facts.start + 21),
    icpc_icpc_date: formatDay(held),
    icpc_icpc_outcome_cp_flag: 'Y',
    icpc_icpc_outcome_json: JSON.stringify({ CP_FLAG: 'Y' }),
    icpc_icpc_team: 'CONFERENCES',
    icpc_icpc_worker_id: String(random.int(1, child.staff)),
  });
  return held;
}

/** Adds a child protection plan. */
export function addProtectionPlan(child: ChildContext, episode: Episode, plan: Period): void {
  const category = child.random.pick(codesOf('cp_plan_category_text'));
  const conference = child.rows
    .of('ssd_initial_cp_conference')
    .find((row) => row.icpc_icpc_date === formatDay(plan.start));
  const id = child.nextId('CP');
  if (conference !== undefined) conference.icpc_cp_plan_id = id;
  child.rows.add('ssd_cp_plans', {
    cppl_cp_plan_id: id,
    cppl_referral_id: episode.id,
    cppl_icpc_id: conference?.icpc_icpc_id ?? null,
    cppl_person_id: child.personId,
    cppl_cp_plan_start_date: formatDay(plan.start),
    cppl_cp_plan_end_date: day(plan.end),
    cppl_cp_plan_ola: 'N',
    cppl_cp_plan_initial_category: category,
    cppl_cp_plan_latest_category: category,
  });
}

/** Adds workers who follow each other without a gap over the whole episode; the last stays while it is open. */
export function addWorkers(child: ChildContext, episode: Episode): void {
  const { random, asOf } = child;
  const last = episode.closed ?? asOf;
  let start = episode.start + random.int(0, 3);
  if (start >= last) return;
  const changes = last - start > 200 ? random.int(0, 3) : 0;
  const workers = random
    .sample([1, 2, 3, 4, 5, 6, 7, 8, 9], changes + 1)
    .map((n) => 1 + ((child.number * 7 + n) % child.staff));
  workers.forEach((worker, i) => {
    const final = i === workers.length - 1;
    const end = final ? episode.closed : start + Math.floor((last - start) / (workers.length - i)) - random.int(0, 9);
    addInvolvement(
      child,
      episode.id,
      worker,
      'CW',
      { start, end },
      i === 0 ? 'FCONTA' : random.pick(codesOf('worker_change_reason')),
    );
    // No day without a worker: the looked-after census asks who it was on 31 March.
    start = (end ?? asOf) + random.int(0, 1);
  });
  // Leaving care advisers and unregistered family support are no social workers: they must not be sent.
  if (random.chance(0.1))
    addInvolvement(child, episode.id, unregistered(child.staff), 'CW', { start, end: episode.closed }, null);
}

/** Number of the one worker who has no Social Work England registration. */
export function unregistered(staff: number): number {
  return staff + 1;
}

export function addInvolvement(
  child: ChildContext,
  episodeId: string,
  worker: number,
  role: string,
  period: Period,
  reason: string | null,
): void {
  child.rows.add('ssd_involvements', {
    invo_involvements_id: child.nextId('IN'),
    invo_professional_id: String(worker),
    invo_professional_role_id: role,
    invo_professional_team: 'FAMILY SUPPORT',
    invo_person_id: child.personId,
    invo_involvement_start_date: formatDay(period.start),
    invo_involvement_end_date: day(period.end),
    invo_worker_change_reason: reason,
    invo_referral_id: episodeId,
  });
}
