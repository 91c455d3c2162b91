import type { CellValue, Row } from '../../../sandbox/schema.ts';
import type { SsdRows } from './packRows.ts';

/** Somebody in the cohort of November 2026: a child with an open referral. Their ids are `C1` and `R1`. */
export function childInCohort(person: Row<'ssd_person'> = {}, referral: Row<'ssd_cin_episodes'> = {}): SsdRows {
  return {
    ssd_person: [{ pers_person_id: 'C1', pers_dob: '2015-05-05', ...person }],
    ssd_cin_episodes: [{ cine_referral_id: 'R1', cine_person_id: 'C1', cine_referral_date: '2026-01-10', ...referral }],
  };
}

/** A person of that birth date without anything else on record. */
export function person(id: string, birth: CellValue): SsdRows {
  return { ssd_person: [{ pers_person_id: id, pers_dob: birth }] };
}

/** A placement with its looked-after episodes, given as start, start reason, end and end reason. */
export function placement(
  id: string,
  period: { start: string; end?: string; referral?: string; care?: string },
  episodes: readonly (readonly [start: string, startReason: string, end: string | null, endReason: string | null])[],
): SsdRows {
  const care = period.care ?? 'LA1';
  return {
    ssd_cla_placement: [
      {
        clap_cla_placement_id: id,
        clap_cla_id: care,
        clap_person_id: 'C1',
        clap_cla_placement_start_date: period.start,
        clap_cla_placement_end_date: period.end ?? null,
        clap_cla_placement_type: 'U4',
      },
    ],
    ssd_cla_episodes: episodes.map(([start, startReason, end, endReason], i) => ({
      clae_cla_episode_id: `${id}-${i}`,
      clae_person_id: 'C1',
      clae_cla_placement_id: id,
      clae_cla_id: care,
      clae_referral_id: period.referral ?? 'R1',
      clae_cla_episode_start_date: start,
      clae_cla_episode_start_reason: startReason,
      clae_cla_episode_ceased_date: end,
      clae_cla_episode_ceased_reason: endReason,
    })),
  };
}

/** A worker's involvement in referral R1. */
export function worker(registration: string | null, involvement: Row<'ssd_involvements'> = {}): SsdRows {
  return {
    ssd_professionals: [
      { prof_professional_id: 'W1', prof_staff_id: 'jbloggs', prof_social_worker_registration_no: registration },
    ],
    ssd_involvements: [
      {
        invo_involvements_id: 'I1',
        invo_professional_id: 'W1',
        invo_professional_role_id: 'CW',
        invo_person_id: 'C1',
        invo_referral_id: 'R1',
        invo_involvement_start_date: '2026-01-12',
        ...involvement,
      },
    ],
  };
}

/** An immigration status of C1. */
export const status = (id: string, text: string, start: string, end: string | null = null): SsdRows => ({
  ssd_immigration_status: [
    {
      immi_immigration_status_id: id,
      immi_person_id: 'C1',
      immi_immigration_status: text,
      immi_immigration_status_start_date: start,
      immi_immigration_status_end_date: end,
    },
  ],
});

/** A Section 47 enquiry of C1 in R1 with that outcome text. */
export const enquiry = (outcome: string | null): SsdRows => ({
  ssd_s47_enquiry: [
    {
      s47e_s47_enquiry_id: 'S1',
      s47e_person_id: 'C1',
      s47e_referral_id: 'R1',
      s47e_s47_start_date: '2026-02-01',
      s47e_s47_outcome_json: outcome,
    },
  ],
});

/** An authorised assessment of C1 in R1, with rows of factors. */
export const assessment = (...factors: readonly (string | null)[]): SsdRows => ({
  ssd_cin_assessments: [
    {
      cina_assessment_id: 'A1',
      cina_person_id: 'C1',
      cina_referral_id: 'R1',
      cina_assessment_start_date: '2026-01-12',
      cina_assessment_auth_date: '2026-02-12',
    },
  ],
  ssd_assessment_factors: factors.map((json, i) => ({
    cinf_table_id: `F${i}`,
    cinf_assessment_id: 'A1',
    cinf_assessment_factors_json: json,
  })),
});

/** A contact with C1 as a care leaver. */
export const careLeaver = (id: string, contact: string, activity: string, accommodation: string): SsdRows => ({
  ssd_care_leavers: [
    {
      clea_table_id: id,
      clea_person_id: 'C1',
      clea_care_leaver_latest_contact: contact,
      clea_care_leaver_activity: activity,
      clea_care_leaver_accommodation: accommodation,
    },
  ],
});

/** A second referral of C1, closed in the window. */
export const earlierReferral: SsdRows = {
  ssd_cin_episodes: [
    { cine_referral_id: 'R0', cine_person_id: 'C1', cine_referral_date: '2024-05-01', cine_close_date: '2025-05-01' },
  ],
};
