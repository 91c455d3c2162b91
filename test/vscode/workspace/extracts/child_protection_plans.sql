-- @section child_protection_plans
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- Plans that ran in the window.
SELECT p.cppl_person_id AS la_child_id,
       p.cppl_referral_id AS social_care_episode_id,
       p.cppl_cp_plan_id AS child_protection_plan_id,
       p.cppl_cp_plan_start_date AS start_date,
       p.cppl_cp_plan_finish_date AS end_date
FROM ssd_cp_plans p
JOIN cohort c ON c.person_id = p.cppl_person_id
WHERE (p.cppl_cp_plan_start_date IS NULL OR p.cppl_cp_plan_start_date <= @cohort_end)
  AND (p.cppl_cp_plan_end_date IS NULL OR p.cppl_cp_plan_end_date >= @cohort_start)
