import model from '../../schemas/ssd-model.json' with { type: 'json' };
import { DataflowError, throwIfCancelled } from '../errors.ts';
import type { AssembledChild, ExtractedChild } from '../extract/assemble.ts';
import type { ExtractReport } from '../extract/extract.ts';
import { canonicalWithHash } from '../hash.ts';
import type { JobContext } from '../progress.ts';
import type { StagedChild, StagingCounts, StagingStore } from './stagingStore.ts';

/** What staging an extract did. */
export interface StageOutcome {
  readonly counts: StagingCounts;
  readonly children: number;
  /** Children whose ids the staging table cannot hold, with the reason. */
  readonly notStaged: readonly { readonly personId: string; readonly reason: string }[];
}

const { person_id: personColumn, legacy_id: legacyColumn } = model.tables.ssd_api_data_staging.columns;
const progressEvery = 100;

/**
 * Merges an extract into a staging table, in one transaction. Children that could not be put together keep their rows.
 * An extract that ended early, or that has no child at all, changes nothing: everybody would count as gone.
 * @param children the extract's children, perhaps through validateStream
 * @throws DataflowError `input` when the extract is empty or ended early; whatever the extract or the store throws
 */
export async function stageChildren(
  children: AsyncIterable<ExtractedChild>,
  report: ExtractReport,
  store: StagingStore,
  context: JobContext,
): Promise<StageOutcome> {
  const keep = new Set<string>();
  const notStaged: { personId: string; reason: string }[] = [];
  let count = 0;

  async function* staged(): AsyncGenerator<StagedChild> {
    for await (const extracted of children) {
      throwIfCancelled(context.signal);
      const reason = extracted.kind === 'child' ? tooLong(extracted) : null;
      if (extracted.kind === 'notAssembled' || reason !== null) {
        keep.add(extracted.personId);
        if (reason !== null) notStaged.push({ personId: extracted.personId, reason });
        continue;
      }
      const { text, hash } = canonicalWithHash(extracted.child);
      yield { personId: extracted.personId, legacyId: extracted.legacyId, payload: text, hash };
      if (++count % progressEvery === 0) {
        context.progress({ phase: 'Extracting and staging', done: count, unit: 'children' });
      }
    }
    if (!report.complete) {
      throw new DataflowError('input', 'Nothing was staged, because the extract was not read to its end.');
    }
    if (count === 0) {
      throw new DataflowError(
        'input',
        'Nothing was staged, because the extract has no children: every child in the staging table would count as gone. Check the cohort query and the connection.',
      );
    }
  }

  const counts = await store.merge(staged(), { at: context.now(), keep }, context.signal);
  context.progress({ phase: 'Staged', done: count, total: count, unit: 'children' });
  return { counts, children: count, notStaged };
}

/** Ids are never cut to fit: two children could then share one. */
function tooLong(child: AssembledChild): string | null {
  if (child.personId.length > personColumn.maxLength) {
    return `The child's id has ${child.personId.length} characters; the staging table and the DfE take ${personColumn.maxLength}.`;
  }
  if ((child.legacyId?.length ?? 0) > legacyColumn.maxLength) {
    return `The child's mis_child_id has ${child.legacyId?.length} characters; the staging table takes ${legacyColumn.maxLength}.`;
  }
  return null;
}
