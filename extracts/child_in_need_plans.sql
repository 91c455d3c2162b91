-- @section child_in_need_plans
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- Plans that ran in the window.
SELECT n.cinp_person_id AS la_child_id,
       n.cinp_referral_id AS social_care_episode_id,
       n.cinp_cin_plan_id AS child_in_need_plan_id,
       n.cinp_cin_plan_start_date AS start_date,
       n.cinp_cin_plan_end_date AS end_date
FROM ssd_cin_plans n
JOIN cohort c ON c.person_id = n.cinp_person_id
WHERE (n.cinp_cin_plan_start_date IS NULL OR n.cinp_cin_plan_start_date <= @cohort_end)
  AND (n.cinp_cin_plan_end_date IS NULL OR n.cinp_cin_plan_end_date >= @cohort_start)
