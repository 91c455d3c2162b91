import { addYears, formatDay, parseDay } from '../../core/rules/days.ts';
import { addPlacement } from '../generate/care.ts';
import { codesOf, personNumberOf } from '../generate/context.ts';
import { addAssessment, addEpisode, addInvolvement, addNeedPlan, addWorkers } from '../generate/episode.ts';
import { surnames } from '../generate/names.ts';
import { authorise, endPlacement, idOf } from './deadlines.ts';
import type { WorkingDay } from './workingDay.ts';

/** One kind of work on a child. False when the child's records have no room for it. */
export type Casework = (day: WorkingDay, personId: string) => boolean;

const moveHome: Casework = (day, personId) => {
  const child = day.child(personNumberOf(personId));
  day.run(
    'UPDATE ssd_address SET addr_address_end_date = ? WHERE addr_person_id = ? AND addr_address_end_date IS NULL',
    day.date,
    personId,
  );
  child.rows.add('ssd_address', {
    addr_table_id: child.nextId('AD'),
    addr_person_id: personId,
    addr_address_type: 'HOME',
    addr_address_start_date: day.date,
    addr_address_postcode: child.postcode(),
  });
  day.save(child);
  day.note('changed', personId, 'moved home');
  return true;
};

const changeName: Casework = (day, personId) => {
  const person = day.one('SELECT pers_surname FROM ssd_person WHERE pers_person_id = ?', personId);
  const others = surnames.filter((name) => name !== person?.pers_surname);
  day.run('UPDATE ssd_person SET pers_surname = ? WHERE pers_person_id = ?', day.random.pick(others), personId);
  day.note('changed', personId, 'changed the family name');
  return true;
};

const changeWorker: Casework = (day, personId) => {
  const open = day.one(
    `SELECT invo_involvements_id, invo_referral_id, invo_professional_id FROM ssd_involvements
     JOIN ssd_professionals ON prof_professional_id = invo_professional_id
     WHERE invo_person_id = ? AND invo_involvement_end_date IS NULL AND invo_involvement_start_date < ?
       AND prof_social_worker_registration_no IS NOT NULL`,
    personId,
    formatDay(day.today - 1),
  );
  if (open === undefined) return false;
  day.run(
    'UPDATE ssd_involvements SET invo_involvement_end_date = ? WHERE invo_involvements_id = ?',
    day.date,
    idOf(open.invo_involvements_id),
  );
  const child = day.child(personNumberOf(personId));
  const next = 1 + (Number(open.invo_professional_id) % child.staff);
  addInvolvement(child, idOf(open.invo_referral_id), next, 'CW', { start: day.today, end: null }, 'MANAGE');
  day.save(child);
  day.note('changed', personId, 'changed the worker');
  return true;
};

const finishAssessment: Casework = (day, personId) => {
  const open = day.one(
    `SELECT cina_assessment_id FROM ssd_cin_assessments
     WHERE cina_person_id = ? AND cina_assessment_auth_date IS NULL AND cina_assessment_start_date < ?`,
    personId,
    day.date,
  );
  if (open === undefined) return false;
  authorise(day, idOf(open.cina_assessment_id), personId);
  return true;
};

const addScore: Casework = (day, personId) => {
  const inCare = day.one(
    `SELECT 1 FROM ssd_cla_placement JOIN ssd_person ON pers_person_id = clap_person_id
     WHERE clap_person_id = ? AND clap_cla_placement_end_date IS NULL AND pers_dob BETWEEN ? AND ? AND NOT EXISTS
       (SELECT 1 FROM ssd_sdq_scores WHERE csdq_person_id = clap_person_id AND csdq_sdq_completed_date = ?)`,
    personId,
    formatDay(addYears(day.today, -17) + 1),
    formatDay(addYears(day.today, -5)),
    day.date,
  );
  if (inCare === undefined) return false;
  const child = day.child(personNumberOf(personId));
  child.rows.add('ssd_sdq_scores', {
    csdq_table_id: child.nextId('SQ'),
    csdq_person_id: personId,
    csdq_sdq_completed_date: day.date,
    csdq_sdq_score: day.random.int(0, 40),
  });
  day.save(child);
  day.note('added', personId, 'completed a questionnaire');
  return true;
};

