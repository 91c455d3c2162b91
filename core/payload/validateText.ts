import { isJsonObject, type JsonValue } from '../json.ts';
import type { LocatedProblem, Problem } from '../problems.ts';
import { createValidator, type ValidatorOptions } from '../rules/validator.ts';
import { findPlaces } from './placeFinder.ts';

/** Options of a validation of text. */
export interface ValidateTextOptions extends ValidatorOptions {
  /** How many problems to give, most severe first; all when absent. */
  readonly maxProblems?: number;
}

/** What a validation of a text found. */
export interface TextValidation {
  /** In the order of the text. */
  readonly problems: readonly LocatedProblem[];
  /** Problems left out by `maxProblems`. */
  readonly omitted: number;
  /** Children in the text. */
  readonly children: number;
}

function childrenOf(root: JsonValue): { children: readonly JsonValue[]; base: (index: number) => (string | number)[] } {
  if (Array.isArray(root)) return { children: root, base: (index) => [index] };
  if (isJsonObject(root) && Array.isArray(root.Children)) {
    return { children: root.Children, base: (index) => ['Children', index] };
  }
  return { children: [root], base: () => [] };
}

/** Validates payload text from scratch: syntax, schema, rules within each child and across children. */
export function validatePayloadText(text: string, options: ValidateTextOptions): TextValidation {
  let root: JsonValue;
  try {
    root = JSON.parse(text.replace(/^\ufeff/, ' ')) as JsonValue;
  } catch {
    const message = 'This is not valid JSON.';
    const problem = {
      code: 'FMT-01',
      severity: 'error' as const,
      message,
      path: [],
      start: 0,
      end: Math.min(1, text.length),
    };
    return { problems: [problem], omitted: 0, children: 0 };
  }
  const validator = createValidator(options);
  const { children, base } = childrenOf(root);
  const across = validator.fileProblems();
  const found: Problem[] = [];
  children.forEach((child, index) => {
    across.add(index, child);
    for (const problem of validator.validateChild(child))
      found.push({ ...problem, path: [...base(index), ...problem.path] });
  });
  for (const problem of across.problems()) {
    found.push({ ...problem, path: [...base(Number(problem.path[0])), ...problem.path.slice(1)] });
  }
  const kept = found.slice(0, options.maxProblems ?? found.length);
  const ranges = findPlaces(text, kept);
  const problems = kept.map((problem, index) => ({
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    path: problem.path,
    start: ranges[index]?.start ?? 0,
    end: ranges[index]?.end ?? 0,
    ...(problem.fixes === undefined ? {} : { fixes: problem.fixes }),
  }));
  return { problems, omitted: found.length - kept.length, children: children.length };
}
