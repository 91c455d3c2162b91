-- @section child_looked_after_placements
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- Placements of the window. Why a placement started and ended is recorded on its own looked-after episodes: the first
-- of them tells the start, the last the end. A reason may be a code alone ("S", "E4A") or a code with words after it
-- ("S - Started to be looked after"); of the latter the code is sent. Anything else goes out whole and is reported.
SELECT m.clap_person_id AS la_child_id,
       COALESCE(f.clae_referral_id, r.clae_referral_id) AS social_care_episode_id,
       m.clap_cla_placement_id AS child_looked_after_placement_id,
       m.clap_cla_placement_start_date AS start_date,
       CASE WHEN f.clae_cla_episode_start_reason LIKE '_ %'
              OR f.clae_cla_episode_start_reason LIKE '_:%'
              OR f.clae_cla_episode_start_reason LIKE '_-%' THEN SUBSTRING(f.clae_cla_episode_start_reason, 1, 1)
            ELSE f.clae_cla_episode_start_reason
       END AS start_reason,
       m.clap_cla_placement_postcode AS postcode,
       m.clap_cla_placement_type AS placement_type,
       m.clap_cla_placement_end_date AS end_date,
       CASE WHEN l.clae_cla_episode_ceased_reason LIKE '__ %'
              OR l.clae_cla_episode_ceased_reason LIKE '__:%'
              OR l.clae_cla_episode_ceased_reason LIKE '__-%' THEN SUBSTRING(l.clae_cla_episode_ceased_reason, 1, 2)
            WHEN l.clae_cla_episode_ceased_reason LIKE '___ %'
              OR l.clae_cla_episode_ceased_reason LIKE '___:%'
              OR l.clae_cla_episode_ceased_reason LIKE '___-%' THEN SUBSTRING(l.clae_cla_episode_ceased_reason, 1, 3)
            ELSE l.clae_cla_episode_ceased_reason
       END AS end_reason,
       m.clap_cla_placement_change_reason AS change_reason
FROM ssd_cla_placement m
JOIN cohort c ON c.person_id = m.clap_person_id
LEFT JOIN (SELECT clae_cla_placement_id, clae_referral_id, clae_cla_episode_start_reason,
                  ROW_NUMBER() OVER (PARTITION BY clae_cla_placement_id
                                     ORDER BY clae_cla_episode_start_date, clae_cla_episode_id) AS place
           FROM ssd_cla_episodes) f
  ON f.clae_cla_placement_id = m.clap_cla_placement_id AND f.place = 1
LEFT JOIN (SELECT clae_cla_placement_id, clae_cla_episode_ceased_reason,
                  ROW_NUMBER() OVER (PARTITION BY clae_cla_placement_id
                                     ORDER BY CASE WHEN clae_cla_episode_ceased_date IS NULL THEN 0 ELSE 1 END,
                                              clae_cla_episode_ceased_date DESC,
                                              clae_cla_episode_start_date DESC,
                                              clae_cla_episode_id DESC) AS place
           FROM ssd_cla_episodes) l
  ON l.clae_cla_placement_id = m.clap_cla_placement_id AND l.place = 1
-- A placement without an episode of its own still belongs to the referral of its care period.
LEFT JOIN (SELECT clae_cla_id, MIN(clae_referral_id) AS clae_referral_id
           FROM ssd_cla_episodes
           GROUP BY clae_cla_id) r
  ON r.clae_cla_id = m.clap_cla_id
WHERE (m.clap_cla_placement_start_date IS NULL OR m.clap_cla_placement_start_date <= @cohort_end)
  AND (m.clap_cla_placement_end_date IS NULL OR m.clap_cla_placement_end_date >= @cohort_start)
