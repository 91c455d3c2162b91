-- @section disabilities
-- One row for each child and code. A child who is born and has none on record gets NONE; an unborn child has no row.
SELECT DISTINCT
       p.pers_person_id AS la_child_id,
       COALESCE(NULLIF(UPPER(LTRIM(RTRIM(d.disa_disability_code))), ''), 'NONE') AS disability
FROM cohort c
JOIN ssd_person p ON p.pers_person_id = c.person_id
LEFT JOIN ssd_disability d ON d.disa_person_id = p.pers_person_id
WHERE p.pers_dob IS NOT NULL OR d.disa_disability_code IS NOT NULL
