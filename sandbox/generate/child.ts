import type { ChildRows } from './childRows.ts';
import { type ChildContext, type ChildFacts, childContext } from './context.ts';
import { breakARule } from './faults.ts';
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

/** All rows of one invented child; with `faulty`, one child in ten breaks a rule. */
export function generateChild(facts: ChildFacts & { readonly faulty?: boolean }): ChildRows {
  const child = childContext(facts);
  child.random.weighted(stories).tell(child);
  if (facts.faulty === true) breakARule(child);
  return child.rows;
}
