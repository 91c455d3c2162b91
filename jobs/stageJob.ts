import { DataflowError } from '../core/errors.ts';
import { canonicalText } from '../core/payload/canonical.ts';
import type { ValidatedStream } from '../pipeline/extract/validateStream.ts';
import { sha256 } from '../pipeline/hash.ts';
import type { StagedChild, StagingStore } from '../pipeline/staging/stagingStore.ts';
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

/** Children for the merge; those that could not be put together go to `keep`, so that they do not count as gone. */
async function* stagedChildren(stream: ValidatedStream, keep: Set<string>): AsyncGenerator<StagedChild> {
  for await (const extracted of stream.children) {
    if (extracted.kind === 'notAssembled') keep.add(extracted.personId);
    else {
      const payload = canonicalText(extracted.child);
      yield { personId: extracted.personId, legacyId: extracted.legacyId, payload, hash: sha256(payload) };
    }
  }
}

/** Extract and merge into staging. */
export const stageJob: JobFunction<'stage'> = async (input, scope) => {
  const source = await openSource(scope, input);
  try {
    await using store = await openStaging(scope, source, tableFor(scope, source, input.table));
    await ensureTable(store, input.create === true, scope);
    scope.context.progress({ phase: 'Extracting' });
    const { stream } = await startExtract(scope, source, input);
    const keep = new Set<string>();
    const counts = await store.merge(
      stagedChildren(stream, keep),
      { at: scope.context.now(), keep },
      scope.context.signal,
    );
    return {
      table: store.identity,
      children: stream.count(),
      counts,
      problems: stream.problems(),
      notAssembled: stream.notAssembled(),
    };
  } finally {
    await source.close();
  }
};
