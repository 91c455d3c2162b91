import { all, type Change, drop, key, nothing, opening, type Place, push, set, value } from './change.ts';

/** Children of examples/payload-valid.json by what they are. */
export const care = 0;
export const leaver = 1;
export const unborn = 2;
export const need = 3;

/** A rule with a change that breaks it, the place where it shows, and a change next to it that does not. */
export interface RuleCase {
  readonly code: string;
  /** Index of the child that is changed. */
  readonly child: number;
  readonly fail: Change;
  readonly place: Place;
  readonly pass: Change;
  /** Date of the check; that of the samples when absent. */
  readonly asOf?: string;
}

const cd = 'child_details';
const e0 = 'social_care_episodes.0';
const e1 = 'social_care_episodes.1';
const sdq = 'health_and_wellbeing.sdq_assessments';
const cfa0 = `${e0}.child_and_family_assessments.0`;
const cfa1 = `${e1}.child_and_family_assessments.0`;
const s47 = `${e1}.section_47_assessments.0`;
const cpp = `${e1}.child_protection_plans.0`;
const cnp = `${e1}.child_in_need_plans.0`;
const p0 = `${e1}.child_looked_after_placements.0`;
const p1 = `${e1}.child_looked_after_placements.1`;
const l0 = `${e0}.child_looked_after_placements.0`;
const l1 = `${e0}.child_looked_after_placements.1`;
const ado = `${e1}.adoption`;
const clv = `${e0}.care_leavers`;
const w0 = `${e1}.care_worker_details.0`;
const w1 = `${e1}.care_worker_details.1`;

const list: RuleCase[] = [];

function rule(code: string, child: number, place: Place, fail: Change, pass: Change, asOf?: string): void {
  list.push({ code, child, place, fail, pass, ...(asOf === undefined ? {} : { asOf }) });
}

/** A rule on one value: what it must not be, and what it may just be. */
function one(
  code: string,
  child: number,
  field: string,
  bad: Parameters<typeof set>[1],
  good: Parameters<typeof set>[1],
): void {
  rule(code, child, value(field), set(field, bad), set(field, good));
}

/** A rule that a property is there. */
function present(code: string, child: number, owner: string, field: string): void {
  rule(code, child, opening(owner), drop(`${owner}.${field}`.replace(/^\./, '')), nothing);
}

// File and format
present('FMT-03', care, cpp, 'child_protection_plan_id');
one('FMT-03', care, `${cpp}.child_protection_plan_id`, '', 'x');
one('FMT-03', care, `${w0}.worker_id`, null, 'SW1');
one('FMT-04', care, 'mis_child_id', '12/345', '12_3-45');
one('FMT-04', care, `${cpp}.child_protection_plan_id`, 'AB 1', 'AB-1');
one('FMT-04', care, 'la_child_id', 200145, 'LA200145');
one('FMT-05', care, 'la_child_id', 'C'.repeat(21), 'C'.repeat(20));
one('FMT-06', care, 'la_child_id', 'CH_001', 'CH001');
one('FMT-07', care, 'mis_child_id', 'M'.repeat(37), 'M'.repeat(36));
one('FMT-07', care, `${w0}.worker_id`, `SW${'1'.repeat(11)}`, `SW${'1'.repeat(10)}`);
rule(
  'FMT-09',
  care,
  value(`${e1}.child_looked_after_placements.1.child_looked_after_placement_id`),
  set(`${p1}.child_looked_after_placement_id`, 'PL-2201'),
  set(`${p1}.child_looked_after_placement_id`, 'PL-2202'),
);
one('FMT-09', care, `${e1}.social_care_episode_id`, 'EP-31001', 'EP-31002');
one('FMT-10', need, `${cfa1}.child_and_family_assessment_id`, 'X1', 'X2');
list[list.length - 1] = {
  code: 'FMT-10',
  child: care,
  fail: set(`${cfa1}.child_and_family_assessment_id`, 'AS-5101'),
  place: value(`${cfa1}.child_and_family_assessment_id`),
  pass: set(`${cfa1}.child_and_family_assessment_id`, 'AS-5102'),
};
one('FMT-11', care, `${e1}.referral_date`, '2024-02-30', '2024-10-07');
one('FMT-11', care, `${e1}.referral_date`, '07/10/2024', '2024-10-07');
one('FMT-11', care, `${e1}.referral_date`, '2024-10-07T00:00:00', '2024-10-07');
one('FMT-11', care, `${e1}.referral_date`, 20241007, '2024-10-07');
one('FMT-11', care, `${cpp}.end_date`, '', '2025-03-17');
one('FMT-12', care, `${cfa0}.start_date`, '1899-12-31', '2024-05-14');
one('FMT-12', care, `${w1}.start_date`, '2026-07-01', '2026-06-30');
one('FMT-12', leaver, `${cd}.uasc_end_date`, '1899-12-31', '2024-02-17');
for (const bad of ['Y', 'true', 1]) one('FMT-13', care, `${e1}.referral_no_further_action_flag`, bad, false);
for (const bad of ['12', 12.5]) one('FMT-14', care, `${sdq}.0.score`, bad, 12);
one('FMT-15', care, `${cd}.disabilities`, 'MOB', ['MOB']);
one('FMT-15', care, `${cd}.disabilities`, [], ['NONE']);
const disabilities = ['MOB', 'HAND', 'PC', 'INC', 'COMM', 'LD', 'HEAR', 'VIS', 'BEH', 'CON', 'AUT', 'DDA'];
one('FMT-15', care, `${cd}.disabilities`, [...disabilities, 'MOB'], disabilities);
one('FMT-16', care, `${cfa1}.factors`, { '1A': 'Yes' }, ['1A']);
one(
  'FMT-16',
  care,
  `${cfa1}.factors`,
  Array.from({ length: 42 }, () => '4B'),
  Array.from({ length: 41 }, () => '4B'),
);
one('FMT-17', care, ado, [{ initial_decision_date: '2025-12-15' }], { initial_decision_date: '2025-12-15' });
one('FMT-17', care, `${e1}.child_protection_plans`, {}, []);
one('FMT-17', care, `${e1}.child_protection_plans.0`, 'CP-412', {
  child_protection_plan_id: 'CP-412',
  start_date: '2024-11-01',
});
one('FMT-18', care, `${e1}.closure_date`, null, '2026-06-30');
one('FMT-18', care, `${cd}.disabilities.0`, null, 'BEH');
one('FMT-19', care, `${cd}.postcode`, ' ', 'ZZ90 1QA');
one('FMT-19', care, `${cd}.first_name`, 'Juniper ', 'Juniper');
one('FMT-19', care, `${cd}.ethnicity`, ' WBRI', 'WBRI');
one('FMT-20', care, `${e0}.closure_reason`, 'rc8', 'RC8');
one('FMT-20', leaver, `${l1}.placement_type`, 'k3', 'K3');
rule('FMT-21', care, key('social_workers'), set('social_workers', []), nothing);
rule('FMT-21', care, key(`${cd}.sexx`), set(`${cd}.sexx`, 'F'), nothing);
rule('FMT-21', care, key(`${cfa1}.assessment_factors`), set(`${cfa1}.assessment_factors`, []), nothing);
one('FMT-23', care, 'mis_child_id', 'AB0X12', 'ABOX12');
one('FMT-24', care, `${cd}.surname`, 'N'.repeat(129), 'N'.repeat(128));
one('FMT-24', care, `${cd}.surname`, 5, '5');
one('FMT-24', care, `${p0}.change_reason`, 'Carer request', 'CREQO');
one('FMT-26', care, `${cd}.surname`, 'Caf\ufffd', 'Café');
one('FMT-26', care, `${cd}.surname`, '\ud800', '\ud83d\ude00');
one('FMT-27', care, `${cd}.ethnicity`, 'A1', 'AIND');
one('FMT-27', care, `${cd}.disabilities.0`, 'BLIND', 'VIS');
one('FMT-28', care, `${cd}.postcode`, 'ABC', 'A1 1AA');

