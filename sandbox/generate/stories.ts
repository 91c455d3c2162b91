import { addYears, type Day, formatDay } from '../../core/rules/days.ts';
import { addCare, addScores, leavingReason } from './care.ts';
import { bornForAge, type ChildContext, codesOf } from './context.ts';
import {
  addAssessment,
  addEnquiry,
  addEpisode,
  addNeedPlan,
  addProtectionPlan,
  addWorkers,
  type Episode,
} from './episode.ts';
import { addPerson } from './person.ts';

/**
 * Dates of an episode that either began in the cohort window, or so long before it that its first steps lie outside
 * while what still runs reaches into it. Nothing straddles the window's first day by half.
 */
interface EpisodeDates {
  readonly start: Day;
  readonly closed: Day | null;
  readonly began: 'in the window' | 'before it';
}

function episodeDates(child: ChildContext, open: number, old: number): EpisodeDates {
  const { random, asOf, windowStart } = child;
  const isOpen = random.chance(open);
  if (random.chance(old)) {
    const start = random.int(windowStart - 1200, windowStart - 250);
    return { start, closed: isOpen ? null : random.int(windowStart + 60, asOf - 20), began: 'before it' };
  }
  const start = random.int(windowStart, asOf - (isOpen ? 60 : 260));
  return { start, closed: isOpen ? null : random.int(start + 240, asOf), began: 'in the window' };
}

/** A birth date for a child who is under 18 until `last` and was born when the episode started. */
function bornFor(child: ChildContext, start: Day, last: Day, oldest = 17): Day {
  return child.random.int(addYears(last, -oldest - 1) + 1, Math.max(start - 30, addYears(last, -oldest - 1) + 2));
}

/** Referrals that ended without further action. */
export function noFurtherAction(child: ChildContext): void {
  const { random, asOf, windowStart } = child;
  const start = random.int(windowStart + 5, asOf - 12);
  const birth = bornFor(child, start, asOf);
  addPerson(child, { birth, onlyNoFurtherAction: true });
  addEpisode(child, { start, closed: start + random.int(1, 10), reason: 'RC7', noFurtherAction: true });
}

/** An assessment after which the case closed. Sometimes an earlier referral had gone the same way. */
export function assessed(child: ChildContext): void {
  const { random, asOf, windowStart } = child;
  const start = random.int(windowStart + 200, asOf - 70);
  const birth = bornFor(child, windowStart, asOf, 16);
  addPerson(child, { birth });
  if (random.chance(0.3)) closeAfterAssessment(child, start - random.int(90, 190));
  closeAfterAssessment(child, start);
}

function closeAfterAssessment(child: ChildContext, start: Day): void {
  const { random } = child;
  const closed = start + random.int(52, 65);
  const episode = addEpisode(child, { start, closed, reason: random.pick(['RC8', 'RC9']) });
  const only = random.chance(0.2) ? { factors: ['21'] } : {};
  addAssessment(child, episode, { start: start + random.int(0, 5), ...only });
  addWorkers(child, episode);
}

/** A referral of the last weeks whose assessment is still open, or has not started. */
export function inAssessment(child: ChildContext): void {
  const { random, asOf } = child;
  const start = asOf - random.int(1, 40);
  addPerson(child, { birth: bornFor(child, start, asOf) });
  const episode = addEpisode(child, { start, closed: null });
  if (random.chance(0.85)) addAssessment(child, episode, { start: Math.min(asOf, start + random.int(0, 5)) });
  addWorkers(child, episode);
}

/** A child in need plan, open or ended, in an episode that is open or closed for one of many reasons. */
export function inNeed(child: ChildContext): void {
  const { random, asOf } = child;
  const { start, closed, began } = episodeDates(child, 0.5, 0.3);
  const birth = bornFor(child, start, closed ?? asOf);
  const reason = random.pick(['RC2', 'RC3', 'RC4', 'RC5', 'RC6', 'RC7', 'RC7', 'RC7', 'RC7', 'RC7']);
  const died = closed !== null && reason === 'RC2' ? { died: closed } : {};
  addPerson(child, { birth, ...died });
  const episode = addEpisode(child, { start, closed, reason });
  addFirstAssessment(child, episode, began);
  const planStart = start + random.int(20, 55);
  const planEnd = random.chance(0.6) ? null : planStart + random.int(60, 180);
  if (closed !== null) addNeedPlan(child, episode, { start: planStart, end: closed - random.int(0, 15) });
  else addNeedPlan(child, episode, { start: planStart, end: planEnd === null || planEnd > asOf ? null : planEnd });
  addWorkers(child, episode);
}

/** The assessment that every case starts with; left out of an old case, where the window no longer shows it. */
function addFirstAssessment(
  child: ChildContext,
  episode: Episode,
  began: EpisodeDates['began'],
  factors?: string[],
): void {
  const start = episode.start + child.random.int(0, 5);
  addAssessment(child, episode, factors === undefined ? { start } : { start, factors });
  if (began === 'in the window' && child.random.chance(0.1) && episode.closed === null) {
    const again = start + child.random.int(120, 300);
    if (again <= child.asOf) addAssessment(child, episode, { start: again });
  }
}

