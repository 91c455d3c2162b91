import { DataflowError } from '../core/errors.ts';
import { stageChildren } from '../pipeline/staging/stageChildren.ts';
import type { StagingStore } from '../pipeline/staging/stagingStore.ts';
import { startExtract } from './extractJob.ts';
import type { JobFunction } from './jobFunction.ts';
import type { JobScope } from './scope.ts';
import { openSource, openStaging, tableFor } from './source.ts';

/** Makes sure that the table is there, creating it only when the person asked for it. */
async function ensureTable(store: StagingStore, create: boolean, scope: JobScope): Promise<void> {
  const { signal } = scope.context;
  const found = await store.check(signal);
  if (!found.exists && create) await store.create(signal);
  else if (!found.exists) {
    throw new DataflowError(
      'configuration',
      `The staging table ${store.identity} does not exist. Nothing was staged. Ask your database administrator to create it, or repeat the command with --create.`,
    );
  } else if (found.missingColumns.length > 0) {
    throw new DataflowError(
      'configuration',
      `The staging table ${store.identity} has no column ${found.missingColumns.join(', ')}. Nothing was staged. Add what is missing, as docs/architecture.md lists it.`,
    );
  }
}

/** Extract and merge into staging. */
export const stageJob: JobFunction<'stage'> = async (input, scope) => {
  const source = await openSource(scope, input);
  try {
    await using store = await openStaging(scope, source, tableFor(scope, source, input.table));
    await ensureTable(store, input.create === true, scope);
    const { stream, report } = await startExtract(scope, source, input);
    const outcome = await stageChildren(stream.children, report, store, scope.context);
    return {
      table: store.identity,
      children: outcome.children,
      counts: outcome.counts,
      problems: stream.problems(),
      notAssembled: [...stream.notAssembled(), ...outcome.notStaged],
    };
  } finally {
    await source.close();
  }
};