// Child
present('CHD-01', care, '', 'la_child_id');
one('CHD-01', care, 'la_child_id', '', 'C');
rule('CHD-02', care, value(`${cd}.expected_date_of_birth`), set(`${cd}.expected_date_of_birth`, '2017-06-23'), nothing);
present('CHD-02', care, cd, 'date_of_birth');
one('CHD-03', need, `${cd}.date_of_birth`, '2026-07-01', '2026-06-30');
one('CHD-04', unborn, `${cd}.expected_date_of_birth`, '2026-05-30', '2026-05-31');
one('CHD-04', unborn, `${cd}.expected_date_of_birth`, '2027-03-31', '2027-03-30');
present('CHD-05', care, cd, 'sex');
one('CHD-05', care, `${cd}.sex`, '0', 'M');
one('CHD-06', care, `${cd}.sex`, 'U', 'F');
one('CHD-07', unborn, `${cd}.sex`, 'F', 'U');
present('CHD-08', care, cd, 'ethnicity');
rule(
  'CHD-09',
  need,
  opening(cd),
  drop(`${cd}.disabilities`),
  all(drop(`${cd}.disabilities`), set(`${e1}.referral_no_further_action_flag`, true)),
);
rule(
  'CHD-10',
  care,
  value(`${cd}.disabilities.0`),
  set(`${cd}.disabilities`, ['NONE', 'LD']),
  set(`${cd}.disabilities`, ['NONE']),
);
rule(
  'CHD-11',
  care,
  value(`${cd}.disabilities.1`),
  set(`${cd}.disabilities`, ['LD', 'LD']),
  set(`${cd}.disabilities`, ['LD', 'BEH']),
);
one('CHD-12', unborn, `${cd}.disabilities`, ['MOB'], ['NONE']);
one('CHD-13', leaver, `${cd}.date_of_birth`, '2001-03-30', '2001-03-31');
one('CHD-14', leaver, `${l0}.start_date`, '1991-10-13', '1991-10-14');
present('CHD-15', need, '', 'social_care_episodes');
rule('CHD-15', need, opening('social_care_episodes'), set('social_care_episodes', []), nothing);
rule('CHD-16', unborn, opening(clv), set(clv, { contact_date: '2026-05-27' }), nothing);
one('CHD-17', leaver, `${cd}.date_of_birth`, '2000-06-30', '2000-07-01');
rule(
  'CHD-18',
  care,
  value(`${p1}.postcode`),
  set(`${p1}.postcode`, 'zz901qa'),
  all(set(`${p1}.postcode`, 'ZZ90 1QA'), set(`${p1}.placement_type`, 'P1')),
);

