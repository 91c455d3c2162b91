/** Types of a payload, generated from schemas/payload by `npm run generate:payload`. Do not edit. */

/**
 * One child
 */
export interface Child {
/**
 * Authority's own id for the child
 */
la_child_id: string
/**
 * Case-system id for the child, where different
 */
mis_child_id?: string
/**
 * true deletes the child at DfE
 */
purge?: boolean
child_details?: ChildDetails
health_and_wellbeing?: HealthAndWellbeing
/**
 * Referral episodes that overlap the window
 */
social_care_episodes?: SocialCareEpisode[]
}
/**
 * Personal details
 */
export interface ChildDetails {
/**
 * Unique pupil number
 */
unique_pupil_number?: string
/**
 * Earlier UPN, latest known
 */
former_unique_pupil_number?: string
/**
 * Why there is no UPN
 */
unique_pupil_number_unknown_reason?: ("UN1" | "UN2" | "UN3" | "UN4" | "UN5" | "UN6" | "UN7" | "UN8" | "UN9" | "UN10")
/**
 * First name
 */
first_name?: string
/**
 * Family name
 */
surname?: string
/**
 * Date of birth
 */
date_of_birth?: string
/**
 * Due date of an unborn child
 */
expected_date_of_birth?: string
/**
 * Recorded sex
 */
sex?: ("M" | "F" | "U")
/**
 * Ethnic category
 */
ethnicity?: ("WBRI" | "WIRI" | "WIRT" | "WROM" | "WOTH" | "MWBC" | "MWBA" | "MWAS" | "MOTH" | "AIND" | "APKN" | "ABAN" | "AOTH" | "BCRB" | "BAFR" | "BOTH" | "CHNE" | "OOTH" | "REFU" | "NOBT")
/**
 * Disability codes
 * 
 * Items: One disability code
 */
disabilities?: ("NONE" | "MOB" | "HAND" | "PC" | "INC" | "COMM" | "LD" | "HEAR" | "VIS" | "BEH" | "CON" | "AUT" | "DDA")[]
/**
 * Home postcode
 */
postcode?: string
/**
 * Unaccompanied asylum-seeking child
 */
uasc_flag?: boolean
/**
 * Date UASC status ended
 */
uasc_end_date?: string
/**
 * true removes these details at DfE
 */
purge?: boolean
}
/**
 * Health block
 */
export interface HealthAndWellbeing {
/**
 * Questionnaire scores
 */
sdq_assessments?: SdqAssessment[]
/**
 * true removes the block at DfE
 */
purge?: boolean
}
/**
 * One questionnaire result
 */
export interface SdqAssessment {
/**
 * Date the questionnaire was completed
 */
date?: string
/**
 * Total difficulties score
 */
score?: number
}
/**
 * One referral episode
 */
export interface SocialCareEpisode {
/**
 * Referral id
 */
social_care_episode_id: string
/**
 * Referral date
 */
referral_date?: string
/**
 * Who referred the child
 */
referral_source?: ("4" | "6" | "7" | "8" | "9" | "10" | "1A" | "1B" | "1C" | "1D" | "2A" | "2B" | "3A" | "3B" | "3C" | "3D" | "3E" | "3F" | "5A" | "5B" | "5C" | "5D")
/**
 * Closure date
 */
closure_date?: string
/**
 * Closure reason
 */
closure_reason?: ("RC1" | "RC2" | "RC3" | "RC4" | "RC5" | "RC6" | "RC7" | "RC8" | "RC9")
/**
 * Referral ended with no further action
 */
referral_no_further_action_flag?: boolean
/**
 * true removes the episode at DfE
 */
purge?: boolean
/**
 * Assessments
 */
child_and_family_assessments?: ChildAndFamilyAssessment[]
/**
 * Child in need plans
 */
child_in_need_plans?: ChildInNeedPlan[]
/**
 * Section 47 enquirys
 */
section_47_assessments?: Section47Assessment[]
/**
 * Child protection plans
 */
child_protection_plans?: ChildProtectionPlan[]
/**
 * Placements
 */
child_looked_after_placements?: ChildLookedAfterPlacement[]
adoption?: Adoption
care_leavers?: CareLeaver
/**
 * Social workers of the episode
 */
care_worker_details?: CareWorkerDetail[]
}
/**
 * One assessment
 */
