-- @section sdq_assessments
-- Scores of the window. A row without a score only says why there is none, so it is not sent.
SELECT s.csdq_person_id AS la_child_id,
       s.csdq_sdq_completed_date AS date,
       s.csdq_sdq_score AS score
FROM ssd_sdq_scores s
JOIN cohort c ON c.person_id = s.csdq_person_id
WHERE s.csdq_sdq_score IS NOT NULL
  AND s.csdq_sdq_completed_date >= @cohort_start
  AND s.csdq_sdq_completed_date <= @cohort_end
