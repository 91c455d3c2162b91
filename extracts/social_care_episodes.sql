-- @section social_care_episodes
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- Referrals that were open in the window, and older ones in which a plan or a placement still runs into it: those
-- bring the child into the cohort, so they need the episode that they belong to.
SELECT e.cine_person_id AS la_child_id,
       e.cine_referral_id AS social_care_episode_id,
       e.cine_referral_date AS referral_date,
       e.cine_referral_source_code AS referral_source,
       e.cine_close_date AS closure_date,
       e.cine_close_reason AS closure_reason,
       CASE UPPER(LTRIM(RTRIM(e.cine_referral_nfa)))
         WHEN 'Y' THEN 1 WHEN 'T' THEN 1 WHEN '1' THEN 1
         WHEN 'N' THEN 0 WHEN 'F' THEN 0 WHEN '0' THEN 0
       END AS referral_no_further_action_flag
FROM ssd_cin_episodes e
JOIN cohort c ON c.person_id = e.cine_person_id
WHERE ((e.cine_referral_date IS NULL OR e.cine_referral_date <= @cohort_end)
       AND (e.cine_close_date IS NULL OR e.cine_close_date >= @cohort_start))
   OR e.cine_referral_id IN (
        SELECT n.cinp_referral_id
        FROM ssd_cin_plans n
        WHERE (n.cinp_cin_plan_start_date IS NULL OR n.cinp_cin_plan_start_date <= @cohort_end)
          AND (n.cinp_cin_plan_end_date IS NULL OR n.cinp_cin_plan_end_date >= @cohort_start)
        UNION
        SELECT p.cppl_referral_id
        FROM ssd_cp_plans p
        WHERE (p.cppl_cp_plan_start_date IS NULL OR p.cppl_cp_plan_start_date <= @cohort_end)
          AND (p.cppl_cp_plan_end_date IS NULL OR p.cppl_cp_plan_end_date >= @cohort_start)
        UNION
        SELECT l.clae_referral_id
        FROM ssd_cla_episodes l
        JOIN ssd_cla_placement m ON m.clap_cla_placement_id = l.clae_cla_placement_id
        WHERE (m.clap_cla_placement_start_date IS NULL OR m.clap_cla_placement_start_date <= @cohort_end)
          AND (m.clap_cla_placement_end_date IS NULL OR m.clap_cla_placement_end_date >= @cohort_start)
      )
