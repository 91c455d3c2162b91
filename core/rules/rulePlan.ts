import type { ChildView, Item } from './childView.ts';
import type { Report, SeveritySettings } from './finding.ts';
import type { ChildRule, ItemRule, Picker, RuleContext } from './rule.ts';
import { ruleGroups } from './ruleList.ts';

/** Rules on the elements of one list, run element by element in one loop. */
interface ListPlan {
  readonly pick: Picker<Item>;
  readonly checks: readonly ItemRule['checkItem'][];
}

interface GroupPlan {
  applies(child: ChildView): boolean;
  readonly rules: readonly ChildRule[];
  readonly lists: readonly ListPlan[];
}

/** Runs rules over children. */
export type RunRules = (child: ChildView, report: Report) => void;

function planGroups(kept: (rule: { readonly code: string; readonly whole?: true }) => boolean): GroupPlan[] {
  return ruleGroups.map(({ applies, rules }) => {
    const byList = new Map<Picker<Item>, ItemRule['checkItem'][]>();
    const ofChild: ChildRule[] = [];
    for (const rule of rules.filter(kept)) {
      if ('check' in rule) ofChild.push(rule);
      else byList.set(rule.pick, [...(byList.get(rule.pick) ?? []), rule.checkItem]);
    }
    return { applies, rules: ofChild, lists: [...byList].map(([pick, checks]) => ({ pick, checks })) };
  });
}

/**
 * The rules that are switched on, laid out so that each list of a child is gone through once. `partial` leaves out the
 * rules that conclude from what is absent. This runs for every child of a file, hence the plain loops.
 */
export function planRules(settings: SeveritySettings, partial: boolean, context: RuleContext): RunRules {
  const groups = planGroups((rule) => settings[rule.code] !== 'off' && !(partial && rule.whole === true));
  return (child, report) => {
    for (let g = 0; g < groups.length; g++) {
      const group = groups[g];
      if (group === undefined || !group.applies(child)) continue;
      for (let r = 0; r < group.rules.length; r++) group.rules[r]?.check(child, report, context);
      for (let l = 0; l < group.lists.length; l++) {
        const list = group.lists[l];
        const items = list?.pick(child) ?? [];
        const checks = list?.checks ?? [];
        for (let i = 0; i < items.length; i++) {
          const item = items[i];
          if (item === undefined) continue;
          for (let c = 0; c < checks.length; c++) checks[c]?.(item, report, context, child);
        }
      }
    }
  };
}
