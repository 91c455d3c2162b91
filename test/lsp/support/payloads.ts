/** A child without problems; all of it invented. */
export const cleanChild = {
  la_child_id: 'CH001',
  mis_child_id: 'M001',
  child_details: {
    unique_pupil_number: 'R938000000011',
    first_name: 'Robin',
    surname: 'Sample',
    date_of_birth: '2014-05-17',
    sex: 'F',
    ethnicity: 'WBRI',
    disabilities: ['NONE'],
    postcode: 'ZZ99 3WZ',
    uasc_flag: false,
    purge: false,
  },
  social_care_episodes: [
    {
      social_care_episode_id: 'EP001',
      referral_date: '2026-01-12',
      referral_source: '1A',
      referral_no_further_action_flag: false,
      child_protection_plans: [
        { child_protection_plan_id: 'CP001', start_date: '2026-02-20', end_date: '2026-04-20', purge: false },
        { child_protection_plan_id: 'CP002', start_date: '2026-05-20', purge: false },
      ],
      care_worker_details: [{ worker_id: 'SW1001', start_date: '2026-01-12' }],
      purge: false,
    },
  ],
  purge: false,
};

/** A payload text with these children, laid out as editors show it. */
export function payloadText(...children: unknown[]): string {
  return `${JSON.stringify(children, null, 2)}\n`;
}

/** Text without its `|`, and the offset where it stood. */
export function marked(text: string): { text: string; offset: number } {
  const offset = text.indexOf('|');
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}
