import { durableFiles } from '../pipeline/files/durableFiles.ts';
import { HeldBack } from '../pipeline/submission/holds.ts';
import type { JobFunction } from './jobFunction.ts';
import { openSource, openStaging, tableFor } from './source.ts';
import { openTrail } from './trail.ts';

/** Holds a child back from submission with a reason, or lets it go again. Audited. */
export const holdJob: JobFunction<'hold'> = async (input, scope) => {
  const source = await openSource(scope, input);
  try {
    await using store = await openStaging(scope, source, tableFor(scope, source, input.table));
    const held = new HeldBack(scope.environment.dataFolder, store.identity, durableFiles, openTrail(scope));
    return { heldBack: await held.set(input.personId, input.reason) };
  } finally {
    await source.close();
  }
};
