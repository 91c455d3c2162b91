import { addYears, formatDay, weekday } from '../../core/rules/days.ts';
import { personNumberOf } from '../generate/context.ts';
import { addProtectionPlan, inventFactors } from '../generate/episode.ts';
import { firstNames } from '../generate/names.ts';
import type { CellValue } from '../schema.ts';
import type { WorkingDay } from './workingDay.ts';

/** Everything that the calendar brings, so that records stay within the time limits of the rules. */
export function keepDeadlines(day: WorkingDay): void {
  giveBirth(day);
  authoriseAssessments(day);
  endEnquiries(day);
  holdConferences(day);
  endCareAtEighteen(day);
}

/** Children who were due are born, on the day they were due. */
function giveBirth(day: WorkingDay): void {
  const due = day.all(
    'SELECT pers_person_id FROM ssd_person WHERE pers_dob IS NULL AND pers_expected_dob <= ? ORDER BY pers_person_id',
    day.date,
  );
  for (const { pers_person_id } of due) {
    day.run(
      `UPDATE ssd_person SET pers_dob = pers_expected_dob, pers_forename = ?, pers_sex = ?, pers_upn_unknown = 'UN1'
       WHERE pers_person_id = ?`,
      day.random.pick(firstNames),
      day.random.pick(['M', 'F']),
      idOf(pers_person_id),
    );
    day.note('changed', String(pers_person_id), 'was born');
  }
}

/** Assessments are authorised before the 45 working days are over. */
function authoriseAssessments(day: WorkingDay): void {
  const rows = day.all(
    `SELECT cina_assessment_id, cina_person_id FROM ssd_cin_assessments
     WHERE cina_assessment_auth_date IS NULL AND cina_assessment_start_date <= ? ORDER BY cina_assessment_id`,
    formatDay(day.today - 40),
  );
  for (const row of rows) authorise(day, idOf(row.cina_assessment_id), idOf(row.cina_person_id));
}

/** Authorises an open assessment today, with factors. */
export function authorise(day: WorkingDay, assessmentId: string, personId: string): void {
  const child = day.child(personNumberOf(personId));
  day.run(
    'UPDATE ssd_cin_assessments SET cina_assessment_auth_date = ? WHERE cina_assessment_id = ?',
    day.date,
    assessmentId,
  );
  child.rows.add('ssd_assessment_factors', {
    cinf_table_id: child.nextId('FA'),
    cinf_assessment_id: assessmentId,
    cinf_assessment_factors_json: JSON.stringify(inventFactors(child)),
  });
  day.save(child);
  day.note('changed', personId, 'assessment authorised');
}

function endEnquiries(day: WorkingDay): void {
  const rows = day.all(
    `SELECT s47e_s47_enquiry_id, s47e_person_id FROM ssd_s47_enquiry
     WHERE s47e_s47_end_date IS NULL AND s47e_s47_start_date <= ? ORDER BY s47e_s47_enquiry_id`,
    formatDay(day.today - 6),
  );
  for (const row of rows) {
    day.run(
      'UPDATE ssd_s47_enquiry SET s47e_s47_end_date = ? WHERE s47e_s47_enquiry_id = ?',
      day.date,
      idOf(row.s47e_s47_enquiry_id),
    );
    day.note('changed', idOf(row.s47e_person_id), 'Section 47 enquiry ended');
  }
}

/** A conference is held on a weekday within 15 working days of the enquiry's start, and makes a protection plan. */
function holdConferences(day: WorkingDay): void {
  if (weekday(day.today) > 5) return;
  const pending = day.all(
    `SELECT s47e_s47_enquiry_id, s47e_person_id, s47e_referral_id FROM ssd_s47_enquiry
     WHERE s47e_s47_nfa = 'N' AND s47e_s47_start_date <= ? AND NOT EXISTS
       (SELECT 1 FROM ssd_initial_cp_conference WHERE icpc_s47_enquiry_id = s47e_s47_enquiry_id)
     ORDER BY s47e_s47_enquiry_id`,
    formatDay(day.today - 10),
  );
  for (const row of pending) {
    const personId = idOf(row.s47e_person_id);
    const referralId = idOf(row.s47e_referral_id);
    const child = day.child(personNumberOf(personId));
    child.rows.add('ssd_initial_cp_conference', {
      icpc_icpc_id: child.nextId('IC'),
      icpc_icpc_meeting_id: child.nextId('ME'),
      icpc_s47_enquiry_id: idOf(row.s47e_s47_enquiry_id),
      icpc_person_id: personId,
      icpc_referral_id: referralId,
      icpc_icpc_transfer_in: 'N',
      icpc_icpc_date: day.date,
      icpc_icpc_outcome_cp_flag: 'Y',
    });
    addProtectionPlan(child, { id: referralId, start: day.today, closed: null }, { start: day.today, end: null });
    day.save(child);
    day.note('added', personId, 'conference held, protection plan made');
  }
}

/** Nobody stays in care past the 18th birthday. */
function endCareAtEighteen(day: WorkingDay): void {
  const rows = day.all(
    `SELECT clap_cla_placement_id, clap_person_id FROM ssd_cla_placement
     JOIN ssd_person ON pers_person_id = clap_person_id
     WHERE clap_cla_placement_end_date IS NULL AND pers_dob <= ? ORDER BY clap_cla_placement_id`,
    formatDay(addYears(day.today, -18)),
  );
  for (const row of rows) {
    endPlacement(day, idOf(row.clap_cla_placement_id), 'E8', null);
    day.note('changed', idOf(row.clap_person_id), 'left care at 18');
  }
}

/** Ends an open placement and its looked-after episode today. */
export function endPlacement(day: WorkingDay, placementId: string, reason: string, changeReason: string | null): void {
  day.run(
    `UPDATE ssd_cla_placement SET clap_cla_placement_end_date = ?, clap_cla_placement_change_reason = ?
     WHERE clap_cla_placement_id = ?`,
    day.date,
    changeReason,
    placementId,
  );
  day.run(
    `UPDATE ssd_cla_episodes SET clae_cla_episode_ceased_date = ?, clae_cla_episode_ceased_reason = ?
     WHERE clae_cla_placement_id = ? AND clae_cla_episode_ceased_date IS NULL`,
    day.date,
    reason,
    placementId,
  );
}

/** An id column's value as text. */
export function idOf(value: CellValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('A sandbox row has no id');
  return value;
}
