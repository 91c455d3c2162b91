import { formatDay, parseDay } from '../../core/rules/days.ts';
import type { CellValue } from '../schema.ts';
import type { ChildContext } from './context.ts';

/** A way in which a faulty sandbox breaks a rule on purpose. */
export interface SandboxFault {
  /** Code of the rule that reports it, as in schemas/rules.json. Others may report it too. */
  readonly rule: string;
  readonly what: string;
  /** Changes the rows of a child. False when the child has nothing to break. */
  readonly apply: (child: ChildContext) => boolean;
}

/** Changes a row when there is one. */
function change<R>(row: R | undefined, alter: (row: R) => void): boolean {
  if (row === undefined) return false;
  alter(row);
  return true;
}

/** The date so many days after a stored one. */
function shifted(date: CellValue | undefined, days: number): string | null {
  const day = typeof date === 'string' ? parseDay(date) : undefined;
  return day === undefined ? null : formatDay(day + days);
}

/** Faults of records that few children have. */
const rareFaults: readonly SandboxFault[] = [
  {
    rule: 'ASM-02',
    what: 'an assessment authorised before it started',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_cin_assessments').findLast((assessment) => assessment.cina_assessment_auth_date !== null),
        (assessment) => {
          assessment.cina_assessment_start_date = shifted(assessment.cina_assessment_auth_date, 1);
        },
      ),
  },
  {
    rule: 'ASM-06',
    what: 'no factors found, beside a factor',
    apply: ({ rows }) =>
      change(rows.of('ssd_assessment_factors').at(-1), (factors) => {
        factors.cinf_assessment_factors_json = '["21","4B"]';
      }),
  },
  {
    rule: 'S47-08',
    what: 'a conference on a Sunday',
    apply: ({ rows }) =>
      change(rows.of('ssd_initial_cp_conference')[0], (conference) => {
        const day = parseDay(String(conference.icpc_icpc_date)) ?? 0;
        // 4 January 1970 was a Sunday.
        conference.icpc_icpc_date = formatDay(day - ((day - 3) % 7));
      }),
  },
  {
    rule: 'CPP-04',
    what: 'a protection plan that ends on the day it starts',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_cp_plans').find((plan) => plan.cppl_cp_plan_end_date !== null),
        (plan) => {
          plan.cppl_cp_plan_start_date = plan.cppl_cp_plan_end_date ?? null;
        },
      ),
  },
  {
    rule: 'FMT-04',
    what: 'an id with a slash',
    apply: ({ rows }) =>
      change(rows.of('ssd_cin_plans')[0], (plan) => {
        plan.cinp_cin_plan_id = String(plan.cinp_cin_plan_id).replace('-', '/');
      }),
  },
  {
    rule: 'PLC-06',
    what: 'an open placement with an end reason',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_cla_episodes').find((episode) => episode.clae_cla_episode_ceased_date === null),
        (episode) => {
          episode.clae_cla_episode_ceased_reason = 'E8';
        },
      ),
  },
  {
    rule: 'SDQ-01',
    what: 'a score above 40',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_sdq_scores').find((score) => score.csdq_sdq_score !== null),
        (score) => {
          score.csdq_sdq_score = 41;
        },
      ),
  },
  {
    rule: 'CLV-11',
    what: 'an activity in words',
    apply: ({ rows }) =>
      change(rows.of('ssd_care_leavers')[0], (leaver) => {
        leaver.clea_care_leaver_activity = 'Fulltime';
      }),
  },
  {
    rule: 'CLV-10',
    what: 'an accommodation code that the census has and the API may not',
    apply: ({ rows, random }) =>
      change(rows.of('ssd_care_leavers')[0], (leaver) => {
        leaver.clea_care_leaver_accommodation = random.pick(['W', 'X', 'Y', 'Z']);
      }),
  },
];

/** Faults that most children's records can have. */
const commonFaults: readonly SandboxFault[] = [
  {
    rule: 'UPN-06',
    what: 'a UPN with a wrong check letter',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_person').find((person) => String(person.pers_upn).length === 13),
        (person) => {
          const upn = String(person.pers_upn);
          person.pers_upn = `${upn.startsWith('A') ? 'B' : 'A'}${upn.slice(1)}`;
        },
      ),
  },
  {
    rule: 'UPN-01',
    what: 'a UPN of 12 characters',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_person').find((person) => String(person.pers_upn).length === 13),
        (person) => {
          person.pers_upn = String(person.pers_upn).slice(0, 12);
        },
      ),
  },
  {
    rule: 'FMT-27',
    what: 'an ethnicity that is in no list',
    apply: ({ rows }) =>
      change(rows.of('ssd_person')[0], (person) => {
        person.pers_ethnicity = 'WBRX';
      }),
  },
  {
    rule: 'FMT-28',
    what: 'a postcode that is none',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_address').find((address) => address.addr_address_end_date === null),
        (address) => {
          address.addr_address_postcode = 'NO FIXED';
        },
      ),
  },
  {
    rule: 'CHD-10',
    what: 'no disability, beside a disability',
    apply: ({ rows, nextId, personId }) => {
      const { pers_dob } = rows.of('ssd_person')[0] ?? {};
      if (pers_dob === null || pers_dob === undefined) return false;
      for (const code of ['NONE', 'LD']) {
        rows.add('ssd_disability', {
          disa_table_id: nextId('DI'),
          disa_person_id: personId,
          disa_disability_code: code,
        });
      }
      return true;
    },
  },
  {
    rule: 'EPI-03',
    what: 'a referral source that is in no list',
    apply: ({ rows }) =>
      change(rows.of('ssd_cin_episodes').at(-1), (episode) => {
        episode.cine_referral_source_code = '1E';
      }),
  },
  {
    rule: 'EPI-05',
    what: 'a referral closed before it was made',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_cin_episodes').find((episode) => episode.cine_close_date !== null),
        (episode) => {
          episode.cine_referral_date = shifted(episode.cine_close_date, 1);
        },
      ),
  },
  {
    rule: 'EPI-06',
    what: 'a closure reason that is in no list',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_cin_episodes').find((episode) => episode.cine_close_date !== null),
        (episode) => {
          episode.cine_close_reason = 'RC10';
        },
      ),
  },
  {
    rule: 'EPI-07',
    what: 'a closure date without a reason',
    apply: ({ rows }) =>
      change(
        rows.of('ssd_cin_episodes').find((episode) => episode.cine_close_date !== null),
        (episode) => {
          episode.cine_close_reason = null;
        },
      ),
  },
  {
    rule: 'UPN-16',
    what: 'a reason for a missing UPN that the censuses do not have',
    apply: ({ rows, random }) =>
      change(rows.of('ssd_person')[0], (person) => {
        person.pers_upn = null;
        person.pers_upn_unknown = random.pick(['UN6', 'UN8', 'UN9', 'UN10']);
      }),
  },
];

/** Every fault of a faulty sandbox. One child in ten has one of them. */
export const sandboxFaults: readonly SandboxFault[] = [...rareFaults, ...commonFaults];

/** Gives one child in ten a fault that its rows can have; a rare one more often than not, so that all of them show. */
export function breakARule(child: ChildContext): void {
  if (child.number % 10 !== 0) return;
  const { random } = child;
  const rare = random.chance(0.7) ? random.sample(rareFaults, rareFaults.length) : [];
  const order = [...rare, ...random.sample(commonFaults, commonFaults.length)];
  order.find((fault) => fault.apply(child));
}
