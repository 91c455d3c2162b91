-- @section adoption
-- The adoption steps of a care period, in the referral that the care period belongs to and in no other. Of several
-- records the one with the latest decision counts.
SELECT a.perm_person_id AS la_child_id,
       a.clae_referral_id AS social_care_episode_id,
       a.perm_adm_decision_date AS initial_decision_date,
       a.perm_matched_date AS matched_date,
       a.perm_placed_for_adoption_date AS placed_date
FROM (SELECT p.perm_person_id, r.clae_referral_id, p.perm_adm_decision_date, p.perm_matched_date,
             p.perm_placed_for_adoption_date,
             ROW_NUMBER() OVER (PARTITION BY p.perm_person_id, r.clae_referral_id
                                ORDER BY CASE WHEN p.perm_adm_decision_date IS NULL THEN 1 ELSE 0 END,
                                         p.perm_adm_decision_date DESC,
                                         p.perm_table_id DESC) AS place
      FROM ssd_permanence p
      JOIN (SELECT clae_cla_id, MIN(clae_referral_id) AS clae_referral_id
            FROM ssd_cla_episodes
            GROUP BY clae_cla_id) r ON r.clae_cla_id = p.perm_cla_id
      WHERE p.perm_adm_decision_date IS NOT NULL
         OR p.perm_matched_date IS NOT NULL
         OR p.perm_placed_for_adoption_date IS NOT NULL) a
JOIN cohort c ON c.person_id = a.perm_person_id
JOIN ssd_cin_episodes e ON e.cine_referral_id = a.clae_referral_id
WHERE a.place = 1
  AND (e.cine_referral_date IS NULL OR e.cine_referral_date <= @cohort_end)
  AND (e.cine_close_date IS NULL OR e.cine_close_date >= @cohort_start)
