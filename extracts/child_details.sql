-- @section child_details
-- @allow SQL-307 An id or text that is too long is reported with its child; it is not cut to fit.
-- One row for each child. Codes pass through as they are stored, so that a wrong one is reported and never cut to fit.
SELECT p.pers_person_id AS la_child_id,
       p.pers_legacy_id AS mis_child_id,
       -- Some systems keep the reason for a missing number (UN1 to UN10) in the column of the number.
       CASE WHEN UPPER(p.pers_upn) LIKE 'UN%' THEN NULL ELSE p.pers_upn END AS unique_pupil_number,
       f.link_identifier_value AS former_unique_pupil_number,
       COALESCE(NULLIF(LTRIM(RTRIM(p.pers_upn_unknown)), ''),
                CASE WHEN UPPER(p.pers_upn) LIKE 'UN%' THEN UPPER(LTRIM(RTRIM(p.pers_upn))) END)
         AS unique_pupil_number_unknown_reason,
       p.pers_forename AS first_name,
       p.pers_surname AS surname,
       p.pers_dob AS date_of_birth,
       -- Some systems keep the due date, or an estimate, of children who have been born since.
       CASE WHEN p.pers_dob IS NULL THEN p.pers_expected_dob END AS expected_date_of_birth,
       -- The census codes before 2024 were 1, 2, 0 and 9. What is not known is U.
       CASE UPPER(LTRIM(RTRIM(COALESCE(p.pers_sex, ''))))
         WHEN '' THEN 'U' WHEN '0' THEN 'U' WHEN '9' THEN 'U' WHEN 'I' THEN 'U'
         WHEN '1' THEN 'M' WHEN '2' THEN 'F'
         ELSE UPPER(LTRIM(RTRIM(p.pers_sex)))
       END AS sex,
       p.pers_ethnicity AS ethnicity,
       a.addr_address_postcode AS postcode,
       CASE WHEN u.immi_person_id IS NULL THEN 0 ELSE 1 END AS uasc_flag,
       u.immi_immigration_status_end_date AS uasc_end_date
FROM cohort c
JOIN ssd_person p ON p.pers_person_id = c.person_id
-- The home address: a current one before an old one, then the latest.
LEFT JOIN (SELECT addr_person_id, addr_address_postcode,
                  ROW_NUMBER() OVER (PARTITION BY addr_person_id
                                     ORDER BY CASE WHEN addr_address_end_date IS NULL
                                                     OR addr_address_end_date >= @run_date THEN 0 ELSE 1 END,
                                              CASE WHEN addr_address_start_date IS NULL THEN 1 ELSE 0 END,
                                              addr_address_start_date DESC,
                                              addr_table_id DESC) AS place
           FROM ssd_address
           WHERE addr_address_start_date IS NULL OR addr_address_start_date <= @cohort_end) a
  ON a.addr_person_id = p.pers_person_id AND a.place = 1
-- The latest former number. Placeholders are no numbers: a real one has 13 characters, the second of them a digit.
LEFT JOIN (SELECT link_person_id, link_identifier_value,
                  ROW_NUMBER() OVER (PARTITION BY link_person_id
                                     ORDER BY CASE WHEN link_valid_from_date IS NULL THEN 1 ELSE 0 END,
                                              link_valid_from_date DESC,
                                              link_table_id DESC) AS place
           FROM ssd_linked_identifiers
           WHERE link_identifier_type = 'Former Unique Pupil Number'
             AND link_identifier_value LIKE '_____________'
             AND SUBSTRING(link_identifier_value, 2, 1) BETWEEN '0' AND '9') f
  ON f.link_person_id = p.pers_person_id AND f.place = 1
-- Unaccompanied asylum seeking in the window, told by the code U or by its description. Of several periods the open
-- one counts, or else the last to end.
LEFT JOIN (SELECT immi_person_id, immi_immigration_status_end_date,
                  ROW_NUMBER() OVER (PARTITION BY immi_person_id
                                     ORDER BY CASE WHEN immi_immigration_status_end_date IS NULL THEN 0 ELSE 1 END,
                                              immi_immigration_status_end_date DESC,
                                              immi_immigration_status_start_date DESC,
                                              immi_immigration_status_id DESC) AS place
           FROM ssd_immigration_status
           WHERE (UPPER(LTRIM(RTRIM(immi_immigration_status))) = 'U'
                  OR UPPER(immi_immigration_status) LIKE '%UNACCOMPANIED ASYLUM%'
                  OR UPPER(immi_immigration_status) LIKE '%UASC%')
             AND (immi_immigration_status_start_date IS NULL OR immi_immigration_status_start_date <= @cohort_end)
             AND (immi_immigration_status_end_date IS NULL OR immi_immigration_status_end_date >= @cohort_start)) u
  ON u.immi_person_id = p.pers_person_id AND u.place = 1
