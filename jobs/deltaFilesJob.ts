import { describeChanges } from '../core/delta/changes.ts';
import { childDelta } from '../core/delta/delta.ts';
import { explain } from '../core/delta/explain.ts';
import { DataflowError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { createValidator } from '../core/rules/validator.ts';
import { writeFileAtomically } from '../pipeline/atomicFile.ts';
import type { ChangedChild } from './contract.ts';
import type { JobFunction } from './jobFunction.ts';
import { readPayloadChildren } from './payloadChildren.ts';
import { asOfDate } from './scope.ts';

/** The children of a payload file by id. A file without ids, or with one twice, cannot be compared. */
async function childrenById(file: string): Promise<Map<string, JsonObject>> {
  const byId = new Map<string, JsonObject>();
  for (const [index, child] of (await readPayloadChildren(file)).entries()) {
    const id = isJsonObject(child) ? child.la_child_id : undefined;
    if (!isJsonObject(child) || typeof id !== 'string' || id === '') {
      throw new DataflowError('input', `${file}: element ${index + 1} has no la_child_id, so it cannot be compared.`);
    }
    if (byId.has(id)) {
      throw new DataflowError('input', `${file}: child ${id} stands twice, so it is not clear which one counts.`);
    }
    byId.set(id, child);
  }
  return byId;
}

function stateOf(before: JsonObject | null, after: JsonObject | null): ChangedChild['state'] {
  if (before === null) return 'new';
  return after === null ? 'deleted' : 'updated';
}

/** Two payload files to one delta payload, ordered by child id. */
export const deltaFilesJob: JobFunction<'deltaFiles'> = async (input, scope) => {
  const { spec, validation } = scope.settings;
  const previous = await childrenById(input.previous);
  const current = await childrenById(input.current);
  const validator = createValidator({ spec, asOf: asOfDate(scope), severities: validation.rules });
  const ids = [...new Set([...previous.keys(), ...current.keys()])].sort();
  const deltas: JsonObject[] = [];
  const changes: ChangedChild[] = [];
  for (const personId of ids) {
    const before = previous.get(personId) ?? null;
    const after = current.get(personId) ?? null;
    const delta = childDelta(before, after, {
      granularity: input.granularity ?? 'element',
      receiver: input.receiver ?? 'replace',
      spec,
    });
    if (delta === null) continue;
    deltas.push(delta);
    const problems = after === null ? [] : validator.validateChild(after);
    changes.push({
      personId,
      state: stateOf(before, after),
      status: 'pending',
      summary: explain(describeChanges(before, after, spec)),
      errors: problems.filter((problem) => problem.severity === 'error').length,
      warnings: problems.filter((problem) => problem.severity === 'warning').length,
      heldBack: null,
    });
  }
  const text = `${JSON.stringify(deltas, null, 2)}\n`;
  if (input.out !== undefined) await writeFileAtomically(input.out, (append) => append(text));
  return { children: deltas.length, out: input.out ?? null, text: input.out === undefined ? text : null, changes };
};
