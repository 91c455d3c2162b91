-- @section child_and_family_assessments
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- Assessments that were open in the window. The factors are the JSON text as it is stored: the runner reads it.
SELECT a.cina_person_id AS la_child_id,
       a.cina_referral_id AS social_care_episode_id,
       a.cina_assessment_id AS child_and_family_assessment_id,
       a.cina_assessment_start_date AS start_date,
       a.cina_assessment_auth_date AS authorisation_date,
       f.cinf_assessment_factors_json AS factors
FROM ssd_cin_assessments a
JOIN cohort c ON c.person_id = a.cina_person_id
-- An assessment of a referral that closed before the window stays behind with it.
LEFT JOIN ssd_cin_episodes e ON e.cine_referral_id = a.cina_referral_id
-- One row of factors for each assessment, one with factors before an empty one: a second row must not double it.
LEFT JOIN (SELECT cinf_assessment_id, cinf_assessment_factors_json,
                  ROW_NUMBER() OVER (PARTITION BY cinf_assessment_id
                                     ORDER BY CASE WHEN cinf_assessment_factors_json IS NULL
                                                     OR cinf_assessment_factors_json IN ('', '[]', '{}') THEN 1 ELSE 0 END,
                                              cinf_table_id DESC) AS place
           FROM ssd_assessment_factors) f
  ON f.cinf_assessment_id = a.cina_assessment_id AND f.place = 1
WHERE (a.cina_assessment_start_date IS NULL OR a.cina_assessment_start_date <= @cohort_end)
  AND (a.cina_assessment_auth_date IS NULL OR a.cina_assessment_auth_date >= @cohort_start)
  AND (e.cine_close_date IS NULL OR e.cine_close_date >= @cohort_start)