// UPN. H801200001001 has a right letter (public example of the census rules); the others follow from it.
const upn = `${cd}.unique_pupil_number`;
const reason = `${cd}.unique_pupil_number_unknown_reason`;
one('UPN-01', care, upn, 'A95000017830', 'L801000178301');
one('UPN-01', care, `${cd}.former_unique_pupil_number`, 'L80100017830!', 'L801000178301');
one('UPN-02', care, upn, 'I123456789012', 'L801000178301');
one('UPN-02', care, upn, 'a950000178301', 'L801000178301');
one('UPN-03', care, upn, 'A8010A1234567', 'L801000178301');
one('UPN-04', care, upn, 'A95000017830S', 'F845000178302');
one('UPN-05', care, upn, 'A999000178301', 'L801000178301');
one('UPN-06', care, upn, 'R247962919251', 'V926000178303');
one('UPN-06', care, upn, 'X06805040829A', 'H801200001001');
one('UPN-07', care, `${cd}.former_unique_pupil_number`, 'A95000017830A', 'L801000178301');
one('UPN-09', care, upn, 'UN3', 'L801000178301');
rule('UPN-10', care, value(reason), set(reason, 'UN1'), all(set(reason, 'UN2'), drop(upn)));
rule('UPN-11', care, opening(cd), drop(upn), all(drop(upn), set(reason, 'UN2')));
rule(
  'UPN-12',
  need,
  value(reason),
  all(drop(upn), set(reason, 'UN1'), set(`${cd}.date_of_birth`, '2020-08-31')),
  all(drop(upn), set(reason, 'UN1'), set(`${cd}.date_of_birth`, '2020-09-01')),
);
rule('UPN-12', need, opening(cd), drop(upn), all(drop(upn), set(reason, 'UN7')));
rule(
  'UPN-13',
  care,
  value(reason),
  all(drop(upn), set(reason, 'UN1'), set(`${cd}.date_of_birth`, '2020-08-31')),
  all(drop(upn), set(reason, 'UN1'), set(`${cd}.date_of_birth`, '2020-09-01')),
);
rule(
  'UPN-14',
  care,
  value(reason),
  all(drop(upn), set(reason, 'UN4'), set(`${p0}.start_date`, '2026-03-08')),
  all(drop(upn), set(reason, 'UN4'), drop(p0), set(`${p0}.start_date`, '2026-03-24')),
);
rule(
  'UPN-15',
  need,
  value(reason),
  all(drop(upn), set(reason, 'UN7')),
  all(drop(upn), set(reason, 'UN7'), set(`${e1}.referral_no_further_action_flag`, true)),
);
rule('UPN-16', need, value(reason), all(drop(upn), set(reason, 'UN9')), all(drop(upn), set(reason, 'UN6')));
rule('UPN-16', care, value(reason), all(drop(upn), set(reason, 'UN6')), all(drop(upn), set(reason, 'UN5')));
rule(
  'UPN-17',
  care,
  value(`${cd}.former_unique_pupil_number`),
  all(set(upn, 'L801000178301'), set(`${cd}.former_unique_pupil_number`, 'L801000178301')),
  all(set(upn, 'F845000178302'), set(`${cd}.former_unique_pupil_number`, 'L801000178301')),
);
rule('UPN-18', unborn, value(upn), all(drop(reason), set(upn, 'L801000178301')), nothing);
rule('UPN-18', need, value(upn), set(`${cd}.date_of_birth`, '2024-07-01'), set(`${cd}.date_of_birth`, '2024-06-30'));

// Episode
present('EPI-01', need, e1, 'referral_date');
one('EPI-01', need, `${e1}.referral_date`, '2026-07-01', '2026-06-30');
one('EPI-02', unborn, `${cd}.expected_date_of_birth`, '2027-02-23', '2027-02-22');
list[list.length - 1] = {
  code: 'EPI-02',
  child: unborn,
  fail: set(`${cd}.expected_date_of_birth`, '2027-02-23'),
  place: value(`${e0}.referral_date`),
  pass: set(`${cd}.expected_date_of_birth`, '2027-02-22'),
};
rule(
  'EPI-03',
  need,
  opening(e1),
  drop(`${e1}.referral_source`),
  all(drop(`${e1}.referral_source`), set(`${e1}.referral_date`, '2013-03-31')),
);
one('EPI-03', need, `${e1}.referral_source`, '1E', '1D');
one('EPI-03', need, `${e1}.referral_source`, 4, '4');
present('EPI-04', need, e1, 'referral_no_further_action_flag');
one('EPI-05', need, `${e0}.closure_date`, '2026-01-11', '2026-01-12');
one('EPI-06', need, `${e0}.closure_reason`, 'RC10', 'RC1');
rule('EPI-07', need, value(`${e0}.closure_date`), drop(`${e0}.closure_reason`), nothing);
rule('EPI-08', need, value(`${e0}.closure_reason`), drop(`${e0}.closure_date`), nothing);
const closed = (day: string): Change => all(set(`${e1}.closure_date`, day), set(`${e1}.closure_reason`, 'RC7'));
rule('EPI-09', care, value(`${cnp}.end_date`), all(closed('2025-06-01'), nothing), closed('2025-06-02'));
rule(
  'EPI-09',
  care,
  value(`${cfa0}.authorisation_date`),
  set(`${e0}.closure_date`, '2024-06-26'),
  set(`${e0}.closure_date`, '2024-06-27'),
);
rule(
  'EPI-10',
  need,
  value(`${e1}.referral_no_further_action_flag`),
  set(`${e1}.referral_no_further_action_flag`, true),
  all(set(`${e1}.referral_no_further_action_flag`, true), drop(`${e1}.child_and_family_assessments`)),
);
rule(
  'EPI-11',
  care,
  value(`${e1}.referral_no_further_action_flag`),
  set(`${e1}.referral_no_further_action_flag`, true),
  all(set(`${e1}.referral_no_further_action_flag`, true), drop(`${e1}.child_protection_plans`)),
);
rule(
  'EPI-12',
  need,
  value(`${e1}.referral_no_further_action_flag`),
  set(`${e1}.referral_no_further_action_flag`, true),
  all(set(`${e1}.referral_no_further_action_flag`, true), drop(`${e1}.child_in_need_plans`)),
);
const reopen = all(
  drop(`${e0}.closure_date`),
  drop(`${e0}.closure_reason`),
  set(`${e0}.referral_no_further_action_flag`, false),
);
rule('EPI-13', need, opening(e1), reopen, all(drop(`${e0}.closure_date`), drop(`${e0}.closure_reason`)));
rule(
  'EPI-14',
  need,
  value(`${e0}.referral_date`),
  all(reopen, closed('2026-06-30')),
  all(reopen, closed('2026-06-30'), set(`${e0}.referral_date`, '2026-02-23')),
);
rule(
  'EPI-15',
  need,
  value(`${e1}.referral_date`),
  set(`${e0}.closure_date`, '2026-02-24'),
  set(`${e0}.closure_date`, '2026-02-23'),
);
rule(
  'EPI-16',
  need,
  value(`${e1}.closure_reason`),
  all(closed('2026-06-30'), set(`${e1}.closure_reason`, 'RC8')),
  all(closed('2026-06-30'), set(`${e1}.closure_reason`, 'RC8'), drop(`${e1}.child_in_need_plans`)),
);
rule(
  'EPI-17',
  care,
  value(`${e0}.closure_reason`),
  drop(`${e0}.child_and_family_assessments`),
  all(drop(`${e0}.child_and_family_assessments`), set(`${e0}.closure_reason`, 'RC7')),
);
rule(
  'EPI-18',
  care,
  value(`${e0}.closure_reason`),
  all(set(`${cfa0}.factors`, ['21']), set(`${e0}.closure_reason`, 'RC7')),
  set(`${cfa0}.factors`, ['21']),
);
rule(
  'EPI-19',
  need,
  value(`${e0}.referral_no_further_action_flag`),
  all(set(`${e0}.referral_date`, '2023-12-31'), set(`${e0}.closure_date`, '2024-01-01')),
  all(set(`${e0}.referral_date`, '2024-01-01'), set(`${e0}.closure_date`, '2024-01-01')),
);
rule(
  'EPI-20',
  need,
  opening(cnp),
  closed('2026-05-31'),
  all(closed('2026-05-31'), set(`${cnp}.end_date`, '2026-05-31'), set(`${w1}.end_date`, '2026-05-31')),
);
rule(
  'EPI-21',
  care,
  value(`${e0}.referral_no_further_action_flag`),
  all(set(`${e0}.referral_no_further_action_flag`, true), set(`${e0}.adoption`, { placed_date: '2026-03-09' })),
  set(`${e0}.adoption`, { placed_date: '2026-03-09' }),
);
rule('EPI-22', care, value(`${p1}.start_date`), closed('2026-03-08'), closed('2026-03-09'));
rule(
  'EPI-23',
  need,
  value(`${e0}.closure_reason`),
  set(`${e0}.closure_reason`, 'RC1'),
  set(`${e0}.closure_reason`, 'RC3'),
);
rule('EPI-23', care, value(`${e0}.closure_reason`), set(`${e0}.closure_reason`, 'RC2'), nothing);

