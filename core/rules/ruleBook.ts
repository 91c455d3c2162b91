import data from '../../schemas/rules.json' with { type: 'json' };
import type { Severity } from '../problems.ts';

/** One rule as schemas/rules.json describes it. Source of its facts: the project's notes on the API and the censuses. */
export interface RuleInfo {
  /** Stable and never reused, such as `EPI-05`. */
  readonly code: string;
  readonly area: string;
  /** A few words, as a heading. */
  readonly title: string;
  readonly severity: Severity;
  /** Who asks for it: API, CIN, 903, SSD, D2I or own. */
  readonly basis: readonly string[];
  readonly certainty: string;
  /** Numbers of the same rule in the census. */
  readonly census: readonly string[];
  /** What must hold, in Markdown. */
  readonly requires: string;
  /** What breaks it, in Markdown. */
  readonly example: string;
  /** Message templates by variant; `{name}` stands for a value. The usual one is `default`. */
  readonly messages: Readonly<Record<string, string>>;
  /** What to do, in one or two sentences. */
  readonly remedy: string;
  /** False for rules that one payload alone cannot show; `notCheckable` says why. */
  readonly checkable: boolean;
  readonly notCheckable?: string;
}

interface RawRule {
  readonly code: string;
  readonly area: string;
  readonly title?: string;
  readonly severity: string;
  readonly basis: readonly string[];
  readonly certainty: string;
  readonly census: readonly string[];
  readonly requires: string;
  readonly example: string;
  readonly messages?: Readonly<Record<string, string>>;
  readonly remedy?: string;
  readonly notCheckable?: string;
}

const severities: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

function severityOf(raw: RawRule): Severity {
  const known = severities.find((severity) => severity === raw.severity);
  if (known === undefined) throw new TypeError(`Rule ${raw.code} has an unknown severity`);
  return known;
}

function toInfo(raw: RawRule): RuleInfo {
  return {
    code: raw.code,
    area: raw.area,
    title: raw.title ?? raw.requires,
    severity: severityOf(raw),
    basis: raw.basis,
    certainty: raw.certainty,
    census: raw.census,
    requires: raw.requires,
    example: raw.example,
    messages: raw.messages ?? { default: `Must hold: ${raw.requires}.` },
    remedy: raw.remedy ?? '',
    checkable: raw.notCheckable === undefined,
    ...(raw.notCheckable === undefined ? {} : { notCheckable: raw.notCheckable }),
  };
}

const rawRules: readonly RawRule[] = data;
const rules: ReadonlyMap<string, RuleInfo> = new Map(rawRules.map((raw) => [raw.code, toInfo(raw)]));

/** All rules in the order of their pages. */
export function allRules(): readonly RuleInfo[] {
  return [...rules.values()];
}

/** The rule of that code. Throws when the data has none, which is a fault of the caller. */
export function ruleInfo(code: string): RuleInfo {
  const found = rules.get(code);
  if (found === undefined) throw new RangeError(`No rule "${code}" in schemas/rules.json`);
  return found;
}
