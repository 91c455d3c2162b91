-- @section section_47_assessments
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- Section 47 enquiries that were open in the window, with the latest conference that came of each.
SELECT s.s47e_person_id AS la_child_id,
       s.s47e_referral_id AS social_care_episode_id,
       s.s47e_s47_enquiry_id AS section_47_assessment_id,
       s.s47e_s47_start_date AS start_date,
       -- Whether a conference was needed is one flag of the outcomes, kept as JSON text with or without spaces and
       -- quotes. A flag that is null, or not there, says nothing.
       CASE WHEN s.outcomes LIKE '%CP_CONFERENCE_FLAG:NULL%' THEN NULL
            WHEN s.outcomes LIKE '%CP_CONFERENCE_FLAG:Y%' THEN 1
            WHEN s.outcomes LIKE '%CP_CONFERENCE_FLAG:T%' THEN 1
            WHEN s.outcomes LIKE '%CP_CONFERENCE_FLAG:1%' THEN 1
            WHEN s.outcomes LIKE '%CP_CONFERENCE_FLAG:N%' THEN 0
            WHEN s.outcomes LIKE '%CP_CONFERENCE_FLAG:F%' THEN 0
            WHEN s.outcomes LIKE '%CP_CONFERENCE_FLAG:0%' THEN 0
       END AS icpc_required_flag,
       i.icpc_date,
       s.s47e_s47_end_date AS end_date
FROM (SELECT s47e_person_id, s47e_referral_id, s47e_s47_enquiry_id, s47e_s47_start_date, s47e_s47_end_date,
             UPPER(REPLACE(REPLACE(s47e_s47_outcome_json, ' ', ''), '"', '')) AS outcomes
      FROM ssd_s47_enquiry) s
JOIN cohort c ON c.person_id = s.s47e_person_id
-- An enquiry of a referral that closed before the window stays behind with it.
LEFT JOIN ssd_cin_episodes e ON e.cine_referral_id = s.s47e_referral_id
LEFT JOIN (SELECT icpc_s47_enquiry_id, MAX(icpc_icpc_date) AS icpc_date
           FROM ssd_initial_cp_conference
           GROUP BY icpc_s47_enquiry_id) i
  ON i.icpc_s47_enquiry_id = s.s47e_s47_enquiry_id
WHERE (s.s47e_s47_start_date IS NULL OR s.s47e_s47_start_date <= @cohort_end)
  AND (s.s47e_s47_end_date IS NULL OR s.s47e_s47_end_date >= @cohort_start)
  AND (e.cine_close_date IS NULL OR e.cine_close_date >= @cohort_start)
