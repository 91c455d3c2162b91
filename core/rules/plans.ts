import { at, type ChildView, type Span } from './childView.ts';
import { formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { reportOverlaps } from './overlaps.ts';
import { afterReferral, each, endsAnotherDay, inOrder, type Picker, present, type Rule, related } from './rule.ts';

const needPlans: Picker<Span> = (child) => child.needPlans;
const protectionPlans: Picker<Span> = (child) => child.protectionPlans;

function onlyOneOpen(code: string, pick: (child: ChildView) => readonly Span[]): Rule {
  return {
    code,
    whole: true,
    check(child, report) {
      if (pick(child).length < 2) return;
      const open = pick(child).filter((plan) => plan.open && plan.start !== undefined);
      const sorted = open.toSorted((a, b) => (a.start ?? 0) - (b.start ?? 0));
      for (const plan of sorted.slice(1)) {
        const first = sorted[0] ?? plan;
        const places = [related(first.path, 'This plan is open too.', 'opening')];
        report({ code, path: plan.path, at: 'opening', related: places });
      }
    },
  };
}

function noOverlap(code: string, pick: (child: ChildView) => readonly Span[]): Rule {
  return {
    code,
    whole: true,
    check(child, report, { asOf }) {
      if (pick(child).length < 2) return;
      reportOverlaps(
        code,
        pick(child).map((plan) => ({ ...plan, last: plan.open ? asOf : plan.end })),
        report,
      );
    },
  };
}

/** A plan of one kind starts inside one of the other kind. Ending on the day of the start is fine; two open ones are CNP-07. */
function startsInside(
  code: string,
  pick: (child: ChildView) => readonly Span[],
  others: (child: ChildView) => readonly Span[],
): Rule {
  return {
    code,
    whole: true,
    check(child, report) {
      if (others(child).length === 0) return;
      for (const plan of pick(child)) {
        const { start } = plan;
        if (start === undefined) continue;
        const around = others(child).find((other) => {
          if (other.start === undefined || start < other.start) return false;
          return other.open ? !plan.open : other.end !== undefined && start < other.end;
        });
        if (around === undefined) continue;
        report({
          code,
          path: at(plan, 'start_date'),
          values: { date: formatDay(start) },
          related: [related(around.path, 'It starts inside this plan.', 'opening')],
        });
      }
    },
  };
}

function reportBothOpen(child: ChildView, report: Report): void {
  const protecting = child.protectionPlans.find((plan) => plan.open && plan.start !== undefined);
  if (protecting === undefined) return;
  for (const plan of child.needPlans) {
    if (!plan.open || plan.start === undefined) continue;
    report({
      code: 'CNP-07',
      path: plan.path,
      at: 'opening',
      related: [related(protecting.path, 'The child protection plan is open.', 'opening')],
    });
  }
}

/** Rules about child in need plans (section 6). */
export const needPlanRules: readonly Rule[] = [
  present('CNP-01', needPlans, 'start_date'),
  each('CNP-01', needPlans, (plan, report, { asOf }) => {
    if (plan.start === undefined || plan.start <= asOf) return;
    report({ code: 'CNP-01', path: at(plan, 'start_date'), values: { date: formatDay(plan.start) } });
  }),
  afterReferral('CNP-02', needPlans, 'start_date'),
  inOrder('CNP-03', needPlans, 'start_date', 'end_date'),
  endsAnotherDay('CNP-04', needPlans),
  onlyOneOpen('CNP-05', (child) => child.needPlans),
  noOverlap('CNP-06', (child) => child.needPlans),
  { code: 'CNP-07', whole: true, check: reportBothOpen },
  startsInside(
    'CNP-08',
    (child) => child.needPlans,
    (child) => child.protectionPlans,
  ),
];

/** Rules about child protection plans (section 8). */
export const protectionPlanRules: readonly Rule[] = [
  present('CPP-01', protectionPlans, 'start_date'),
  afterReferral('CPP-02', protectionPlans, 'start_date'),
  inOrder('CPP-03', protectionPlans, 'start_date', 'end_date'),
  endsAnotherDay('CPP-04', protectionPlans),
  onlyOneOpen('CPP-05', (child) => child.protectionPlans),
  noOverlap('CPP-06', (child) => child.protectionPlans),
  startsInside(
    'CPP-07',
    (child) => child.protectionPlans,
    (child) => child.needPlans,
  ),
];
