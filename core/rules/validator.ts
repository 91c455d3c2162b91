import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { SpecVersion } from '../payload/spec.ts';
import type { JsonPath, Problem } from '../problems.ts';
import { holdsPurge, looksPartial, viewChild } from './childView.ts';
import { childSchemaCheck } from './compiledSchema.ts';
import { addYears, type Day, parseDay, yearEndOnOrBefore } from './days.ts';
import { createFileAccumulator, type FileAccumulator } from './fileProblems.ts';
import { type Finding, type SeveritySettings, toProblem } from './finding.ts';
import { stringFindings } from './format.ts';
import { deletionFindings } from './purgeDelta.ts';
import type { RuleContext } from './rule.ts';
import { planRules } from './rulePlan.ts';
import { schemaFindings } from './schemaProblems.ts';
import { countKeys, findStringFaults } from './stringFaults.ts';

/** What a validation depends on besides the payload. */
export interface ValidatorOptions {
  readonly spec: SpecVersion;
  /** Date of the check, `YYYY-MM-DD`. Pin it in tests. */
  readonly asOf: string;
  /** 31 March that ends the collection year, `YYYY-MM-DD`; the one on or before `asOf` when absent. */
  readonly yearEnd?: string;
  /** Severity by rule code, or `off`. */
  readonly severities?: SeveritySettings;
  /** Whether children are whole or hold only what changed; judged child by child when absent. */
  readonly kind?: 'full' | 'delta';
}

/** What a validation of one child gives. */
export interface ChildValidation {
  readonly problems: readonly Problem[];
  /** Properties of all objects in the child, for comparison with its text: a name that comes twice is lost in a value. */
  readonly keys: number;
}

/** Validates children one at a time and, through an accumulator, what several children must not share. */
export interface PayloadValidator {
  readonly options: ValidatorOptions;
  /** Problems of schema and rules within one child; paths are relative to the child. Never throws on any JSON value. */
  validateChild(child: JsonValue): readonly Problem[];
  /**
   * As `validateChild`, with what a validation of text needs besides. `plain` says that none
   * of its strings is odd, so that they need no look.
   */
  inspectChild(child: JsonValue, plain?: boolean): ChildValidation;
  /** A fresh accumulator for the rules across children. */
  fileProblems(): FileAccumulator;
}

function dayOption(name: string, text: string): Day {
  const day = parseDay(text);
  if (day === undefined) throw new RangeError(`${name} is not a date as YYYY-MM-DD`);
  return day;
}

function contextOf(options: ValidatorOptions): RuleContext {
  const asOf = dayOption('asOf', options.asOf);
  const yearEnd = options.yearEnd === undefined ? yearEndOnOrBefore(asOf) : dayOption('yearEnd', options.yearEnd);
  return { asOf, yearEnd, yearStart: addYears(yearEnd, -1) + 1 };
}

/** Whether a path is at or below one of the places that the schema has found fault with. */
function isBelow(path: JsonPath, faults: readonly Finding[]): boolean {
  return faults.some((fault) => fault.at !== 'opening' && fault.path.every((step, index) => step === path[index]));
}

/** What odd strings break, where the schema has not already found fault with them. */
function oddStrings(child: JsonValue, faults: readonly Finding[]): Finding[] {
  return findStringFaults(child).flatMap((fault) => (isBelow(fault.path, faults) ? [] : stringFindings(fault)));
}

/** A list or block of the wrong shape hides what is in it, so that nothing can be concluded from what is absent. */
function isShapeFault({ code }: Finding): boolean {
  return code === 'FMT-17';
}

/** A validator for a spec version and date. Throws a RangeError when `asOf` or `yearEnd` is no date. */
export function createValidator(options: ValidatorOptions): PayloadValidator {
  const settings = options.severities ?? {};
  const check = childSchemaCheck(options.spec);
  const context = contextOf(options);
  const runWhole = planRules(settings, false, context);
  const runPartial = planRules(settings, true, context);

  function ruleFindings(child: JsonObject, purges: boolean, partial: boolean, known: readonly Finding[]): Finding[] {
    const findings: Finding[] = [];
    const run = partial || known.some(isShapeFault) ? runPartial : runWhole;
    run(viewChild(child, { partial, purges }), (finding) => {
      findings.push(finding);
    });
    if (known.length === 0 || findings.length === 0) return findings;
    // One value, one problem: what the schema has said of a value is enough.
    const places = new Set(known.filter((fault) => fault.at !== 'opening').map(({ path }) => JSON.stringify(path)));
    return findings.filter(({ path, at }) => at === 'opening' || !places.has(JSON.stringify(path)));
  }

  function inspectChild(child: JsonValue, plain = false): ChildValidation {
    const purges = isJsonObject(child) && holdsPurge(child);
    const partial =
      isJsonObject(child) && (options.kind === undefined ? purges || looksPartial(child) : options.kind === 'delta');
    const findings: Finding[] = check(child) ? [] : schemaFindings(child, check.errors ?? [], partial);
    if (isJsonObject(child) && child.purge === true) findings.push(...deletionFindings(child));
    else if (isJsonObject(child)) {
      if (!plain) findings.push(...oddStrings(child, findings));
      findings.push(...ruleFindings(child, purges, partial, findings));
    }
    const problems: Problem[] = [];
    for (const finding of findings) {
      const problem = toProblem(finding, settings);
      if (problem !== undefined) problems.push(problem);
    }
    return { problems, keys: countKeys(child) };
  }

  return {
    options,
    validateChild: (child) => inspectChild(child).problems,
    inspectChild,
    fileProblems: () => createFileAccumulator(settings),
  };
}