/** A Section 47 enquiry, a conference, a protection plan, and often a child in need plan after it. */
export function protectedChild(child: ChildContext): void {
  const { random, asOf } = child;
  const { start, closed, began } = episodeDates(child, 0.6, 0.25);
  addPerson(child, { birth: bornFor(child, start, closed ?? asOf) });
  const episode = addEpisode(child, { start, closed });
  addFirstAssessment(child, episode, began);
  addWorkers(child, episode);
  const enquiry = start + random.int(1, 10);
  const conference = addEnquiry(child, episode, { start: enquiry, conference: true });
  if (conference === null) return;
  // A case that began before the window is in it through this plan, so the plan must reach into it.
  const least = began === 'before it' ? child.windowStart + 10 - conference : 90;
  const wanted = conference + random.int(least, least + 400);
  const last = closed ?? asOf;
  if (closed === null && (wanted > last || random.chance(0.4))) {
    addProtectionPlan(child, episode, { start: conference, end: null });
    return;
  }
  const end = Math.min(wanted, last - 20);
  addProtectionPlan(child, episode, { start: conference, end });
  if (random.chance(0.5)) addNeedPlan(child, episode, { start: end, end: closed });
}

/** A Section 47 enquiry of the last days whose conference has not been held, or one that needed none. */
export function enquiryOnly(child: ChildContext): void {
  const { random, asOf } = child;
  const pending = random.chance(0.5);
  const start = asOf - (pending ? random.int(2, 8) : random.int(60, 200));
  addPerson(child, { birth: bornFor(child, start, asOf) });
  const episode = addEpisode(child, { start, closed: null });
  addAssessment(child, episode, { start });
  addEnquiry(child, episode, { start: start + random.int(0, 2), conference: pending });
  addWorkers(child, episode);
}

/** A looked-after child, in care now or back out of it. */
export function lookedAfter(child: ChildContext): void {
  const { random, asOf } = child;
  const { start, closed, began } = episodeDates(child, 0.7, 0.4);
  const last = closed ?? asOf;
  const birth = bornFor(child, start, last, 16);
  const careStart = start + random.int(5, 50);
  const guardianship = closed !== null && random.chance(0.3);
  const ended =
    guardianship || (closed !== null && random.chance(0.05))
      ? closed
      : closed === null
        ? null
        : closed - random.int(5, 20);
  const reason = guardianship
    ? random.pick(['E45', 'E46', 'E47', 'E48'])
    : ended === null
      ? undefined
      : leavingReason(child, birth, ended);
  const died = closed !== null && !guardianship && random.chance(0.05);
  addPerson(child, { birth, inCare: true, ...(died && closed !== null ? { died: closed } : {}) });
  const closure = died ? 'RC2' : guardianship ? 'RC4' : random.pick(['RC3', 'RC5', 'RC7', 'RC7']);
  const episode = addEpisode(child, { start, closed, reason: closure });
  addFirstAssessment(child, episode, began);
  addCare(child, episode, {
    birth,
    start: careStart,
    end: died ? closed : ended,
    ...(died ? { endReason: 'E2' } : reason === undefined ? {} : { endReason: reason }),
    ...(guardianship ? { lastType: random.pick(['U1', 'U2', 'U3', 'U4', 'U5', 'U6']) } : {}),
  });
  addScores(child, birth, careStart, died ? closed : ended);
  addWorkers(child, episode);
}

/** A child placed for adoption: decision, match and placement in order; adopted or waiting for the order. */
export function adopted(child: ChildContext): void {
  const { random, asOf, windowStart } = child;
  const start = random.int(windowStart, asOf - 420);
  const birth = bornFor(child, start, asOf, 6);
  const careStart = start + random.int(2, 20);
  const decision = careStart + random.int(60, 120);
  const matched = decision + random.int(20, 70);
  const placed = matched + random.int(7, 40);
  const order = placed + random.int(70, 150);
  const done = order < asOf - 5 && random.chance(0.6);
  addPerson(child, { birth, inCare: true });
  const episode = addEpisode(child, { start, closed: done ? order : null, reason: 'RC1' });
  addFirstAssessment(child, episode, 'in the window');
  const care = addCare(child, episode, {
    birth,
    start: careStart,
    end: done ? order : null,
    lastStart: placed,
    lastType: random.pick(['A3', 'A4', 'A5', 'A6']),
    ...(done ? { endReason: random.pick(['E11', 'E12']) } : {}),
  });
  child.rows.add('ssd_permanence', {
    perm_table_id: child.nextId('PM'),
    perm_person_id: child.personId,
    perm_cla_id: care.id,
    perm_adm_decision_date: formatDay(decision),
    perm_matched_date: formatDay(matched),
    perm_placed_for_adoption_date: formatDay(placed),
    perm_adopter_sex: random.pick(codesOf('adopter_sex')),
    perm_adopter_legal_status: random.pick(codesOf('adopter_legal_status')),
    perm_number_of_adopters: random.int(1, 2),
    perm_permanence_order_date: done ? formatDay(order) : null,
    perm_permanence_order_type: done ? 'Adoption' : null,
  });
  addWorkers(child, episode);
}

