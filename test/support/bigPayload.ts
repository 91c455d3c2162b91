import type { JsonObject } from '../../core/json.ts';
import { upnCheckLetter } from '../../core/rules/upnLetter.ts';

/** A number with leading zeros. */
function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function day(year: number, dayOfYear: number): string {
  return new Date(Date.UTC(year, 0, 1 + dayOfYear)).toISOString().slice(0, 10);
}

function upnOf(index: number): string {
  const body = `938${digits(index, 9)}`;
  return `${upnCheckLetter(`A${body}`) ?? 'A'}${body}`;
}

/** Elements of one list, with ids of their own. */
function list(count: number, make: (n: number) => JsonObject): JsonObject[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function closedEpisode(child: number, n: number): JsonObject {
  const year = 2020 + n;
  const id = `${child}E${n}`;
  return {
    social_care_episode_id: id,
    referral_date: day(year, 10),
    referral_source: '1A',
    closure_date: day(year, 300),
    closure_reason: 'RC7',
    referral_no_further_action_flag: false,
    child_and_family_assessments: list(2, (k) => ({
      child_and_family_assessment_id: `${id}A${k}`,
      start_date: day(year, 20 + 60 * k),
      authorisation_date: day(year, 50 + 60 * k),
      factors: ['1A', '2B', '3C'],
      purge: false,
    })),
    child_in_need_plans: list(1, (k) => ({
      child_in_need_plan_id: `${id}N${k}`,
      start_date: day(year, 60 + 60 * k),
      end_date: day(year, 100 + 60 * k),
      purge: false,
    })),
    section_47_assessments: list(1, (k) => ({
      section_47_assessment_id: `${id}S${k}`,
      start_date: day(year, 185),
      icpc_required_flag: false,
      end_date: day(year, 190),
      purge: false,
    })),
    child_looked_after_placements: list(2, (k) => ({
      child_looked_after_placement_id: `${id}P${k}`,
      start_date: day(year, 200 + 40 * k),
      start_reason: k === 0 ? 'S' : 'P',
      postcode: 'ZZ99 4WZ',
      placement_type: 'U4',
      end_date: day(year, 240 + 40 * k),
      end_reason: k === 0 ? 'X1' : 'E4A',
      ...(k === 0 ? { change_reason: 'CARPL' } : {}),
      purge: false,
    })),
    care_worker_details: list(1, (k) => ({
      worker_id: `SW${digits(child, 6)}${k}`,
      start_date: day(year, 10 + 100 * k),
      end_date: day(year, 109 + 100 * k),
    })),
    purge: false,
  };
}

/** One invented child that breaks no rule. The same index gives the same child. */
export function inventedChild(index: number): JsonObject {
  const id = digits(index, 6);
  return {
    la_child_id: `CH${id}`,
    mis_child_id: `M${id}`,
    child_details: {
      unique_pupil_number: upnOf(index),
      first_name: `Given${index}`,
      surname: `Family${index}`,
      date_of_birth: day(2012, index % 365),
      sex: index % 2 === 0 ? 'F' : 'M',
      ethnicity: 'WBRI',
      disabilities: ['NONE'],
      postcode: 'ZZ99 3WZ',
      uasc_flag: false,
      purge: false,
    },
    health_and_wellbeing: {
      sdq_assessments: list(2, (n) => ({ date: day(2022 + n, 100), score: (index + n) % 40 })),
      purge: false,
    },
    social_care_episodes: list(2, (n) => closedEpisode(index, n)),
    purge: false,
  };
}

/** A payload of that many invented children as an editor lays it out; 3,000 children are about 16 million characters. */
export function bigPayload(children: number): string {
  return `${JSON.stringify(list(children, inventedChild), null, 2)}\n`;
}
