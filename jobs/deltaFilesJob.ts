import { describeChanges } from '../core/delta/changes.ts';
import { explain } from '../core/delta/explain.ts';
import type { JsonObject } from '../core/json.ts';
import { createValidator } from '../core/rules/validator.ts';
import { deltaOfFiles, type FileDelta } from '../pipeline/extract/deltaFiles.ts';
import { writePayloadFile } from '../pipeline/extract/payloadWriter.ts';
import type { ChangedChild } from './contract.ts';
import type { JobFunction } from './jobFunction.ts';
import { asOfDate } from './scope.ts';

function stateOf({ previous, current }: FileDelta): ChangedChild['state'] {
  if (previous === null) return 'new';
  return current === null ? 'deleted' : 'updated';
}

/** Two payload files to one delta payload, ordered by child id. With `out`, memory holds one child at a time. */
export const deltaFilesJob: JobFunction<'deltaFiles'> = async (input, scope) => {
  const { spec, validation } = scope.settings;
  const { signal } = scope.context;
  const validator = createValidator({ spec, asOf: asOfDate(scope), severities: validation.rules });
  const options = { granularity: input.granularity ?? 'element', receiver: input.receiver ?? 'replace', spec } as const;
  const changes: ChangedChild[] = [];

  async function* deltas(): AsyncGenerator<JsonObject> {
    for await (const found of deltaOfFiles(input.previous, input.current, options, signal)) {
      const { personId, previous, current, delta } = found;
      const problems = current === null ? [] : validator.validateChild(current);
      changes.push({
        personId,
        state: stateOf(found),
        status: 'pending',
        summary: explain(describeChanges(previous, current, spec)),
        errors: problems.filter((problem) => problem.severity === 'error').length,
        warnings: problems.filter((problem) => problem.severity === 'warning').length,
        heldBack: null,
      });
      yield delta;
    }
  }

  if (input.out !== undefined) {
    const children = await writePayloadFile(input.out, deltas(), signal);
    return { children, out: input.out, text: null, changes };
  }
  const all: JsonObject[] = [];
  for await (const delta of deltas()) all.push(delta);
  return { children: all.length, out: null, text: `${JSON.stringify(all, null, 2)}\n`, changes };
};