export interface ChildAndFamilyAssessment {
/**
 * Assessment id
 */
child_and_family_assessment_id: string
/**
 * Assessment start
 */
start_date?: string
/**
 * Assessment authorised
 */
authorisation_date?: string
/**
 * Factors found
 * 
 * Items: One factor code
 */
factors?: ("20" | "21" | "1A" | "1B" | "1C" | "2A" | "2B" | "2C" | "3A" | "3B" | "3C" | "4A" | "4B" | "4C" | "5A" | "5B" | "5C" | "6A" | "6B" | "6C" | "7A" | "8B" | "8C" | "8D" | "8E" | "8F" | "9A" | "10A" | "11A" | "12A" | "13A" | "14A" | "15A" | "16A" | "17A" | "18B" | "18C" | "19B" | "19C" | "22A" | "23A" | "24A")[]
/**
 * true removes the assessment at DfE
 */
purge?: boolean
}
/**
 * One child in need plan
 */
export interface ChildInNeedPlan {
/**
 * Child in need plan id
 */
child_in_need_plan_id: string
/**
 * Plan start
 */
start_date?: string
/**
 * Plan end
 */
end_date?: string
/**
 * true removes the plan at DfE
 */
purge?: boolean
}
/**
 * One section 47 enquiry
 */
export interface Section47Assessment {
/**
 * Section 47 enquiry id
 */
section_47_assessment_id: string
/**
 * Enquiry start
 */
start_date?: string
/**
 * Initial conference is needed
 */
icpc_required_flag?: boolean
/**
 * Initial conference date
 */
icpc_date?: string
/**
 * Enquiry end
 */
end_date?: string
/**
 * true removes the enquiry at DfE
 */
purge?: boolean
}
/**
 * One child protection plan
 */
export interface ChildProtectionPlan {
/**
 * Child protection plan id
 */
child_protection_plan_id: string
/**
 * Plan start
 */
start_date?: string
/**
 * Plan end
 */
end_date?: string
/**
 * true removes the plan at DfE
 */
purge?: boolean
}
/**
 * One placement
 */
export interface ChildLookedAfterPlacement {
/**
 * Placement id
 */
child_looked_after_placement_id: string
/**
 * Placement start
 */
start_date?: string
/**
 * Why it started
 */
start_reason?: ("S" | "L" | "P" | "T" | "B" | "U")
/**
 * Placement postcode
 */
postcode?: string
/**
 * Placement type
 */
placement_type?: ("A3" | "A4" | "A5" | "A6" | "K1" | "K2" | "K3" | "P1" | "P3" | "R1" | "R2" | "R3" | "R5" | "S1" | "T0" | "T1" | "T2" | "T3" | "T4" | "U1" | "U2" | "U3" | "U4" | "U5" | "U6" | "Z11" | "Z12" | "Z13" | "Z14")
/**
 * Placement end
 */
end_date?: string
/**
 * Why it ended
 */
end_reason?: ("X1" | "E11" | "E12" | "E2" | "E3" | "E4A" | "E4B" | "E13" | "E41" | "E45" | "E46" | "E47" | "E48" | "E5" | "E6" | "E7" | "E8" | "E9" | "E14" | "E15" | "E16" | "E17")
/**
 * Why the placement changed
 */
change_reason?: ("CARPL" | "CLOSE" | "ALLEG" | "STAND" | "APPRR" | "CREQB" | "CREQO" | "CHILD" | "LAREQ" | "PLACE" | "CUSTOD" | "OTHER")
/**
 * true removes the placement at DfE
 */
purge?: boolean
}
/**
 * Adoption dates (one object per episode)
 */
export interface Adoption {
/**
 * Decision to place for adoption
 */
initial_decision_date?: string
/**
 * Matched with adopters
 */
matched_date?: string
/**
 * Placed with adopters
 */
placed_date?: string
/**
 * true removes the block at DfE
 */
purge?: boolean
}
/**
 * Latest care leaver contact (one object per episode)
 */
export interface CareLeaver {
/**
 * Latest contact
 */
contact_date?: string
/**
 * Main activity
 */
activity?: ("F1" | "P1" | "F2" | "P2" | "F4" | "P4" | "F5" | "P5" | "G4" | "G5" | "G6")
/**
 * Where they live
 */
accommodation?: ("B" | "C" | "D" | "E" | "G" | "H" | "K" | "R" | "S" | "T" | "U" | "V" | "W" | "X" | "Y" | "Z")
/**
 * true removes the block at DfE
 */
purge?: boolean
}
/**
 * One worker period
 */
export interface CareWorkerDetail {
/**
 * Worker id, normally the Social Work England number
 */
worker_id: string
/**
 * Worker start
 */
start_date?: string
/**
 * Worker end
 */
end_date?: string
}
