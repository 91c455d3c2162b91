-- @section care_worker_details
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- Social workers of each referral in the window, all year round and whether or not the child has a plan. A worker is
-- known by the Social Work England registration number. Staff without one are left out: the DfE asks for social
-- workers, and a staff id is often a log-in name. Leaving care advisers (16PLUS) are no social workers of the case.
SELECT i.invo_person_id AS la_child_id,
       i.invo_referral_id AS social_care_episode_id,
       w.prof_social_worker_registration_no AS worker_id,
       i.invo_involvement_start_date AS start_date,
       i.invo_involvement_end_date AS end_date
FROM ssd_involvements i
JOIN cohort c ON c.person_id = i.invo_person_id
JOIN ssd_cin_episodes e ON e.cine_referral_id = i.invo_referral_id
JOIN ssd_professionals w ON w.prof_professional_id = i.invo_professional_id
WHERE LTRIM(RTRIM(w.prof_social_worker_registration_no)) <> ''
  AND UPPER(LTRIM(RTRIM(COALESCE(i.invo_professional_role_id, '')))) <> '16PLUS'
  AND (i.invo_involvement_start_date IS NULL OR i.invo_involvement_start_date <= @cohort_end)
  AND (i.invo_involvement_end_date IS NULL OR i.invo_involvement_end_date >= @cohort_start)
  AND (e.cine_referral_date IS NULL OR e.cine_referral_date <= @cohort_end)
  AND (e.cine_close_date IS NULL OR e.cine_close_date >= @cohort_start)
