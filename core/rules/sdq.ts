import { isAtLeast, isUnder } from './ages.ts';
import { at, dayIn, type Item } from './childView.ts';
import { formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { findRepeats } from './repeats.ts';
import { each, insertField, type Picker, type Rule, related } from './rule.ts';

const questionnaires: Picker<Item> = (child) => child.questionnaires;

function reportSameDay(items: readonly Item[], report: Report): void {
  for (const [item, first] of findRepeats(items, (one) => dayIn(one, 'date'))) {
    report({
      code: 'SDQ-06',
      path: at(item, 'date'),
      values: { date: formatDay(dayIn(item, 'date') ?? 0) },
      related: [related(at(first, 'date'), 'The first one is here.')],
    });
  }
}

function reportHalf(item: Item, report: Report): void {
  for (const missing of ['date', 'score']) {
    if (Object.hasOwn(item.value, missing)) continue;
    const fixes = [insertField(item, missing, missing === 'score' ? 0 : '')];
    report({ code: 'SDQ-02', path: item.path, at: 'opening', values: { missing }, fixes });
    return;
  }
}

/** Rules about strengths and difficulties questionnaires (section 12). SDQ-01 is a fact of the schema. */
export const sdqRules: readonly Rule[] = [
  each('SDQ-02', questionnaires, reportHalf, true),
  each('SDQ-03', questionnaires, (item, report, _, { birth }) => {
    const day = dayIn(item, 'date');
    // Before birth is SDQ-05.
    if (day === undefined || birth === undefined || day < birth || isAtLeast(birth, 4, day)) return;
    report({ code: 'SDQ-03', path: at(item, 'date'), values: { date: formatDay(day) } });
  }),
  each('SDQ-04', questionnaires, (item, report, _, { birth }) => {
    const day = dayIn(item, 'date');
    if (day === undefined || birth === undefined || isUnder(birth, 18, day)) return;
    report({ code: 'SDQ-04', path: at(item, 'date'), values: { date: formatDay(day) } });
  }),
  each('SDQ-05', questionnaires, (item, report, { asOf }, { birth }) => {
    const day = dayIn(item, 'date');
    if (day === undefined) return;
    const values = { date: formatDay(day) };
    if (day > asOf) report({ code: 'SDQ-05', path: at(item, 'date'), values });
    else if (birth !== undefined && day < birth)
      report({ code: 'SDQ-05', variant: 'birth', path: at(item, 'date'), values });
  }),
  { code: 'SDQ-06', check: (child, report) => reportSameDay(child.questionnaires, report) },
  {
    code: 'SDQ-07',
    whole: true,
    check({ questionnaires: items, allPlacements }, report) {
      const first = items[0];
      if (first === undefined || allPlacements.length > 0) return;
      report({ code: 'SDQ-07', path: first.path.slice(0, -1), at: 'opening' });
    },
  },
];
