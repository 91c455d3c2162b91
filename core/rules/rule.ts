import type { JsonPath, ProblemAnchor, ProblemFix, RelatedPlace } from '../problems.ts';
import { at, type ChildView, dayIn, type EpisodeView, type Item, type Span } from './childView.ts';
import { type Day, formatDay } from './days.ts';
import type { Report } from './finding.ts';

/** The dates that rules compare with. */
export interface RuleContext {
  /** Date of the check. */
  readonly asOf: Day;
  /** 31 March that ends the collection year, and the 1 April that begins it. */
  readonly yearEnd: Day;
  readonly yearStart: Day;
}

/**
 * One rule: what it is and says is data (schemas/rules.json), how it looks at a child is a check. A check is silent
 * where a field that it needs is absent or malformed, since another rule says so.
 */
export type Rule = ChildRule | ItemRule;

interface RuleBase {
  readonly code: string;
  /** Whether it concludes from what is absent, so that it cannot judge a delta. */
  readonly whole?: true;
}

/** A rule on the child as a whole. */
export interface ChildRule extends RuleBase {
  check(child: ChildView, report: Report, context: RuleContext): void;
}

/** A rule on each element of a list, so that all rules of a list share one loop. */
export interface ItemRule extends RuleBase {
  readonly pick: Picker<Item>;
  checkItem(item: Item, report: Report, context: RuleContext, child: ChildView): void;
}

/** Which elements of a child a rule looks at. */
export type Picker<T extends Item> = (child: ChildView) => readonly T[];

/** A place to point to besides the problem's own. */
export function related(path: JsonPath, message: string, anchor: ProblemAnchor = 'value'): RelatedPlace {
  return { path, at: anchor, message };
}

export function removeField(item: Item, field: string): ProblemFix {
  return { kind: 'remove', title: `Remove ${field}`, path: at(item, field), safe: false };
}

export function insertField(item: Item, field: string, value: unknown = ''): ProblemFix {
  return { kind: 'insert', title: `Add ${field}`, path: at(item, field), value, safe: false };
}

/** A rule that looks at each element on its own. */
export function each<T extends Item>(
  code: string,
  pick: Picker<T>,
  check: (item: T, report: Report, context: RuleContext, child: ChildView) => void,
  whole?: true,
): Rule {
  // The elements that a rule is given are those that it picked itself.
  const checkItem = check as ItemRule['checkItem'];
  return { code, pick, checkItem, ...(whole === undefined ? {} : { whole }) };
}

/** `later` is on or after `earlier` in the same element. The problem is at the later field and points to the other. */
export function inOrder(code: string, pick: Picker<Item>, earlier: string, later: string, variant?: string): Rule {
  return each(code, pick, (item, report) => {
    const first = dayIn(item, earlier);
    const second = dayIn(item, later);
    if (first === undefined || second === undefined || second >= first) return;
    report({
      code,
      ...(variant === undefined ? {} : { variant }),
      path: at(item, later),
      values: { earlier: formatDay(first), later: formatDay(second) },
      related: [related(at(item, earlier), `${earlier} is here.`)],
    });
  });
}

/** `end_date` is another day than `start_date`. */
export function endsAnotherDay(code: string, pick: Picker<Span>): Rule {
  return each(code, pick, (item, report) => {
    const { start } = item;
    if (start === undefined || start !== item.end) return;
    report({
      code,
      path: at(item, 'end_date'),
      values: { date: formatDay(start) },
      related: [related(at(item, 'start_date'), 'start_date is here.')],
    });
  });
}

/** A date of an element is on or after the referral of its episode. */
export function afterReferral(code: string, pick: Picker<Item & { episode: EpisodeView }>, field: string): Rule {
  return each(code, pick, (item, report) => {
    const day = dayIn(item, field);
    const { referral } = item.episode;
    if (day === undefined || referral === undefined || day >= referral) return;
    report({
      code,
      path: at(item, field),
      values: { date: formatDay(day), referral: formatDay(referral) },
      related: [related(at(item.episode, 'referral_date'), 'The referral date is here.')],
    });
  });
}

/** The element has the field. `startingValue` is what the fix that adds it writes. */
export function present(code: string, pick: Picker<Item>, field: string, startingValue: unknown = ''): Rule {
  return each(
    code,
    pick,
    (item, report) => {
      // A null is reported by its own rule.
      if (Object.hasOwn(item.value, field)) return;
      report({
        code,
        variant: 'missing',
        path: item.path,
        at: 'opening',
        values: { field },
        fixes: [insertField(item, field, startingValue)],
      });
    },
    true,
  );
}