/** A young adult who left care and is in touch with the authority. */
export function careLeaver(child: ChildContext): void {
  const { random, asOf, windowStart, yearEnd } = child;
  const birth = random.int(addYears(asOf, -25) + 30, addYears(yearEnd, -19));
  const adult = addYears(birth, 18);
  const careEnd = adult - random.int(0, 1) * random.int(0, 300);
  const careStart = careEnd - random.int(400, 1500);
  const start = careStart - random.int(10, 60);
  addPerson(child, { birth, inCare: true });
  const episode = addEpisode(child, { start, closed: null });
  addCare(child, episode, {
    birth,
    start: careStart,
    end: careEnd,
    endReason: careLeaverReason(child, birth, careEnd),
  });
  addWorkers(child, episode);
  // Everything that the payload shows of a care leaver is one contact, the latest.
  for (const days of [random.int(0, 150), random.int(200, 400)]) {
    child.rows.add('ssd_care_leavers', {
      clea_table_id: child.nextId('CL'),
      clea_person_id: child.personId,
      clea_care_leaver_eligibility: 'Former Relevant',
      clea_care_leaver_in_touch: 'YES',
      clea_care_leaver_latest_contact: formatDay(Math.max(asOf - days, windowStart)),
      clea_care_leaver_accommodation: random.pick(codesOf('care_leaver_accommodation', 'W', 'X', 'Y', 'Z')),
      clea_care_leaver_accom_suitable: '1',
      clea_care_leaver_activity: random.pick(codesOf('care_leaver_activity')),
      clea_care_leaver_worker_id: String(random.int(1, child.staff)),
    });
  }
}

function careLeaverReason(child: ChildContext, birth: Day, end: Day): string {
  return end >= addYears(birth, 18)
    ? child.random.pick(['E17', 'E5', 'E6', 'E7'])
    : child.random.pick(['E5', 'E6', 'E7', 'E8']);
}

/** An unborn child with a pre-birth assessment, sometimes with a protection plan from birth. */
export function unborn(child: ChildContext): void {
  const { random, asOf } = child;
  const due = asOf + random.int(20, 180);
  const start = Math.max(due - 250, asOf - 60) + random.int(0, 10);
  addPerson(child, { birth: due, unborn: true });
  const episode = addEpisode(child, { start: Math.min(start, asOf), closed: null });
  addAssessment(child, episode, { start: Math.min(start, asOf) });
  addWorkers(child, episode);
}

/** An unaccompanied asylum-seeking child, recognised by code or by description. */
export function asylumSeeker(child: ChildContext): void {
  const { random, asOf, windowStart } = child;
  const birth = bornForAge(random, asOf, 15, 17) + 40;
  const start = random.int(Math.max(windowStart, addYears(birth, 13)), asOf - 90);
  addPerson(child, {
    birth,
    inCare: true,
    nationality: random.pick(['Afghan', 'Eritrean', 'Iranian', 'Sudanese', 'Vietnamese']),
  });
  const granted = random.chance(0.3) ? random.int(start + 30, asOf) : null;
  const status = random.pick(['U', 'Unaccompanied Asylum Seeking Child']);
  addStatus(child, status, start, granted);
  if (granted !== null) addStatus(child, 'Refugee Status', granted, null);
  const episode = addEpisode(child, { start, closed: null });
  addFirstAssessment(child, episode, 'before it', ['9A', ...random.sample(['4A', '10A', '20'], 1)]);
  const grownUp = random.chance(0.1);
  const end = grownUp ? random.int(start + 60, asOf) : null;
  addCare(child, episode, { birth, start: start + random.int(0, 3), end, ...(grownUp ? { endReason: 'E15' } : {}) });
  addWorkers(child, episode);
}

function addStatus(child: ChildContext, status: string, start: Day, end: Day | null): void {
  child.rows.add('ssd_immigration_status', {
    immi_immigration_status_id: child.nextId('IM'),
    immi_person_id: child.personId,
    immi_immigration_status_start_date: formatDay(start),
    immi_immigration_status_end_date: end === null ? null : formatDay(end),
    immi_immigration_status: status,
  });
}

/** Somebody on record who is not in the cohort: too old, closed long ago, or never referred. */
export function outOfCohort(child: ChildContext): void {
  const { random, windowStart } = child;
  const kind = random.pick(['too old', 'closed long ago', 'never referred']);
  if (kind === 'never referred') {
    addPerson(child, { birth: bornForAge(random, child.asOf, 0, 17) });
    return;
  }
  const birth =
    kind === 'too old' ? addYears(windowStart, -26) - random.int(0, 2000) : bornForAge(random, windowStart, 12, 17);
  const start = windowStart - random.int(600, 1500);
  addPerson(child, { birth });
  const closed = kind === 'too old' ? null : start + random.int(60, 400);
  const episode = addEpisode(child, { start, closed, reason: 'RC7' });
  addAssessment(child, episode, { start });
  if (closed !== null) addNeedPlan(child, episode, { start: start + 50, end: closed });
}
