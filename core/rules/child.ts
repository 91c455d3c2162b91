import { isAtLeast, lastBirthday } from './ages.ts';
import { at, type ChildView, has, type Item, textOf } from './childView.ts';
import { addMonths, dayOf, formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { each, insertField, type Picker, type Rule, related, removeField } from './rule.ts';

/** First day of care that the collection of looked-after children knows: the Children Act 1989 came into force. */
const careBegins = dayOf(1991, 10, 14);

const details: Picker<Item> = (child) => (child.details === undefined ? [] : [child.details]);

function postcodeKey(postcode: string | undefined): string | undefined {
  return postcode?.toUpperCase().replace(/\s/g, '');
}

/** A field that must be in child_details and is not. */
function missingDetail(code: string, field: string): Rule {
  return each(code, details, (item, report) => {
    if (Object.hasOwn(item.value, field)) return;
    report({ code, variant: 'missing', path: item.path, at: 'opening', fixes: [insertField(item, field)] });
  });
}

function reportBirthDates(item: Item, report: Report): void {
  const born = has(item, 'date_of_birth');
  if (born !== has(item, 'expected_date_of_birth')) return;
  if (!born) {
    report({
      code: 'CHD-02',
      variant: 'neither',
      path: item.path,
      at: 'opening',
      fixes: [insertField(item, 'date_of_birth')],
    });
    return;
  }
  report({
    code: 'CHD-02',
    path: at(item, 'expected_date_of_birth'),
    related: [related(at(item, 'date_of_birth'), 'date_of_birth is here.')],
    fixes: [removeField(item, 'expected_date_of_birth')],
  });
}

function reportUnbornBlocks(child: ChildView, report: Report): void {
  if (!child.unborn) return;
  for (const episode of child.episodes) {
    const first = episode.placements[0];
    for (const block of [first, episode.adoption, episode.careLeaver]) {
      if (block === undefined) continue;
      const field = String(block.path.findLast((step) => typeof step === 'string'));
      report({ code: 'CHD-16', path: block.path, at: 'opening', values: { field } });
    }
  }
  const score = child.questionnaires[0];
  if (score !== undefined) {
    report({ code: 'CHD-16', path: score.path, at: 'opening', values: { field: 'sdq_assessments' } });
  }
}

function reportExclusive(item: Item, report: Report): void {
  const codes = item.value.disabilities;
  if (!Array.isArray(codes) || codes.length < 2) return;
  const index = codes.indexOf('NONE');
  // NONE twice is a repetition, not a contradiction.
  if (index === -1 || codes.every((code) => code === 'NONE')) return;
  const path = at(item, 'disabilities', index);
  report({ code: 'CHD-10', path, fixes: [{ kind: 'remove', title: 'Remove NONE', path, safe: false }] });
}

/** Repeated codes of a list, each pointing to the first. Blank and malformed elements are left to their own rules. */
export function reportRepeats(code: string, item: Item, field: string, report: Report): void {
  const codes = item.value[field];
  if (!Array.isArray(codes)) return;
  codes.forEach((value, index) => {
    const first = codes.indexOf(value);
    if (typeof value !== 'string' || value.trim() === '' || first === index) return;
    const path = at(item, field, index);
    report({
      code,
      path,
      related: [related(at(item, field, first), 'The first one is here.')],
      fixes: [{ kind: 'remove', title: 'Remove the repeated code', path, safe: true }],
    });
  });
}

/** Rules about the child and its details (section 2 of the rule list). CHD-01 is a fact of the schema. */
export const childRules: readonly Rule[] = [
  each('CHD-02', details, reportBirthDates),
  each('CHD-03', details, (item, report, { asOf }, { birth }) => {
    if (birth !== undefined && birth > asOf) report({ code: 'CHD-03', path: at(item, 'date_of_birth') });
  }),
  each('CHD-04', details, (item, report, { asOf }, { due, unborn }) => {
    if (!unborn || due === undefined || (due >= asOf - 30 && due <= addMonths(asOf, 9))) return;
    report({ code: 'CHD-04', path: at(item, 'expected_date_of_birth') });
  }),
  missingDetail('CHD-05', 'sex'),
  each('CHD-06', details, (item, report, { asOf }, { birth, placements }) => {
    if (item.value.sex !== 'U' || birth === undefined || birth > asOf || placements.length === 0) return;
    report({ code: 'CHD-06', path: at(item, 'sex') });
  }),
  each('CHD-07', details, (item, report, _, { unborn }) => {
    if (!unborn || (item.value.sex !== 'M' && item.value.sex !== 'F')) return;
    const path = at(item, 'sex');
    const fixes = [{ kind: 'replace' as const, title: 'Change to U', path, value: 'U', safe: false }];
    report({ code: 'CHD-07', path, values: { value: item.value.sex }, fixes });
  }),
  missingDetail('CHD-08', 'ethnicity'),
  each('CHD-09', details, (item, report, _, { birth, episodes }) => {
    const served = episodes.find((episode) => episode.noFurtherAction === false);
    if (birth === undefined || served === undefined || Object.hasOwn(item.value, 'disabilities')) return;
    report({ code: 'CHD-09', path: item.path, at: 'opening', fixes: [insertField(item, 'disabilities', ['NONE'])] });
  }),
  each('CHD-10', details, reportExclusive),
  each('CHD-11', details, (item, report) => reportRepeats('CHD-11', item, 'disabilities', report)),
  each('CHD-12', details, (item, report, _, { unborn }) => {
    const codes = item.value.disabilities;
    if (!unborn || !Array.isArray(codes) || codes.length === 0 || (codes.length === 1 && codes[0] === 'NONE')) return;
    report({ code: 'CHD-12', path: at(item, 'disabilities'), fixes: [removeField(item, 'disabilities')] });
  }),
  each('CHD-13', details, (item, report, { yearEnd }, { birth, episodes }) => {
    if (birth === undefined || yearEnd <= lastBirthday(birth, 25)) return;
    const late = episodes.filter(
      ({ closed, closure }) => !closed || (closure !== undefined && closure > lastBirthday(birth, 25)),
    );
    if (late.length === 0) return;
    const places = late.map((episode) => related(episode.path, 'This episode goes on after that birthday.', 'opening'));
    report({ code: 'CHD-13', path: at(item, 'date_of_birth'), related: places });
  }),
  each(
    'CHD-14',
    (child) => child.placements,
    (placement, report) => {
      if (placement.start >= careBegins) return;
      report({ code: 'CHD-14', path: at(placement, 'start_date'), values: { date: formatDay(placement.start) } });
    },
  ),
  {
    code: 'CHD-15',
    whole: true,
    check({ value, path }, report) {
      const list = value.social_care_episodes;
      if (list === undefined) report({ code: 'CHD-15', path, at: 'opening' });
      else if (Array.isArray(list) && list.length === 0) {
        report({ code: 'CHD-15', path: ['social_care_episodes'], at: 'opening' });
      }
    },
  },
  { code: 'CHD-16', check: reportUnbornBlocks },
  each('CHD-17', details, (item, report, { asOf }, { birth }) => {
    if (birth === undefined || !isAtLeast(birth, 26, asOf)) return;
    report({ code: 'CHD-17', path: at(item, 'date_of_birth') });
  }),
  each(
    'CHD-18',
    (child) => child.placements,
    (placement, report, _, { details: home }) => {
      const postcode = home === undefined ? undefined : postcodeKey(textOf(home, 'postcode'));
      if (home === undefined || postcode === undefined || !placement.open || placement.type === 'P1') return;
      if (postcodeKey(placement.postcode) !== postcode) return;
      const places = [related(at(home, 'postcode'), 'The home postcode is here.')];
      report({ code: 'CHD-18', path: at(placement, 'postcode'), related: places });
    },
  ),
];