const startNeedPlan: Casework = (day, personId) => {
  const free = day.one(
    `SELECT cine_referral_id FROM ssd_cin_episodes
     WHERE cine_person_id = ? AND cine_close_date IS NULL AND cine_referral_nfa = 'N' AND cine_referral_date < ?
       AND NOT EXISTS (SELECT 1 FROM ssd_cin_plans WHERE cinp_person_id = cine_person_id
                       AND (cinp_cin_plan_end_date IS NULL OR cinp_cin_plan_end_date >= ?))
       AND NOT EXISTS (SELECT 1 FROM ssd_cp_plans WHERE cppl_person_id = cine_person_id AND cppl_cp_plan_end_date IS NULL)
       AND NOT EXISTS (SELECT 1 FROM ssd_s47_enquiry WHERE s47e_person_id = cine_person_id AND s47e_s47_nfa = 'N'
                       AND s47e_s47_enquiry_id NOT IN (SELECT icpc_s47_enquiry_id FROM ssd_initial_cp_conference))`,
    personId,
    day.date,
    day.date,
  );
  if (free === undefined) return false;
  const child = day.child(personNumberOf(personId));
  const episode = { id: idOf(free.cine_referral_id), start: day.today, closed: null };
  addNeedPlan(child, episode, { start: day.today, end: null });
  day.save(child);
  day.note('added', personId, 'child in need plan started');
  return true;
};

const endNeedPlan: Casework = (day, personId) => {
  const ended = day.run(
    `UPDATE ssd_cin_plans SET cinp_cin_plan_end_date = ?
     WHERE cinp_person_id = ? AND cinp_cin_plan_end_date IS NULL AND cinp_cin_plan_start_date < ?`,
    day.date,
    personId,
    day.date,
  );
  if (ended > 0) day.note('changed', personId, 'child in need plan ended');
  return ended > 0;
};

const movePlacement: Casework = (day, personId) => {
  const open = day.one(
    `SELECT clap_cla_placement_id, clap_cla_id, clae_referral_id, clae_entered_care_date FROM ssd_cla_placement
     JOIN ssd_cla_episodes ON clae_cla_placement_id = clap_cla_placement_id AND clae_cla_episode_ceased_date IS NULL
     WHERE clap_person_id = ? AND clap_cla_placement_end_date IS NULL AND clap_cla_placement_start_date < ?
       AND clap_cla_placement_type NOT LIKE 'A%' AND clap_cla_placement_type NOT LIKE 'T%'
       AND clae_cla_episode_start_date < ?`,
    personId,
    formatDay(day.today - 20),
    day.date,
  );
  if (open === undefined) return false;
  endPlacement(day, idOf(open.clap_cla_placement_id), 'X1', 'OTHER');
  const child = day.child(personNumberOf(personId));
  const episode = { id: idOf(open.clae_referral_id), start: day.today, closed: null };
  const entered = parseDay(idOf(open.clae_entered_care_date)) ?? day.today;
  addPlacement(
    child,
    episode,
    idOf(open.clap_cla_id),
    {
      start: day.today,
      end: null,
      type: 'U6',
      postcode: child.postcode(),
      startReason: 'P',
      endReason: null,
      changeReason: null,
    },
    entered,
  );
  day.save(child);
  day.note('added', personId, 'moved to another placement');
  return true;
};

