import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';
import type { JsonPath } from '../../core/problems.ts';
import { childSchemaCheck } from '../../core/rules/compiledSchema.ts';
import { toProblem } from '../../core/rules/finding.ts';
import { schemaFindings } from '../../core/rules/schemaProblems.ts';

/** Most children in one request (DfE API specification). */
const batchLimit = 100;

/** Why the API refuses a request body as a whole; null when it does not. */
export interface BodyRefusal {
  readonly title: string;
  /** One line for each fault, such as `[3].child_details.sex: ...`. The first index is the child's place in the batch. */
  readonly details: readonly string[];
}

function pathText(index: number, path: JsonPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`),
    `[${index}]`,
  );
}

/**
 * Judges a request body as the API does, which looks at the schema alone: cross-field rules are the census's. Null
 * values and unknown keys pass, since nothing says that the API refuses them.
 */
export function judgeBody(body: JsonValue, spec: SpecVersion): { children: JsonObject[] } | { refusal: BodyRefusal } {
  if (!Array.isArray(body)) return { refusal: { title: 'The body is not an array of children.', details: [] } };
  if (body.length === 0 || body.length > batchLimit) {
    const title = `The array holds ${body.length} children; it must hold 1 to ${batchLimit}.`;
    return { refusal: { title, details: [] } };
  }
  const details = body.flatMap((child, index) => childFaults(child, index, spec));
  if (details.length > 0) return { refusal: { title: 'One or more children are not valid.', details } };
  return { children: body.filter(isJsonObject) };
}

function childFaults(child: JsonValue, index: number, spec: SpecVersion): string[] {
  const check = childSchemaCheck(spec);
  if (check(child)) return [];
  return schemaFindings(child, check.errors ?? [])
    .map((finding) => toProblem(finding, {}))
    .filter((problem) => problem !== undefined)
    .filter((problem) => problem.severity === 'error' && !isPartialAnyway(problem.code))
    .map((problem) => `${pathText(index, problem.path)}: ${problem.message}`);
}

/** A partial payload without child_details is against the advice of the tools, not against the API's schema. */
function isPartialAnyway(code: string): boolean {
  return code === 'DLT-01';
}
