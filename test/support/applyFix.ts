import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { ProblemFix } from '../../core/problems.ts';
import { valueAt } from '../tables/change.ts';

/** Applies a value fix to a copy of a child, as an editor does to its text. */
export function applyFix(child: JsonObject, fix: ProblemFix): JsonObject {
  const copy = structuredClone(child);
  const last = fix.path.at(-1);
  const owner = valueAt(copy, fix.path.slice(0, -1));
  if (Array.isArray(owner) && typeof last === 'number') {
    if (fix.kind === 'remove') owner.splice(last, 1);
    else owner[last] = fix.value as JsonValue;
  } else if (isJsonObject(owner) && typeof last === 'string') {
    const before = owner[last];
    if (fix.kind === 'remove' || fix.kind === 'rename') delete owner[last];
    if (fix.kind === 'rename' && fix.newKey !== undefined && before !== undefined) owner[fix.newKey] = before;
    if (fix.kind === 'replace' || fix.kind === 'insert') owner[last] = fix.value as JsonValue;
  } else throw new Error(`The fix "${fix.title}" names a place that is not there`);
  return copy;
}