/** A child who was known before is referred again. */
const referAgain: Casework = (day, personId) => {
  const known = day.one(
    `SELECT 1 FROM ssd_person
     WHERE pers_person_id = ? AND pers_dob > ? AND pers_death_date IS NULL
       AND COALESCE(pers_upn_unknown, '') <> 'UN7' AND COALESCE(pers_upn, '') <> 'UN7'
       AND EXISTS (SELECT 1 FROM ssd_cin_episodes WHERE cine_person_id = pers_person_id)
       AND NOT EXISTS (SELECT 1 FROM ssd_cin_episodes WHERE cine_person_id = pers_person_id
                       AND (cine_close_date IS NULL OR cine_close_date >= ? OR cine_close_reason IN ('RC1', 'RC2')))
       AND NOT EXISTS (SELECT 1 FROM ssd_cla_episodes WHERE clae_person_id = pers_person_id
                       AND clae_cla_episode_ceased_reason IN ('E2', 'E15'))`,
    personId,
    formatDay(addYears(day.today, -17)),
    day.date,
  );
  if (known === undefined) return false;
  const child = day.child(personNumberOf(personId));
  const episode = addEpisode(child, { start: day.today, closed: null });
  addAssessment(child, episode, { start: day.today });
  addWorkers(child, episode);
  day.save(child);
  day.note('added', personId, 'referred again');
  return true;
};

/** A case without anything else open closes today. */
const closeCase: Casework = (day, personId) => {
  const open = day.one(
    `SELECT cine_referral_id FROM ssd_cin_episodes
     WHERE cine_person_id = ? AND cine_close_date IS NULL AND cine_referral_nfa = 'N' AND cine_referral_date < ?
       AND EXISTS (SELECT 1 FROM ssd_cin_assessments WHERE cina_referral_id = cine_referral_id)
       AND NOT EXISTS (SELECT 1 FROM ssd_cin_assessments WHERE cina_referral_id = cine_referral_id
                       AND cina_assessment_auth_date IS NULL)
       AND NOT EXISTS (SELECT 1 FROM ssd_cin_plans WHERE cinp_person_id = cine_person_id AND cinp_cin_plan_end_date IS NULL)
       AND NOT EXISTS (SELECT 1 FROM ssd_cp_plans WHERE cppl_person_id = cine_person_id AND cppl_cp_plan_end_date IS NULL)
       AND NOT EXISTS (SELECT 1 FROM ssd_s47_enquiry WHERE s47e_referral_id = cine_referral_id)
       AND NOT EXISTS (SELECT 1 FROM ssd_cla_placement WHERE clap_person_id = cine_person_id)
       AND NOT EXISTS (SELECT 1 FROM ssd_involvements WHERE invo_referral_id = cine_referral_id
                       AND invo_involvement_end_date IS NULL AND invo_involvement_start_date >= ?)`,
    personId,
    day.date,
    day.date,
  );
  if (open === undefined) return false;
  const id = idOf(open.cine_referral_id);
  day.run(
    `UPDATE ssd_cin_episodes SET cine_close_date = ?, cine_close_reason = 'RC7' WHERE cine_referral_id = ?`,
    day.date,
    id,
  );
  day.run(
    'UPDATE ssd_involvements SET invo_involvement_end_date = ? WHERE invo_referral_id = ? AND invo_involvement_end_date IS NULL',
    day.date,
    id,
  );
  day.note('changed', personId, 'case closed');
  return true;
};

const addDisability: Casework = (day, personId) => {
  const born = day.one('SELECT 1 FROM ssd_person WHERE pers_person_id = ? AND pers_dob IS NOT NULL', personId);
  const held = day.all('SELECT disa_disability_code FROM ssd_disability WHERE disa_person_id = ?', personId);
  const known = new Set(held.map((row) => row.disa_disability_code));
  const free = codesOf('disability', 'NONE').filter((code) => !known.has(code));
  if (born === undefined || known.size > 3) return false;
  const child = day.child(personNumberOf(personId));
  day.run(`DELETE FROM ssd_disability WHERE disa_person_id = ? AND disa_disability_code = 'NONE'`, personId);
  child.rows.add('ssd_disability', {
    disa_table_id: child.nextId('DI'),
    disa_person_id: personId,
    disa_disability_code: day.random.pick(free),
  });
  day.save(child);
  day.note('changed', personId, 'disability recorded');
  return true;
};

