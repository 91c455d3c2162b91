import type { JsonValue } from '../json.ts';
import type { SpecVersion } from '../payload/spec.ts';
import type { Problem } from '../problems.ts';
import { childSchemaCheck } from './compiledSchema.ts';
import { parseDay } from './days.ts';
import { createFileAccumulator, type FileAccumulator } from './fileProblems.ts';
import { type Finding, type SeveritySettings, toProblem } from './finding.ts';
import { schemaFindings } from './schemaProblems.ts';

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

/** Validates children one at a time and, through an accumulator, what several children must not share. */
export interface PayloadValidator {
  readonly options: ValidatorOptions;
  /** Problems of schema and rules within one child; paths are relative to the child. Never throws on any JSON value. */
  validateChild(child: JsonValue): readonly Problem[];
  /** A fresh accumulator for the rules across children. */
  fileProblems(): FileAccumulator;
}

/** A validator for a spec version and date. Throws a RangeError when `asOf` or `yearEnd` is no date. */
export function createValidator(options: ValidatorOptions): PayloadValidator {
  const settings = options.severities ?? {};
  const check = childSchemaCheck(options.spec);
  for (const date of [options.asOf, options.yearEnd]) {
    if (date !== undefined && parseDay(date) === undefined)
      throw new RangeError('The date of the check is not YYYY-MM-DD');
  }

  function findings(child: JsonValue): Finding[] {
    return check(child) ? [] : schemaFindings(child, check.errors ?? []);
  }

  return {
    options,
    validateChild: (child) =>
      findings(child)
        .map((finding) => toProblem(finding, settings))
        .filter((problem) => problem !== undefined),
    fileProblems: () => createFileAccumulator(settings),
  };
}
