-- @cohort
-- Everybody whose record goes to the DfE. The runner puts this in front of every section as cohort(person_id).
--
--   @cohort_start                      1 April of the financial year that holds the day 24 months before the run
--   @cohort_end                        the day after the run
--   @run_date                          the day of the run
--   @latest_birth_date_out_of_scope    nobody born on or before this day is in scope (26 by the start of the window)
--
-- Somebody is in scope who is young enough and has been in touch with social care in the window. A child who died
-- stays in. A record without any birth date or due date stays in too: it is for the validation to report, not for
-- this query to lose.
SELECT p.pers_person_id AS person_id
FROM ssd_person p
WHERE (
        (p.pers_dob > @latest_birth_date_out_of_scope AND p.pers_dob <= @cohort_end)
        -- Unborn: due since the window began. A due date lies mostly in the future, so it has no upper limit.
        OR (p.pers_dob IS NULL AND (p.pers_expected_dob IS NULL OR p.pers_expected_dob >= @cohort_start))
      )
  AND p.pers_person_id IN (
        -- A referral that was open in the window. One that is still open counts, whether assessed or not. A care leaver
        -- who was seen in the window needs an open referral too, so this has them already.
        SELECT e.cine_person_id
        FROM ssd_cin_episodes e
        WHERE (e.cine_referral_date IS NULL OR e.cine_referral_date <= @cohort_end)
          AND (e.cine_close_date IS NULL OR e.cine_close_date >= @cohort_start)
        UNION
        -- A child in need plan in the window.
        SELECT n.cinp_person_id
        FROM ssd_cin_plans n
        WHERE (n.cinp_cin_plan_start_date IS NULL OR n.cinp_cin_plan_start_date <= @cohort_end)
          AND (n.cinp_cin_plan_end_date IS NULL OR n.cinp_cin_plan_end_date >= @cohort_start)
        UNION
        -- A child protection plan in the window, also when nothing else was.
        SELECT c.cppl_person_id
        FROM ssd_cp_plans c
        WHERE (c.cppl_cp_plan_start_date IS NULL OR c.cppl_cp_plan_start_date <= @cohort_end)
          AND (c.cppl_cp_plan_end_date IS NULL OR c.cppl_cp_plan_end_date >= @cohort_start)
        UNION
        -- Looked after in the window.
        SELECT l.clap_person_id
        FROM ssd_cla_placement l
        WHERE (l.clap_cla_placement_start_date IS NULL OR l.clap_cla_placement_start_date <= @cohort_end)
          AND (l.clap_cla_placement_end_date IS NULL OR l.clap_cla_placement_end_date >= @cohort_start)
      )
