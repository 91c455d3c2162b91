import { addYears, type Day, formatDay } from '../../core/rules/days.ts';
import { ageOn } from '../calendar.ts';
import { type ChildContext, codesOf } from './context.ts';
import { firstNames, surnames } from './names.ts';
import { inventUpn } from './upn.ts';

/** What a story decides about the person; everything else is invented. */
export interface PersonFacts {
  /** Birth date, or for an unborn child the due date. */
  readonly birth: Day;
  readonly unborn?: boolean;
  /** Looked after now or in the window: decides which reasons for a missing UPN are possible. */
  readonly inCare?: boolean;
  /** Every referral ended without further action. */
  readonly onlyNoFurtherAction?: boolean;
  readonly died?: Day;
  readonly nationality?: string;
}

/** Adds the person with addresses, disabilities and other identifiers. */
export function addPerson(child: ChildContext, facts: PersonFacts): void {
  const { random, personId, rows, asOf } = child;
  const unborn = facts.unborn === true;
  const sex = unborn ? 'U' : inventSex(child, facts);
  rows.add('ssd_person', {
    pers_person_id: personId,
    pers_legacy_id: random.chance(0.7) ? `M${child.number + 5_000_000}` : null,
    ...pupilNumber(child, facts),
    pers_forename: unborn ? 'Unborn' : random.pick(firstNames),
    pers_surname: random.pick(surnames),
    pers_sex: sex,
    pers_gender: sex,
    pers_ethnicity: random.pick(codesOf('ethnicity')),
    pers_dob: unborn ? null : formatDay(facts.birth),
    // Some systems keep the due date of a child who has been born since.
    pers_expected_dob: unborn ? formatDay(facts.birth) : random.chance(0.03) ? formatDay(facts.birth + 3) : null,
    pers_death_date: facts.died === undefined ? null : formatDay(facts.died),
    pers_send_flag: random.chance(0.15) ? 'Y' : 'N',
    pers_is_mother: 'N',
    pers_nationality: facts.nationality ?? 'British',
  });
  addAddresses(child, unborn ? asOf - 400 : facts.birth);
  if (!unborn) addDisabilities(child);
  if (!unborn && random.chance(0.05)) addLinkedIdentifiers(child, facts.birth);
}

function inventSex(child: ChildContext, facts: PersonFacts): string {
  // A born child with a placement and an unknown sex is a query in the looked-after census.
  if (facts.inCare !== true && child.random.chance(0.01)) return 'U';
  return child.random.pick(['M', 'F']);
}

function pupilNumber(
  child: ChildContext,
  facts: PersonFacts,
): { pers_upn: string | null; pers_upn_unknown: string | null } {
  const { random } = child;
  const schoolAge = facts.birth <= addYears(child.yearEnd, -5);
  if (facts.unborn === true || ageOn(facts.birth, child.asOf) < 3) {
    return { pers_upn: null, pers_upn_unknown: facts.unborn === true ? null : 'UN1' };
  }
  if (random.chance(0.88)) return { pers_upn: inventUpn(child.number, random.chance(0.03)), pers_upn_unknown: null };
  const reason = missingNumberReason(child, facts, schoolAge);
  // Some systems keep the reason in the column of the number itself.
  return random.chance(0.2)
    ? { pers_upn: reason, pers_upn_unknown: null }
    : { pers_upn: null, pers_upn_unknown: reason };
}

function missingNumberReason(child: ChildContext, facts: PersonFacts, schoolAge: boolean): string {
  if (facts.onlyNoFurtherAction === true) return 'UN7';
  const reasons = ['UN2', 'UN3', 'UN5'];
  // UN4 (new to care or service) is for the weeks after a child is first looked after.
  if (facts.inCare !== true) reasons.push('UN4');
  if (!schoolAge) return 'UN1';
  return child.random.pick(reasons);
}

function addAddresses(child: ChildContext, since: Day): void {
  const { random, personId, rows, asOf } = child;
  const moves = random.int(0, 2);
  let start = Math.min(since, asOf);
  for (let i = 0; i <= moves; i++) {
    const end = i === moves ? null : random.int(start + 1, Math.max(start + 1, asOf - 30 * (moves - i)));
    if (end !== null && end >= asOf) continue;
    rows.add('ssd_address', {
      addr_table_id: child.nextId('AD'),
      addr_person_id: personId,
      addr_address_type: random.pick(['HOME', 'HOME', 'HOME', 'TEMP']),
      addr_address_start_date: formatDay(start),
      addr_address_end_date: end === null ? null : formatDay(end),
      addr_address_postcode: child.postcode(),
      addr_address_json: JSON.stringify({
        HOUSE: String(random.int(1, 200)),
        STREET: 'Invented Street',
        TOWN: 'Sandford',
      }),
    });
    start = (end ?? start) + 1;
  }
}

function addDisabilities(child: ChildContext): void {
  const { random, personId, rows } = child;
  if (random.chance(0.75)) {
    // Either no row at all or an explicit NONE: both mean that no disability is recorded.
    if (random.chance(0.5)) addDisability(child, 'NONE');
    return;
  }
  for (const code of random.sample(codesOf('disability', 'NONE'), random.int(1, 3))) addDisability(child, code);
  if (random.chance(0.1)) {
    const [first] = rows.of('ssd_disability');
    // A code recorded twice must still be sent once.
    if (first !== undefined)
      rows.add('ssd_disability', { ...first, disa_table_id: child.nextId('DI'), disa_person_id: personId });
  }
}

function addDisability(child: ChildContext, code: string): void {
  child.rows.add('ssd_disability', {
    disa_table_id: child.nextId('DI'),
    disa_person_id: child.personId,
    disa_disability_code: code,
  });
}

function addLinkedIdentifiers(child: ChildContext, birth: Day): void {
  const { random, personId, rows } = child;
  const from = formatDay(random.int(birth, child.asOf));
  const link = (type: string, value: string | null) =>
    rows.add('ssd_linked_identifiers', {
      link_table_id: child.nextId('LI'),
      link_person_id: personId,
      link_identifier_type: type,
      link_identifier_value: value,
      link_valid_from_date: from,
    });
  link('Case Number', `CN${child.number}`);
  const person = rows.of('ssd_person')[0];
  if (random.chance(0.5) && typeof person?.pers_upn === 'string' && person.pers_upn.length === 13) {
    link('Former Unique Pupil Number', inventUpn(50_000_000 + child.number, false));
  } else link('Former Unique Pupil Number', random.pick(['SSD_PH', null]));
}
