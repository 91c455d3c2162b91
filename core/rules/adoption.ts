import { isUnder } from './ages.ts';
import { at, type ChildView, dayIn, has, type Item, textOf } from './childView.ts';
import { type Day, formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { type Dated, endedAdopted, isAdoptive } from './placement.ts';
import { findRepeats } from './repeats.ts';
import { each, inOrder, insertField, type Picker, type Rule, related } from './rule.ts';

const dateFields = ['initial_decision_date', 'matched_date', 'placed_date'];

const blocks: Picker<Item> = (child) => child.adoptions;

function adoptive(child: ChildView): readonly Dated[] {
  return child.placements.filter((placement) => isAdoptive(placement.type));
}

/** The same block in a later episode. Blocks without any of the fields say nothing and take no part. */
export function reportRepeatedBlocks(
  code: string,
  items: readonly Item[],
  fields: readonly string[],
  report: Report,
): void {
  const contents = (item: Item): string | undefined => {
    const values = fields.map((field) => textOf(item, field));
    return values.every((value) => value === undefined) ? undefined : JSON.stringify(values);
  };
  for (const [item, first] of findRepeats(items, contents)) {
    report({
      code,
      path: item.path,
      at: 'opening',
      related: [related(first.path, 'The same block is here.', 'opening')],
    });
  }
}

function reportDecisionInCare(item: Item, report: Report, child: ChildView): void {
  const decision = dayIn(item, 'initial_decision_date');
  const period = child.placements.findLast((placement) => placement.startReason === 'S');
  if (decision === undefined || period === undefined || decision >= period.start) return;
  report({
    code: 'ADO-02',
    path: at(item, 'initial_decision_date'),
    values: { date: formatDay(decision), start: formatDay(period.start) },
    related: [related(at(period, 'start_date'), 'The latest care period starts here.')],
  });
}

function reportMatchedLate(item: Item, report: Report, child: ChildView): void {
  const matched = dayIn(item, 'matched_date');
  if (matched === undefined) return;
  const ended = child.placements.find((placement) => endedAdopted(placement) && matched > placement.start);
  const open = adoptive(child).find((placement) => placement.open && matched > placement.start);
  const placement = ended ?? open;
  if (placement === undefined) return;
  report({
    code: 'ADO-04',
    variant: ended === undefined ? 'open' : 'default',
    ...(ended === undefined ? { severity: 'warning' as const } : {}),
    path: at(item, 'matched_date'),
    values: { date: formatDay(matched), start: formatDay(placement.start) },
    related: [related(at(placement, 'start_date'), 'The placement starts here.')],
  });
}

function reportDecisionLate(item: Item, report: Report, child: ChildView): void {
  const decision = dayIn(item, 'initial_decision_date');
  const placed = dayIn(item, 'placed_date');
  if (decision === undefined) return;
  const path = at(item, 'initial_decision_date');
  const late = (limit: Day): Record<string, string> => ({ date: formatDay(decision), limit: formatDay(limit) });
  if (placed !== undefined && decision > placed) {
    const places = [related(at(item, 'placed_date'), 'placed_date is here.')];
    report({ code: 'ADO-05', path, values: late(placed), related: places });
    return;
  }
  const placement = adoptive(child).find(({ start }) => decision > start);
  if (placement === undefined) return;
  const places = [related(at(placement, 'start_date'), 'The placement starts here.')];
  report({ code: 'ADO-05', variant: 'placement', path, values: late(placement.start), related: places });
}

function reportMissingDecision(child: ChildView, report: Report): void {
  const placement = adoptive(child)[0];
  if (placement === undefined) return;
  const items = blocks(child);
  if (items.some((item) => Object.hasOwn(item.value, 'initial_decision_date'))) return;
  const block = items[0];
  const where = related(at(placement, 'placement_type'), 'This placement is for adoption.');
  const values = { type: placement.type ?? '' };
  if (block === undefined) report({ code: 'ADO-06', variant: 'block', path: where.path, values });
  else {
    const fixes = [insertField(block, 'initial_decision_date')];
    report({ code: 'ADO-06', path: block.path, at: 'opening', values, related: [where], fixes });
  }
}

function reportPlacedElsewhere(item: Item, report: Report, child: ChildView): void {
  const placed = dayIn(item, 'placed_date');
  const all = adoptive(child);
  const first = all[0];
  if (placed === undefined || first === undefined || all.some(({ start }) => start === placed)) return;
  report({
    code: 'ADO-08',
    path: at(item, 'placed_date'),
    values: { date: formatDay(placed), start: formatDay(first.start) },
    related: [related(at(first, 'start_date'), 'A placement for adoption starts here.')],
  });
}

/** Rules about adoption (section 10). */
export const adoptionRules: readonly Rule[] = [
  each('ADO-01', blocks, (item, report, _, { birth }) => {
    const decision = dayIn(item, 'initial_decision_date');
    if (decision === undefined || birth === undefined || decision >= birth) return;
    report({ code: 'ADO-01', path: at(item, 'initial_decision_date'), values: { date: formatDay(decision) } });
  }),
  each('ADO-02', blocks, (item, report, _, child) => reportDecisionInCare(item, report, child)),
  inOrder('ADO-03', blocks, 'initial_decision_date', 'matched_date'),
  each(
    'ADO-03',
    blocks,
    (item, report) => {
      if (!has(item, 'matched_date') || Object.hasOwn(item.value, 'initial_decision_date')) return;
      const fixes = [insertField(item, 'initial_decision_date')];
      report({ code: 'ADO-03', variant: 'missing', path: at(item, 'matched_date'), fixes });
    },
    true,
  ),
  each('ADO-04', blocks, (item, report, _, child) => reportMatchedLate(item, report, child)),
  each('ADO-05', blocks, (item, report, _, child) => reportDecisionLate(item, report, child)),
  { code: 'ADO-06', whole: true, check: reportMissingDecision },
  each('ADO-07', blocks, (item, report, _, { placements }) => {
    const matched = dayIn(item, 'matched_date');
    const ended = placements.find((placement) => endedAdopted(placement) && placement.end === matched);
    if (matched === undefined || ended === undefined) return;
    report({
      code: 'ADO-07',
      path: at(item, 'matched_date'),
      values: { date: formatDay(matched) },
      related: [related(at(ended, 'end_date'), 'The placement ends here.')],
    });
  }),
  each('ADO-08', blocks, (item, report, _, child) => reportPlacedElsewhere(item, report, child), true),
  inOrder('ADO-09', blocks, 'matched_date', 'placed_date'),
  { code: 'ADO-10', check: (child, report) => reportRepeatedBlocks('ADO-10', blocks(child), dateFields, report) },
  each('ADO-11', blocks, (item, report, _, { birth }) => {
    const placed = dayIn(item, 'placed_date');
    if (placed === undefined || birth === undefined || isUnder(birth, 18, placed)) return;
    report({ code: 'ADO-11', path: at(item, 'placed_date'), values: { date: formatDay(placed) } });
  }),
  each(
    'ADO-12',
    blocks,
    (item, report) => {
      if (dateFields.some((field) => Object.hasOwn(item.value, field))) return;
      const fixes = [{ kind: 'remove' as const, title: 'Remove the empty block', path: item.path, safe: false }];
      report({ code: 'ADO-12', path: item.path, at: 'opening', fixes });
    },
    true,
  ),
];
