import type { StagingStore } from '../staging/stagingStore.ts';

/** Ids of the children that the DfE refused last time, to plan a submission of these alone. Ordered by id. */
export async function failedIds(store: StagingStore, signal: AbortSignal): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const row of store.rows({ statuses: ['error'] }, signal)) ids.push(row.personId);
  return ids;
}
