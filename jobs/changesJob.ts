import { ChangeTally, describeChanges } from '../core/delta/changes.ts';
import { childDelta, defaultDeltaOptions } from '../core/delta/delta.ts';
import { explain } from '../core/delta/explain.ts';
import { DataflowError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { inReadingOrder } from '../core/payload/readingOrder.ts';
import type { SpecVersion } from '../core/payload/spec.ts';
import type { Severity } from '../core/problems.ts';
import { createValidator } from '../core/rules/validator.ts';
import { durableFiles } from '../pipeline/files/durableFiles.ts';
import type { StagingRow, StagingStore } from '../pipeline/staging/stagingStore.ts';
import { HeldBack } from '../pipeline/submission/holds.ts';
import type { ChangedChild, SourceInput } from './contract.ts';
import type { JobFunction } from './jobFunction.ts';
import type { JobScope } from './scope.ts';
import { type OpenSource, openSource, openStaging, tableFor } from './source.ts';
import { openTrail } from './trail.ts';

/** Both sides of a row: what the DfE accepted last, and what it should hold. */
interface Sides {
  readonly previous: JsonObject | null;
  readonly current: JsonObject | null;
}

function parsePayload(text: string | null): JsonObject | null {
  if (text === null || text === '') return null;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : null;
  } catch {
    // Staging tables that other tools fill may hold anything; validation and the plan report it.
    return null;
  }
}

function sidesOf(row: StagingRow): Sides {
  return {
    previous: parsePayload(row.previousPayload),
    current: row.rowState === 'deleted' ? null : parsePayload(row.payload),
  };
}

async function withStaging<T>(
  scope: JobScope,
  input: SourceInput & { readonly table?: 'live' | 'anon' },
  work: (store: StagingStore, source: OpenSource) => Promise<T>,
): Promise<T> {
  const source = await openSource(scope, input);
  try {
    await using store = await openStaging(scope, source, tableFor(scope, source, input.table));
    return await work(store, source);
  } finally {
    await source.close();
  }
}

function validatorFor(scope: JobScope, source: OpenSource) {
  const { settings } = scope;
  return createValidator({
    spec: settings.spec,
    asOf: settings.validation.asOf ?? source.runDate,
    severities: settings.validation.rules,
    kind: 'full',
  });
}

/** The children that wait to be sent, with what changed in words, and the counts of the table. */
export const changesJob: JobFunction<'changes'> = (input, scope) =>
  withStaging(scope, input, async (store, source) => {
    const { context, environment, settings } = scope;
    const held = await new HeldBack(environment.dataFolder, store.identity, durableFiles, openTrail(scope)).read();
    const validator = validatorFor(scope, source);
    const tally = new ChangeTally();
    const children: ChangedChild[] = [];
    for await (const row of store.rows({ statuses: ['pending', 'error'] }, context.signal)) {
      const { previous, current } = sidesOf(row);
      const changes = describeChanges(previous, current, settings.spec);
      tally.add(changes);
      const problems = current === null ? [] : validator.validateChild(current);
      const count = (severity: Severity): number => problems.filter((p) => p.severity === severity).length;
      children.push({
        personId: row.personId,
        state: row.rowState === 'unchanged' ? 'updated' : row.rowState,
        status: row.submissionStatus ?? 'pending',
        summary: explain(changes),
        errors: count('error'),
        warnings: count('warning'),
        heldBack: held.get(row.personId) ?? null,
      });
      if (children.length % 200 === 0) {
        context.progress({ phase: 'Comparing', done: children.length, unit: 'children' });
      }
    }
    return { counts: await store.counts(context.signal), children, bySection: tally.counts() };
  });

function pretty(child: JsonObject | null, spec: SpecVersion): string {
  return child === null ? '' : `${JSON.stringify(inReadingOrder(child, spec), null, 2)}\n`;
}

function editedChild(text: string, personId: string): JsonObject {
  const child = parsePayload(text);
  if (child !== null) return child;
  throw new DataflowError(
    'input',
    `Child ${personId} in the editor is not valid JSON. Correct it, then compare again.`,
  );
}

/** Both sides of one child in one order, so that order is no difference, and what would be sent. */
export const childChangeJob: JobFunction<'childChange'> = (input, scope) =>
  withStaging(scope, input, async (store) => {
    const { personId } = input;
    let row: StagingRow | undefined;
    for await (const found of store.rows({ personIds: [personId] }, scope.context.signal)) row = found;
    if (row === undefined && input.payload === undefined) {
      throw new DataflowError('input', `Child ${personId} is not in ${store.identity}. Stage the extract first.`);
    }
    const staged: Sides = row === undefined ? { previous: null, current: null } : sidesOf(row);
    const { previous } = staged;
    const current = input.payload === undefined ? staged.current : editedChild(input.payload, personId);
    const { spec } = scope.settings;
    const delta = childDelta(previous, current, { ...defaultDeltaOptions, spec });
    return {
      personId,
      previous: pretty(previous, spec),
      current: pretty(current, spec),
      delta: delta === null ? null : `${JSON.stringify(delta, null, 2)}\n`,
      summary: explain(describeChanges(previous, current, spec)),
    };
  });
