import { reportRepeatedBlocks } from './adoption.ts';
import { isAtLeast, isUnder, lastBirthday } from './ages.ts';
import { at, type ChildView, dayIn, type Item, textOf } from './childView.ts';
import { addYears, type Day, formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { each, insertField, type Picker, type Rule, type RuleContext, related } from './rule.ts';

const fields = ['contact_date', 'activity', 'accommodation'];

const blocks: Picker<Item> = (child) => child.careLeavers;

function reportIncomplete(item: Item, report: Report): void {
  const missing = fields.filter((field) => !Object.hasOwn(item.value, field));
  if (missing.length === 0 || missing.length === fields.length) return;
  report({
    code: 'CLV-01',
    path: item.path,
    at: 'opening',
    values: { missing: missing.join(' and ') },
    fixes: missing.map((field) => insertField(item, field)),
  });
}

/** Last end of care; undefined while an end is missing or cannot be read. */
function endOfCare(child: ChildView): Day | undefined {
  const ends = child.placements.map(({ end }) => end);
  return ends.includes(undefined) ? undefined : Math.max(...ends.map((end) => end ?? Number.NaN));
}

function reportStillInCare(item: Item, report: Report, { asOf }: RuleContext, child: ChildView): void {
  const { birth, placements } = child;
  if (birth === undefined || placements.length === 0 || !isAtLeast(birth, 17, asOf) || !isUnder(birth, 19, asOf))
    return;
  const open = placements.find((placement) => placement.open);
  if (open !== undefined) {
    report({
      code: 'CLV-08',
      path: item.path,
      at: 'opening',
      related: [related(open.path, 'This placement is open.', 'opening')],
    });
    return;
  }
  const ended = endOfCare(child);
  const age = isAtLeast(birth, 18, asOf) ? 18 : 17;
  if (ended === undefined || ended <= lastBirthday(birth, age)) return;
  const last = placements.at(-1);
  report({
    code: 'CLV-08',
    variant: 'later',
    path: item.path,
    at: 'opening',
    values: { age, date: formatDay(ended) },
    related: last === undefined ? [] : [related(at(last, 'end_date'), 'Care ended here.')],
  });
}

/** A block that no child with such an end of care has. */
function noBlockAfter(code: string, find: (child: ChildView) => Item | undefined): Rule {
  return each(code, blocks, (item, report, _, child) => {
    const placement = find(child);
    if (placement === undefined) return;
    const places = [related(at(placement, 'end_reason'), 'Care ended for this reason.')];
    report({ code, path: item.path, at: 'opening', related: places });
  });
}

/** Rules about care leavers (section 11). CLV-11 is a fact of the schema. */
export const careLeaverRules: readonly Rule[] = [
  each('CLV-01', blocks, reportIncomplete, true),
  each('CLV-02', blocks, (item, report, { yearEnd }, { birth }) => {
    if (birth === undefined || isAtLeast(birth, 17, yearEnd)) return;
    report({ code: 'CLV-02', path: item.path, at: 'opening', values: { yearEnd: formatDay(yearEnd) } });
  }),
  each('CLV-03', blocks, (item, report, _, { birth }) => {
    const contact = dayIn(item, 'contact_date');
    if (contact === undefined || birth === undefined) return;
    if (isAtLeast(birth, 16, contact) && isUnder(birth, 26, contact)) return;
    report({ code: 'CLV-03', path: at(item, 'contact_date'), values: { date: formatDay(contact) } });
  }),
  each('CLV-04', blocks, (item, report, { yearStart }, { birth }) => {
    if (birth === undefined || textOf(item, 'accommodation') !== 'T' || isAtLeast(birth, 18, yearStart)) return;
    report({ code: 'CLV-04', path: at(item, 'accommodation'), values: { yearStart: formatDay(yearStart) } });
  }),
  each('CLV-05', blocks, (item, report, { yearStart, yearEnd }, { birth }) => {
    if (birth === undefined || textOf(item, 'accommodation') !== 'Z') return;
    const seventeenth = addYears(birth, 17);
    if (seventeenth < yearStart || seventeenth > yearEnd) return;
    report({ code: 'CLV-05', path: at(item, 'accommodation') });
  }),
  noBlockAfter('CLV-06', ({ placements }) => placements.find(({ endReason }) => endReason === 'E2')),
  noBlockAfter('CLV-07', ({ placements }) => {
    const last = placements.at(-1);
    return last?.endReason === 'E3' ? last : undefined;
  }),
  each('CLV-08', blocks, reportStillInCare, true),
  each('CLV-09', blocks, (item, report, { asOf }) => {
    const contact = dayIn(item, 'contact_date');
    if (contact === undefined || contact <= asOf) return;
    report({ code: 'CLV-09', path: at(item, 'contact_date'), values: { date: formatDay(contact) } });
  }),
  each('CLV-10', blocks, (item, report) => {
    const code = textOf(item, 'accommodation');
    if (code === undefined || !/^[WXYZ]$/.test(code)) return;
    report({ code: 'CLV-10', path: at(item, 'accommodation'), values: { code } });
  }),
  { code: 'CLV-12', check: (child, report) => reportRepeatedBlocks('CLV-12', blocks(child), fields, report) },
];
