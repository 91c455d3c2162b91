import { adoptionRules } from './adoption.ts';
import { assessmentRules } from './assessment.ts';
import { asylumRules } from './asylum.ts';
import { careLeaverRules } from './careLeaver.ts';
import { childRules } from './child.ts';
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

/** Every rule that looks at one child, in the order of the rule list. */
export const childRuleList: readonly Rule[] = [
  ...formatRules,
  ...childRules,
  ...upnRules,
  ...episodeRules,
  ...assessmentRules,
  ...needPlanRules,
  ...section47Rules,
  ...protectionPlanRules,
  ...placementRules,
  ...adoptionRules,
  ...careLeaverRules,
  ...sdqRules,
  ...asylumRules,
  ...workerRules,
  ...purgeRules,
];