// Child and family assessment
one('ASM-01', need, `${cfa1}.start_date`, '2026-02-22', '2026-02-23');
one('ASM-02', need, `${cfa1}.authorisation_date`, '2026-02-23', '2026-02-24');
present('ASM-03', need, cfa1, 'start_date');
rule(
  'ASM-04',
  need,
  value(`${cfa1}.factors`),
  drop(`${cfa1}.authorisation_date`),
  all(drop(`${cfa1}.authorisation_date`), set(`${cfa1}.factors`, [])),
);
one('ASM-05', need, `${cfa1}.factors`, [], ['21']);
present('ASM-05', need, cfa1, 'factors');
rule('ASM-06', need, value(`${cfa1}.factors.0`), set(`${cfa1}.factors`, ['21', '4B']), set(`${cfa1}.factors`, ['21']));
rule(
  'ASM-07',
  need,
  value(`${cfa1}.factors.1`),
  set(`${cfa1}.factors`, ['4B', '4B']),
  set(`${cfa1}.factors`, ['4B', '4C']),
);
rule('ASM-08', need, value(`${cfa1}.factors.0`), set(`${cfa1}.factors`, ['18A']), set(`${cfa1}.factors`, ['18B']));
const second = (start: string, more: Record<string, string | string[]> = {}): Change =>
  push(`${e1}.child_and_family_assessments`, { child_and_family_assessment_id: 'AS-7000', start_date: start, ...more });
rule(
  'ASM-09',
  need,
  opening(`${e1}.child_and_family_assessments.1`),
  all(drop(`${cfa1}.authorisation_date`), set(`${cfa1}.factors`, []), second('2026-06-01')),
  second('2026-06-01'),
);
rule(
  'ASM-10',
  need,
  value(`${e1}.child_and_family_assessments.1.start_date`),
  second('2026-04-20'),
  second('2026-04-21'),
);
rule(
  'ASM-11',
  need,
  opening(cfa1),
  all(closed('2026-06-30'), drop(`${cfa1}.authorisation_date`)),
  closed('2026-06-30'),
);
rule(
  'ASM-12',
  unborn,
  value(`${cfa0}.start_date`),
  all(
    drop(`${cfa0}.authorisation_date`),
    drop(`${cfa0}.factors`),
    set(`${e0}.referral_date`, '2026-04-23'),
    set(`${cfa0}.start_date`, '2026-04-23'),
  ),
  all(
    drop(`${cfa0}.authorisation_date`),
    drop(`${cfa0}.factors`),
    set(`${e0}.referral_date`, '2026-04-23'),
    set(`${cfa0}.start_date`, '2026-04-24'),
  ),
);
rule(
  'ASM-13',
  need,
  value(`${e1}.child_and_family_assessments.1.child_and_family_assessment_id`),
  all(second('2026-06-01'), set(`${e1}.child_and_family_assessments.1.child_and_family_assessment_id`, 'AS-5977')),
  second('2026-06-01'),
);

// Child in need plan
present('CNP-01', need, cnp, 'start_date');
one('CNP-01', need, `${cnp}.start_date`, '2026-07-01', '2026-06-30');
one('CNP-02', need, `${cnp}.start_date`, '2026-02-22', '2026-02-23');
one('CNP-03', need, `${cnp}.end_date`, '2026-04-20', '2026-04-22');
one('CNP-04', need, `${cnp}.end_date`, '2026-04-21', '2026-04-22');
const plan = (kind: string, id: string, start: string, end?: string): Change =>
  push(`${e1}.${kind}`, { [id]: 'PX-1', start_date: start, ...(end === undefined ? {} : { end_date: end }) });
const needPlan = (start: string, end?: string): Change =>
  plan('child_in_need_plans', 'child_in_need_plan_id', start, end);
const protection = (start: string, end?: string): Change =>
  plan('child_protection_plans', 'child_protection_plan_id', start, end);
rule(
  'CNP-05',
  need,
  opening(`${e1}.child_in_need_plans.1`),
  needPlan('2026-06-01'),
  all(set(`${cnp}.end_date`, '2026-05-31'), needPlan('2026-06-01')),
);
rule(
  'CNP-06',
  need,
  value(`${e1}.child_in_need_plans.1.start_date`),
  all(set(`${cnp}.end_date`, '2026-06-01'), needPlan('2026-06-01')),
  all(set(`${cnp}.end_date`, '2026-05-31'), needPlan('2026-06-01')),
);
rule('CNP-07', need, opening(cnp), protection('2026-05-01'), protection('2026-05-01', '2026-05-02'));
rule(
  'CNP-08',
  need,
  value(`${cnp}.start_date`),
  protection('2026-04-01', '2026-04-22'),
  protection('2026-04-01', '2026-04-21'),
);

