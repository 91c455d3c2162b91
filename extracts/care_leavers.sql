-- @section care_leavers
-- The latest contact with a care leaver in the window, in the open referral (or, without one, the latest): a care
-- leaver is one person, not one for each referral. Activity and accommodation may be codes alone or codes with words
-- after them ("F2 - Full time, other"); accommodation may carry the census digit for suitability ("B1").
SELECT c.person_id AS la_child_id,
       e.cine_referral_id AS social_care_episode_id,
       l.clea_care_leaver_latest_contact AS contact_date,
       CASE WHEN l.clea_care_leaver_activity LIKE '__ %'
              OR l.clea_care_leaver_activity LIKE '__:%'
              OR l.clea_care_leaver_activity LIKE '__-%' THEN SUBSTRING(l.clea_care_leaver_activity, 1, 2)
            ELSE l.clea_care_leaver_activity
       END AS activity,
       CASE WHEN l.clea_care_leaver_accommodation LIKE '_ %'
              OR l.clea_care_leaver_accommodation LIKE '_:%'
              OR l.clea_care_leaver_accommodation LIKE '_-%'
              OR l.clea_care_leaver_accommodation LIKE '_1'
              OR l.clea_care_leaver_accommodation LIKE '_2' THEN SUBSTRING(l.clea_care_leaver_accommodation, 1, 1)
            ELSE l.clea_care_leaver_accommodation
       END AS accommodation
FROM cohort c
JOIN (SELECT clea_person_id, clea_care_leaver_latest_contact, clea_care_leaver_activity, clea_care_leaver_accommodation,
             ROW_NUMBER() OVER (PARTITION BY clea_person_id
                                ORDER BY clea_care_leaver_latest_contact DESC, clea_table_id DESC) AS place
      FROM ssd_care_leavers
      WHERE clea_care_leaver_latest_contact >= @cohort_start
        AND clea_care_leaver_latest_contact <= @cohort_end) l
  ON l.clea_person_id = c.person_id AND l.place = 1
JOIN (SELECT cine_person_id, cine_referral_id,
             ROW_NUMBER() OVER (PARTITION BY cine_person_id
                                ORDER BY CASE WHEN cine_close_date IS NULL THEN 0 ELSE 1 END,
                                         cine_referral_date DESC,
                                         cine_referral_id DESC) AS place
      FROM ssd_cin_episodes
      WHERE (cine_referral_date IS NULL OR cine_referral_date <= @cohort_end)
        AND (cine_close_date IS NULL OR cine_close_date >= @cohort_start)) e
  ON e.cine_person_id = c.person_id AND e.place = 1
