import type { Day } from '../../core/rules/days.ts';
import type { ChildRows } from './childRows.ts';
import { type ChildContext, childContext } from './context.ts';
import {
  adopted,
  assessed,
  asylumSeeker,
  careLeaver,
  enquiryOnly,
  inAssessment,
  inNeed,
  lookedAfter,
  noFurtherAction,
  outOfCohort,
  protectedChild,
  unborn,
} from './stories.ts';

/** How common each kind of case is. The stories that need rare codes are frequent enough for 2,000 children to show all. */
const stories: readonly { readonly tell: (child: ChildContext) => void; readonly weight: number }[] = [
  { tell: noFurtherAction, weight: 10 },
  { tell: assessed, weight: 18 },
  { tell: inAssessment, weight: 8 },
  { tell: inNeed, weight: 18 },
  { tell: protectedChild, weight: 12 },
  { tell: enquiryOnly, weight: 4 },
  { tell: lookedAfter, weight: 14 },
  { tell: adopted, weight: 3 },
  { tell: careLeaver, weight: 5 },
  { tell: unborn, weight: 2 },
  { tell: asylumSeeker, weight: 2 },
  { tell: outOfCohort, weight: 4 },
];

/** What one child is generated from. The same facts give the same rows. */
export interface ChildFacts {
  readonly seed: number;
  /** From 1. */
  readonly number: number;
  readonly asOf: Day;
  /** How many workers the sandbox has. */
  readonly staff: number;
}

/** All rows of one invented child. */
export function generateChild(facts: ChildFacts): ChildRows {
  const child: ChildContext = childContext(facts.seed, facts.number, facts.asOf, facts.staff);
  child.random.weighted(stories).tell(child);
  return child.rows;
}