// Section 47 and conference
one('S47-01', care, `${s47}.start_date`, '2024-10-06', '2024-10-07');
rule(
  'S47-02',
  care,
  value(`${s47}.icpc_date`),
  all(set(`${s47}.start_date`, '2024-10-04'), set(`${s47}.icpc_date`, '2024-10-04')),
  all(set(`${s47}.start_date`, '2024-10-07'), set(`${s47}.icpc_date`, '2024-10-07')),
);
one('S47-03', care, `${s47}.icpc_date`, '2024-10-11', '2024-10-14');
rule('S47-03', care, value(`${s47}.icpc_date`), drop(`${s47}.start_date`), nothing);
rule(
  'S47-04',
  care,
  value(`${s47}.icpc_required_flag`),
  all(closed('2026-06-30'), drop(`${s47}.icpc_date`)),
  all(closed('2026-06-30'), drop(`${s47}.icpc_date`), set(`${s47}.icpc_required_flag`, false)),
);
rule(
  'S47-04',
  care,
  value(`${s47}.icpc_date`),
  all(closed('2026-06-30'), set(`${s47}.icpc_required_flag`, false)),
  closed('2026-06-30'),
);
rule('S47-05', care, value(`${s47}.icpc_date`), set(`${s47}.icpc_required_flag`, false), nothing);
const enquiry = (start: string, more: Record<string, string | boolean> = {}): Change =>
  push(`${e1}.section_47_assessments`, { section_47_assessment_id: 'S4-900', start_date: start, ...more });
rule(
  'S47-06',
  care,
  opening(`${e1}.section_47_assessments.1`),
  all(drop(`${s47}.icpc_date`), enquiry('2026-06-15')),
  enquiry('2026-06-15'),
);
rule(
  'S47-07',
  care,
  value(`${e1}.section_47_assessments.1.start_date`),
  enquiry('2024-11-01', { icpc_date: '2024-11-04' }),
  enquiry('2024-11-04', { icpc_date: '2024-11-04' }),
);
one('S47-08', care, `${s47}.icpc_date`, '2024-11-02', '2024-11-01');
rule(
  'S47-09',
  care,
  value(`${e1}.section_47_assessments.1.start_date`),
  enquiry('2026-06-08', { icpc_required_flag: true }),
  enquiry('2026-06-09', { icpc_required_flag: true }),
);
one('S47-10', care, `${s47}.icpc_date`, '2024-11-05', '2024-11-04');
rule('S47-11', care, opening(s47), drop(`${e1}.child_and_family_assessments`), nothing);
one('S47-12', care, `${s47}.end_date`, '2024-10-13', '2024-10-14');
one('S47-13', care, `${cpp}.start_date`, '2024-11-04', '2024-11-01');

// Child protection plan
present('CPP-01', care, cpp, 'start_date');
one('CPP-02', care, `${cpp}.start_date`, '2024-10-06', '2024-10-07');
one('CPP-03', care, `${cpp}.end_date`, '2024-10-31', '2024-11-02');
one('CPP-04', care, `${cpp}.end_date`, '2024-11-01', '2024-11-02');
rule(
  'CPP-05',
  care,
  opening(`${e1}.child_protection_plans.1`),
  all(drop(`${cpp}.end_date`), protection('2025-12-01')),
  protection('2025-12-01'),
);
rule(
  'CPP-06',
  care,
  value(`${e1}.child_protection_plans.1.start_date`),
  protection('2025-03-17', '2025-03-18'),
  protection('2025-06-02', '2025-06-03'),
);
rule(
  'CPP-07',
  care,
  value(`${e1}.child_protection_plans.1.start_date`),
  protection('2025-06-01', '2025-06-03'),
  protection('2025-06-02', '2025-06-03'),
);

// Placement
present('PLC-01', care, p0, 'start_date');
one('PLC-02', care, `${p1}.start_reason`, 'X', 'P');
one('PLC-03', care, `${p0}.placement_type`, 'P2', 'P1');
rule(
  'PLC-03',
  leaver,
  value(`${l0}.placement_type`),
  all(set(`${l0}.placement_type`, 'P2')),
  all(set(`${l0}.placement_type`, 'P2'), set(`${l0}.end_date`, '2023-10-27')),
);
one('PLC-04', care, `${p0}.end_reason`, 'E43', 'E41');
one('PLC-05', care, `${p0}.change_reason`, 'MOVE', 'OTHER');
rule('PLC-06', care, value(`${p0}.end_date`), drop(`${p0}.end_reason`), nothing);
rule('PLC-06', care, value(`${p1}.end_reason`), set(`${p1}.end_reason`, 'E8'), nothing);
one('PLC-07', care, `${p0}.end_date`, '2025-06-01', '2025-06-03');
one('PLC-08', care, `${p0}.end_date`, '2025-06-02', '2025-06-03');
rule(
  'PLC-09',
  care,
  opening(p0),
  all(drop(`${p0}.end_date`), drop(`${p0}.end_reason`), drop(`${p0}.change_reason`)),
  nothing,
);
one('PLC-10', care, `${p1}.start_date`, '2026-03-08', '2026-03-09');
one('PLC-11', care, `${p0}.start_date`, '2017-06-20', '2017-06-21');
rule('PLC-12', care, value(`${p0}.end_reason`), set(`${p1}.start_date`, '2026-03-10'), nothing);
one('PLC-12', care, `${p0}.end_reason`, 'E8', 'X1');
rule(
  'PLC-13',
  care,
  value(`${p1}.start_reason`),
  set(`${p0}.end_reason`, 'E4A'),
  all(set(`${p0}.end_reason`, 'E4A'), set(`${p1}.start_reason`, 'S')),
);
rule(
  'PLC-14',
  care,
  value(`${p1}.start_reason`),
  set(`${p1}.start_reason`, 'S'),
  all(set(`${p1}.start_reason`, 'S'), set(`${p1}.start_date`, '2026-03-10')),
);
rule('PLC-15', care, value(`${p1}.start_reason`), set(`${p1}.start_date`, '2026-03-10'), nothing);
one('PLC-16', care, `${p0}.start_reason`, 'P', 'S');
rule(
  'PLC-17',
  care,
  value(`${p0}.start_date`),
  set(`${cd}.date_of_birth`, '2007-06-02'),
  set(`${cd}.date_of_birth`, '2007-06-03'),
);
rule('PLC-18', care, value(`${p1}.start_date`), set(`${p0}.end_reason`, 'E15'), nothing);
rule(
  'PLC-19',
  care,
  opening(p0),
  drop(`${p0}.change_reason`),
  all(drop(`${p0}.change_reason`), set(`${p1}.start_reason`, 'L')),
);
one('PLC-20', care, `${p0}.change_reason`, 'CHILD', 'CHILD');
list[list.length - 1] = {
  code: 'PLC-20',
  child: care,
  fail: set(`${p0}.placement_type`, 'T1'),
  place: value(`${p0}.change_reason`),
  pass: all(set(`${p0}.placement_type`, 'T1'), drop(`${p0}.change_reason`)),
};
rule('PLC-20', care, value(`${p0}.change_reason`), set(`${p1}.placement_type`, 'T2'), nothing);
rule('PLC-21', care, value(`${p1}.change_reason`), set(`${p1}.change_reason`, 'OTHER'), nothing);
rule(
  'PLC-22',
  leaver,
  value(`${l0}.change_reason`),
  all(set(`${l0}.change_reason`, 'CUSTOD'), set(`${cd}.date_of_birth`, '2012-11-11')),
  all(set(`${l0}.change_reason`, 'CUSTOD'), set(`${cd}.date_of_birth`, '2012-11-10')),
);
rule(
  'PLC-23',
  care,
  value(`${p1}.start_reason`),
  set(`${p1}.placement_type`, 'A5'),
  all(set(`${p1}.placement_type`, 'A5'), set(`${p1}.start_reason`, 'T')),
);
const typed = (code: string, type: string, young: string, old: string): void =>
  rule(
    code,
    leaver,
    value(`${l0}.placement_type`),
    all(set(`${l0}.placement_type`, type), set(`${cd}.date_of_birth`, young)),
    all(set(`${l0}.placement_type`, type), set(`${cd}.date_of_birth`, old)),
  );