const removeNeedPlan: Casework = (day, personId) => {
  const plan = day.one('SELECT MAX(cinp_cin_plan_id) AS id FROM ssd_cin_plans WHERE cinp_person_id = ?', personId);
  if (typeof plan?.id !== 'string') return false;
  day.run('DELETE FROM ssd_cin_plans WHERE cinp_cin_plan_id = ?', plan.id);
  day.note('removed', personId, 'child in need plan removed, recorded in error');
  return true;
};

const removeScores: Casework = (day, personId) => {
  const removed = day.run(
    'DELETE FROM ssd_sdq_scores WHERE csdq_person_id = ? AND csdq_sdq_score IS NOT NULL',
    personId,
  );
  if (removed > 0) day.note('removed', personId, 'questionnaire scores removed, recorded in error');
  return removed > 0;
};

/** An enquiry that led to no conference, so that nothing else rests on it. */
const removeEnquiry: Casework = (day, personId) => {
  const removed = day.run(`DELETE FROM ssd_s47_enquiry WHERE s47e_person_id = ? AND s47e_s47_nfa = 'Y'`, personId);
  if (removed > 0) day.note('removed', personId, 'Section 47 enquiry removed, recorded in error');
  return removed > 0;
};

/** A closed referral, with all that hangs on it, of somebody who has another. */
const removeReferral: Casework = (day, personId) => {
  const closed = day.one(
    `SELECT MIN(cine_referral_id) AS id FROM ssd_cin_episodes
     WHERE cine_person_id = ? AND cine_close_date IS NOT NULL
       AND EXISTS (SELECT 1 FROM ssd_cin_episodes other WHERE other.cine_person_id = ssd_cin_episodes.cine_person_id
                   AND other.cine_referral_date > ssd_cin_episodes.cine_referral_date)
       AND NOT EXISTS (SELECT 1 FROM ssd_cla_episodes WHERE clae_referral_id = cine_referral_id)
       AND NOT EXISTS (SELECT 1 FROM ssd_cp_plans WHERE cppl_referral_id = cine_referral_id)`,
    personId,
  );
  if (typeof closed?.id !== 'string') return false;
  day.run(
    `DELETE FROM ssd_assessment_factors WHERE cinf_assessment_id IN
       (SELECT cina_assessment_id FROM ssd_cin_assessments WHERE cina_referral_id = ?)`,
    closed.id,
  );
  for (const [table, column] of hangingOnReferral) day.run(`DELETE FROM ${table} WHERE ${column} = ?`, closed.id);
  day.note('removed', personId, 'referral removed, recorded in error');
  return true;
};

/** Tables and columns that belong to a referral, which goes last. */
const hangingOnReferral = [
  ['ssd_cin_assessments', 'cina_referral_id'],
  ['ssd_cin_plans', 'cinp_referral_id'],
  ['ssd_s47_enquiry', 's47e_referral_id'],
  ['ssd_involvements', 'invo_referral_id'],
  ['ssd_cin_episodes', 'cine_referral_id'],
] as const;

const removeCareLeaver: Casework = (day, personId) => {
  const removed = day.run('DELETE FROM ssd_care_leavers WHERE clea_person_id = ?', personId);
  if (removed > 0) day.note('removed', personId, 'care leaver record removed');
  return removed > 0;
};

/** What changes something that a payload holds, what adds an element to it, and what takes one away. */
export const caseworkByKind: Readonly<Record<'changed' | 'added' | 'removed', readonly Casework[]>> = {
  changed: [moveHome, changeWorker, finishAssessment, changeName, endNeedPlan, addDisability, closeCase],
  added: [addScore, startNeedPlan, referAgain, movePlacement],
  removed: [removeNeedPlan, removeScores, removeEnquiry, removeReferral, removeCareLeaver],
};
