import { allRules, type RuleInfo } from '../core/rules/ruleBook.ts';

/** Folder of the pages, from the root of the repository. */
export const ruleDocsFolder = 'docs/rules';

const basisNames: Readonly<Record<string, string>> = {
  API: 'the DfE API refuses it, or is said to',
  CIN: 'children in need census',
  903: 'SSDA903, the collection on looked-after children',
  SSD: 'guidance of the Standard Safeguarding Dataset',
  D2I: 'experience of the pilot',
  own: 'advice of this tool',
};

const certaintyNames: Readonly<Record<string, string>> = {
  stated: 'The source states it.',
  'moved-over': 'Moved over from a rule of another shape or time frame: treat it as a hint.',
  advice: 'Advice, without an official rule behind it.',
};

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function messages(rule: RuleInfo): string {
  return Object.values(rule.messages)
    .map((message) => `- ${message.replace(/\{(\w+)\}/g, '*$1*')}`)
    .join('\n');
}

function page(rule: RuleInfo): string {
  const census = rule.census.length === 0 ? [] : [`| Number in the census | ${rule.census.join(', ')} |`];
  const notCheckable = rule.notCheckable === undefined ? [] : [`| Checked | no: ${cell(rule.notCheckable)} |`];
  return [
    `# ${rule.code}: ${rule.title}`,
    '',
    `${rule.requires}.`,
    '',
    '| | |',
    '| --- | --- |',
    `| Severity | ${rule.severity} |`,
    `| Basis | ${rule.basis.map((basis) => basisNames[basis] ?? basis).join('; ')} |`,
    `| Certainty | ${certaintyNames[rule.certainty] ?? rule.certainty} |`,
    ...census,
    ...notCheckable,
    '',
    '## What breaks it',
    '',
    rule.example,
    '',
    '## What it says',
    '',
    messages(rule),
    '',
    ...(rule.remedy === '' ? [] : ['## What to do', '', rule.remedy, '']),
    '## To change it',
    '',
    'In VS Code:',
    '',
    '```json',
    `"ssd.validation.rules": { "${rule.code}": "off" }`,
    '```',
    '',
    'Instead of `off`: `error`, `warning`, `information` or `hint`.',
    '',
    '[All rules](README.md)',
    '',
  ].join('\n');
}

function index(rules: readonly RuleInfo[]): string {
  const areas = [...new Set(rules.map(({ area }) => area))];
  const tables = areas.map((area) =>
    [
      `## ${area}`,
      '',
      '| Rule | Severity | What must hold |',
      '| --- | --- | --- |',
      ...rules
        .filter((rule) => rule.area === area)
        .map(({ code, severity, title }) => `| [${code}](${code}.md) | ${severity} | ${cell(title)} |`),
      '',
    ].join('\n'),
  );
  return [
    '# Rules',
    '',
    `The ${rules.length} rules that a payload is checked against. Each has a code that never changes, a page here, and a`,
    'severity that the setting `ssd.validation.rules` can change or switch off.',
    '',
    'Short names on the pages: `cd` child_details, `sdq` sdq_assessments, `sce` social_care_episodes, `cfa`',
    'child_and_family_assessments, `cnp` child_in_need_plans, `s47` section_47_assessments, `cpp` child_protection_plans,',
    '`plc` child_looked_after_placements, `ado` adoption, `clv` care_leavers, `wkr` care_worker_details. `asOf` is the date of',
    'the check, `yearEnd` the 31 March on or before it, `yearStart` the 1 April that begins that year. NFA flag is',
    '`referral_no_further_action_flag`. An item is open while it has a start and no end; a child is unborn with an expected and',
    'without a date of birth.',
    '',
    'A delta holds only what changed, so that rules which conclude from what is absent leave it alone. Whatever is purged',
    'needs its id only and takes part in no other rule.',
    '',
    ...tables,
  ].join('\n');
}

/** The generated pages: path from the root of the repository to text. */
export function ruleDocs(): ReadonlyMap<string, string> {
  const rules = allRules();
  const pages = new Map(rules.map((rule) => [`${ruleDocsFolder}/${rule.code}.md`, page(rule)]));
  return pages.set(`${ruleDocsFolder}/README.md`, index(rules));
}