typed('PLC-24', 'K3', '2006-11-11', '2006-11-10');
rule(
  'PLC-25',
  leaver,
  value(`${l0}.placement_type`),
  all(set(`${l0}.placement_type`, 'P2'), set(`${l0}.end_date`, '2023-10-27'), set(`${cd}.date_of_birth`, '2006-11-11')),
  all(set(`${l0}.placement_type`, 'P2'), set(`${l0}.end_date`, '2023-10-27'), set(`${cd}.date_of_birth`, '2006-11-10')),
);
typed('PLC-26', 'R5', '2012-11-11', '2012-11-10');
typed('PLC-27', 'S1', '2018-11-11', '2018-11-10');
typed('PLC-28', 'P3', '2008-11-11', '2008-11-10');
const stay = (code: string, type: string, tooLong: string, longest: string): void =>
  rule(
    code,
    leaver,
    value(`${l1}.end_date`),
    all(set(`${l1}.placement_type`, type), set(`${l1}.end_date`, tooLong)),
    all(set(`${l1}.placement_type`, type), set(`${l1}.end_date`, longest)),
  );
stay('PLC-29', 'T1', '2024-01-16', '2024-01-15');
stay('PLC-30', 'T3', '2023-12-26', '2023-12-25');
stay('PLC-31', 'T4', '2023-12-12', '2023-12-11');
const holiday = (id: string, start: string, end: string): Change =>
  push(`${e1}.child_looked_after_placements`, {
    child_looked_after_placement_id: id,
    start_date: start,
    end_date: end,
    start_reason: 'P',
    end_reason: 'X1',
    placement_type: 'T3',
  });
rule(
  'PLC-32',
  care,
  value(`${e1}.child_looked_after_placements.4.start_date`),
  all(
    holiday('H1', '2025-07-01', '2025-07-02'),
    holiday('H2', '2025-08-01', '2025-08-02'),
    holiday('H3', '2026-06-30', '2026-06-30'),
  ),
  all(
    holiday('H1', '2025-06-30', '2025-07-02'),
    holiday('H2', '2025-08-01', '2025-08-02'),
    holiday('H3', '2026-06-30', '2026-06-30'),
  ),
);
rule(
  'PLC-33',
  care,
  value(`${p1}.start_reason`),
  all(set(`${p1}.placement_type`, 'T2'), set(`${p1}.start_reason`, 'L')),
  set(`${p1}.placement_type`, 'T2'),
);
rule(
  'PLC-34',
  leaver,
  value(`${l1}.end_reason`),
  set(`${l1}.placement_type`, 'T1'),
  all(set(`${l1}.placement_type`, 'T1'), set(`${l1}.end_reason`, 'X1')),
);
const back = (type: string, postcode: string): Change =>
  all(
    set(`${p1}.placement_type`, 'T4'),
    set(`${p1}.end_date`, '2026-03-12'),
    set(`${p1}.end_reason`, 'X1'),
    push(`${e1}.child_looked_after_placements`, {
      child_looked_after_placement_id: 'B1',
      start_date: '2026-03-12',
      start_reason: 'P',
      placement_type: type,
      postcode,
    }),
  );
rule(
  'PLC-35',
  care,
  value(`${e1}.child_looked_after_placements.2.placement_type`),
  back('U4', 'ZZ91 4TH'),
  back('U6', 'ZZ91 4TH'),
);
rule(
  'PLC-35',
  care,
  value(`${e1}.child_looked_after_placements.2.postcode`),
  back('U6', 'ZZ91 4TJ'),
  back('U6', 'ZZ91 4TH'),
);
const ending = (code: string, endReason: string, wrong: string, right: string): void =>
  rule(
    code,
    leaver,
    value(`${l1}.end_reason`),
    all(set(`${l1}.end_reason`, endReason), set(`${cd}.date_of_birth`, wrong)),
    all(set(`${l1}.end_reason`, endReason), set(`${cd}.date_of_birth`, right)),
  );
