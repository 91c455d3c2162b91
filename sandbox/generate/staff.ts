import { Random } from '../random.ts';
import type { Row } from '../schema.ts';
import { unregistered } from './episode.ts';
import { firstNames, surnames } from './names.ts';

/** How many workers an authority with so many children has. */
export function staffFor(children: number): number {
  return Math.max(10, Math.ceil(children / 15));
}

/** The workers of the sandbox, registered with Social Work England except for the last. */
export function* generateStaff(seed: number, staff: number): Generator<Row<'ssd_professionals'>> {
  const random = new Random(seed, 0);
  for (let number = 1; number <= unregistered(staff); number++) {
    const registered = number <= staff;
    yield {
      prof_professional_id: String(number),
      prof_staff_id: `user${number}`,
      prof_professional_name: `${random.pick(firstNames)} ${random.pick(surnames)}`,
      prof_social_worker_registration_no: registered ? `SW${1_000_000 + number}` : null,
      prof_agency_worker_flag: random.chance(0.2) ? 'Y' : 'N',
      prof_professional_job_title: registered ? 'Social worker' : 'Family support worker',
      prof_professional_caseload: random.int(5, 25),
      prof_professional_department: 'CHILDREN',
      prof_full_time_equivalency: random.pick([0.5, 0.8, 1]),
    };
  }
}
