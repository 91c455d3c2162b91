import { adoptionRules } from './adoption.ts';
import { assessmentRules } from './assessment.ts';
import { asylumRules } from './asylum.ts';
import { careLeaverRules } from './careLeaver.ts';
import { childRules } from './child.ts';
import type { ChildView } from './childView.ts';
import { episodeRules } from './episode.ts';
import { formatRules } from './format.ts';
import { placementRules } from './placement.ts';
import { needPlanRules, protectionPlanRules } from './plans.ts';
import { purgeRules } from './purgeDelta.ts';
import type { Rule } from './rule.ts';
import { sdqRules } from './sdq.ts';
import { section47Rules } from './section47.ts';
import { upnRules } from './upn.ts';
import { workerRules } from './worker.ts';

/** Rules of one area, and whether a child has anything for them to look at. Most children have few areas. */
export interface RuleGroup {
  applies(child: ChildView): boolean;
  readonly rules: readonly Rule[];
}

const always = (): boolean => true;

/** Every rule that looks at one child, in the order of the rule list. */
export const ruleGroups: readonly RuleGroup[] = [
  { applies: always, rules: formatRules },
  { applies: always, rules: childRules },
  { applies: ({ details }) => details !== undefined, rules: upnRules },
  { applies: ({ episodes }) => episodes.length > 0, rules: episodeRules },
  { applies: ({ assessments }) => assessments.length > 0, rules: assessmentRules },
  { applies: ({ needPlans }) => needPlans.length > 0, rules: needPlanRules },
  { applies: ({ section47s }) => section47s.length > 0, rules: section47Rules },
  { applies: ({ protectionPlans }) => protectionPlans.length > 0, rules: protectionPlanRules },
  { applies: ({ allPlacements }) => allPlacements.length > 0, rules: placementRules },
  // A placement for adoption asks for an adoption block.
  { applies: ({ adoptions, placements }) => adoptions.length + placements.length > 0, rules: adoptionRules },
  { applies: ({ careLeavers }) => careLeavers.length > 0, rules: careLeaverRules },
  { applies: ({ questionnaires }) => questionnaires.length > 0, rules: sdqRules },
  { applies: ({ details }) => details !== undefined, rules: asylumRules },
  // A child in care without any worker has a problem too.
  { applies: ({ workers, placements }) => workers.length + placements.length > 0, rules: workerRules },
  { applies: ({ purges }) => purges, rules: purgeRules },
];