ending('PLC-36', 'E12', '2006-02-17', '2006-02-18');
ending('PLC-37', 'E6', '2010-02-18', '2010-02-17');
ending('PLC-38', 'E7', '2008-02-18', '2008-02-17');
ending('PLC-39', 'E48', '2006-02-16', '2006-02-17');
ending('PLC-40', 'E17', '2006-02-18', '2006-02-17');
rule(
  'PLC-41',
  leaver,
  value(`${l1}.end_reason`),
  set(`${l1}.end_reason`, 'E11'),
  all(set(`${l1}.end_reason`, 'E11'), set(`${l1}.placement_type`, 'A4')),
);
rule(
  'PLC-42',
  leaver,
  value(`${l1}.end_reason`),
  set(`${l1}.end_reason`, 'E46'),
  all(set(`${l1}.end_reason`, 'E46'), set(`${l1}.placement_type`, 'U4')),
);
one('PLC-43', care, `${p1}.start_date`, '2026-07-01', '2026-06-30');
rule('PLC-44', leaver, value(`${l1}.end_date`), set(`${l1}.end_date`, '2024-02-18'), nothing);
rule(
  'PLC-45',
  leaver,
  opening(l0),
  all(set(`${l0}.end_reason`, 'E8'), set(`${l1}.start_reason`, 'S'), set(`${l1}.end_reason`, 'E8')),
  all(
    set(`${l0}.end_reason`, 'E8'),
    set(`${l1}.start_reason`, 'S'),
    set(`${l1}.end_reason`, 'E8'),
    set(`${l1}.start_date`, '2024-01-15'),
  ),
);
rule(
  'PLC-46',
  care,
  opening(p0),
  drop(`${p0}.postcode`),
  all(drop(`${p0}.postcode`), set(`${p0}.placement_type`, 'R2')),
);

// Adoption
one('ADO-01', care, `${ado}.initial_decision_date`, '2017-06-20', '2017-06-21');
one('ADO-02', care, `${ado}.initial_decision_date`, '2025-06-01', '2025-06-02');
one('ADO-03', care, `${ado}.matched_date`, '2025-12-14', '2025-12-15');
rule(
  'ADO-03',
  care,
  value(`${ado}.matched_date`),
  drop(`${ado}.initial_decision_date`),
  all(drop(`${ado}.initial_decision_date`), drop(`${ado}.matched_date`)),
);
one('ADO-04', care, `${ado}.matched_date`, '2026-03-10', '2026-03-09');
rule(
  'ADO-05',
  care,
  value(`${ado}.initial_decision_date`),
  set(`${ado}.initial_decision_date`, '2026-03-10'),
  set(`${ado}.initial_decision_date`, '2026-03-09'),
);
rule(
  'ADO-05',
  care,
  value(`${ado}.initial_decision_date`),
  all(drop(`${ado}.placed_date`), set(`${ado}.initial_decision_date`, '2026-03-10')),
  all(drop(`${ado}.placed_date`), set(`${ado}.initial_decision_date`, '2026-03-09')),
);
rule('ADO-06', care, opening(ado), drop(`${ado}.initial_decision_date`), nothing);
rule('ADO-06', care, value(`${p1}.placement_type`), drop(ado), all(drop(ado), set(`${p1}.placement_type`, 'U6')));
rule(
  'ADO-07',
  care,
  value(`${ado}.matched_date`),
  all(set(`${p1}.end_date`, '2026-06-15'), set(`${p1}.end_reason`, 'E11'), set(`${ado}.matched_date`, '2026-06-15')),
  all(set(`${p1}.end_date`, '2026-06-15'), set(`${p1}.end_reason`, 'E11')),
);
one('ADO-08', care, `${ado}.placed_date`, '2026-03-10', '2026-03-09');
rule(
  'ADO-09',
  care,
  value(`${ado}.placed_date`),
  set(`${ado}.placed_date`, '2026-02-15'),
  set(`${ado}.placed_date`, '2026-02-16'),
);
rule(
  'ADO-10',
  care,
  opening(ado),
  set(`${e0}.adoption`, { initial_decision_date: '2025-12-15', matched_date: '2026-02-16', placed_date: '2026-03-09' }),
  set(`${e0}.adoption`, { initial_decision_date: '2025-12-16' }),
);
rule(
  'ADO-11',
  care,
  value(`${ado}.placed_date`),
  set(`${cd}.date_of_birth`, '2008-03-09'),
  set(`${cd}.date_of_birth`, '2008-03-10'),
);
rule(
  'ADO-12',
  need,
  opening(`${e1}.adoption`),
  set(`${e1}.adoption`, { purge: false }),
  set(`${e1}.adoption`, { initial_decision_date: '2026-05-01' }),
);

// Care leaver
rule(
  'CLV-01',
  leaver,
  opening(clv),
  drop(`${clv}.activity`),
  all(drop(`${clv}.activity`), drop(`${clv}.accommodation`), drop(`${clv}.contact_date`)),
);
rule(
  'CLV-02',
  leaver,
  opening(clv),
  set(`${cd}.date_of_birth`, '2009-04-01'),
  set(`${cd}.date_of_birth`, '2009-03-31'),
);
rule(
  'CLV-03',
  leaver,
  value(`${clv}.contact_date`),
  set(`${cd}.date_of_birth`, '2000-05-27'),
  set(`${cd}.date_of_birth`, '2000-05-28'),
);
rule(
  'CLV-04',
  leaver,
  value(`${clv}.accommodation`),
  all(set(`${clv}.accommodation`, 'T'), set(`${cd}.date_of_birth`, '2007-04-02')),
  all(set(`${clv}.accommodation`, 'T'), set(`${cd}.date_of_birth`, '2007-04-01')),
);
rule(
  'CLV-05',
  leaver,
  value(`${clv}.accommodation`),
  all(set(`${clv}.accommodation`, 'Z'), set(`${cd}.date_of_birth`, '2008-04-01')),
  all(set(`${clv}.accommodation`, 'Z'), set(`${cd}.date_of_birth`, '2008-03-31')),
);
rule('CLV-06', leaver, opening(clv), set(`${l1}.end_reason`, 'E2'), nothing);
rule('CLV-07', leaver, opening(clv), set(`${l1}.end_reason`, 'E3'), set(`${l0}.end_reason`, 'E3'));
rule(
  'CLV-08',
  leaver,
  opening(clv),
  all(set(`${cd}.date_of_birth`, '2008-02-17'), drop(`${l1}.end_date`), drop(`${l1}.end_reason`)),
  set(`${cd}.date_of_birth`, '2008-02-17'),
);
rule(
  'CLV-08',
  leaver,
  opening(clv),
  all(set(`${cd}.date_of_birth`, '2008-02-17'), set(`${l1}.end_date`, '2026-02-18')),
  all(set(`${cd}.date_of_birth`, '2008-02-17'), set(`${l1}.end_date`, '2026-02-17')),
);
one('CLV-09', leaver, `${clv}.contact_date`, '2026-07-01', '2026-06-30');
one('CLV-10', leaver, `${clv}.accommodation`, 'Z', 'V');
one('CLV-11', leaver, `${clv}.activity`, 'E2', 'F2');
one('CLV-11', leaver, `${clv}.activity`, 'Fu', 'F4');
rule(
  'CLV-12',
  leaver,
  opening(`${e1}.care_leavers`),
  push('social_care_episodes', {
    social_care_episode_id: 'EP-9',
    care_leavers: { contact_date: '2026-05-27', activity: 'F2', accommodation: 'D' },
  }),
  push('social_care_episodes', {
    social_care_episode_id: 'EP-9',
    care_leavers: { contact_date: '2026-05-28', activity: 'F2', accommodation: 'D' },
  }),
);

// Questionnaire
one('SDQ-01', care, `${sdq}.0.score`, 41, 40);
one('SDQ-01', care, `${sdq}.0.score`, -1, 0);
present('SDQ-02', care, `${sdq}.0`, 'date');
present('SDQ-02', care, `${sdq}.0`, 'score');
one('SDQ-03', care, `${sdq}.1.date`, '2021-06-20', '2021-06-21');
rule(
  'SDQ-04',
  care,
  value(`${sdq}.0.date`),
  set(`${cd}.date_of_birth`, '2008-04-14'),
  set(`${cd}.date_of_birth`, '2008-04-15'),
);
one('SDQ-05', care, `${sdq}.0.date`, '2026-07-01', '2026-06-30');
one('SDQ-05', care, `${sdq}.0.date`, '2017-06-20', '2021-06-21');
one('SDQ-06', care, `${sdq}.1.date`, '2026-04-14', '2026-04-13');
rule(
  'SDQ-07',
  need,
  opening(sdq),
  set('health_and_wellbeing', { sdq_assessments: [{ date: '2026-04-14', score: 3 }] }),
  set('health_and_wellbeing', { sdq_assessments: [] }),
);

// Asylum
one('UAS-01', leaver, `${cd}.uasc_flag`, false, true);
list[list.length - 1] = {
  code: 'UAS-01',
  child: leaver,
  fail: set(`${cd}.uasc_flag`, false),
  place: value(`${cd}.uasc_end_date`),
  pass: all(set(`${cd}.uasc_flag`, false), drop(`${cd}.uasc_end_date`)),
};
one('UAS-02', leaver, `${cd}.uasc_end_date`, '2024-02-18', '2024-02-17');
rule(
  'UAS-03',
  care,
  value(`${cd}.uasc_flag`),
  all(set(`${cd}.uasc_flag`, true), set(`${cd}.date_of_birth`, '2015-03-31')),
  all(set(`${cd}.uasc_flag`, true), set(`${cd}.date_of_birth`, '2015-03-30')),
);
rule(
  'UAS-04',
  need,
  value(`${cd}.uasc_flag`),
  set(`${cfa1}.factors`, ['9A']),
  all(set(`${cfa1}.factors`, ['9A']), set(`${cd}.uasc_flag`, true)),
);
one('UAS-05', unborn, `${cd}.uasc_flag`, true, false);

// Worker
one('WRK-01', care, `${w0}.worker_id`, 'jbloggs', 'XX12');
present('WRK-02', care, w0, 'start_date');
one('WRK-03', care, `${w0}.end_date`, '2024-10-06', '2025-06-02');
one('WRK-04', care, `${w0}.end_date`, '2024-10-07', '2025-06-02');
rule('WRK-05', care, opening(w0), drop(`${w0}.end_date`), nothing);
one('WRK-06', need, `${w1}.start_date`, '2026-05-13', '2026-05-12');
rule('WRK-07', care, opening(p1), set(`${w1}.end_date`, '2026-03-30'), set(`${w1}.end_date`, '2026-03-31'));
rule(
  'WRK-08',
  care,
  opening(`${e1}.care_worker_details.2`),
  push(`${e1}.care_worker_details`, { worker_id: 'SW30417', start_date: '2024-10-07', end_date: '2025-06-02' }),
  push(`${e1}.care_worker_details`, { worker_id: 'SW30417', start_date: '2024-10-07', end_date: '2025-06-01' }),
);
one('WRK-09', care, `${w0}.worker_id`, 'smithj01', 'SW01');

// Purge and delta
rule(
  'PRG-01',
  care,
  opening(cpp),
  all(set(cpp, { purge: true })),
  set(cpp, { child_protection_plan_id: 'CP-412', purge: true }),
);
rule('PRG-01', care, opening(''), all(set('purge', true), drop('la_child_id')), nothing);
rule(
  'PRG-02',
  need,
  key('child_details'),
  set('purge', true),
  all(set('purge', true), drop('child_details'), drop('social_care_episodes')),
);
rule(
  'PRG-03',
  care,
  key(`${e0}.child_and_family_assessments`),
  set(`${e0}.purge`, true),
  set(e0, { social_care_episode_id: 'EP-31001', purge: true }),
);
rule(
  'PRG-04',
  care,
  value(`${cpp}.purge`),
  set(`${cpp}.purge`, true),
  set(cpp, { child_protection_plan_id: 'CP-412', purge: true }),
);
rule('DLT-01', care, opening(''), drop('child_details'), nothing);
rule(
  'DLT-02',
  care,
  opening(cnp),
  all(set(cpp, { child_protection_plan_id: 'CP-412', purge: true }), drop(`${cnp}.child_in_need_plan_id`)),
  set(cpp, { child_protection_plan_id: 'CP-412', purge: true }),
);
one('DLT-06', care, `${cd}.surname`, "O''Invented", "O'Invented");

/** Every rule that one child can show: a failing case and a passing one next to it. */
export const ruleCases: readonly RuleCase[] = list;
