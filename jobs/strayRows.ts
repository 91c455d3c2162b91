import type { StrayRows } from '../pipeline/extract/assemble.ts';

/** A sentence for each section that had rows of nobody in the cohort. Ids only. */
export function sayStrayRows(stray: readonly StrayRows[]): string[] {
  return stray.map((one) => {
    const rows = `${one.rows} ${one.rows === 1 ? 'row' : 'rows'} of ${one.section} belong to no child of the cohort and were left out`;
    const examples = one.examples.length > 0 ? `, such as child ${one.examples.slice(0, 3).join(', ')}` : '';
    const without = one.withoutChildId > 0 ? `; ${one.withoutChildId} of them have no child id` : '';
    return `${rows}${examples}${without}.`;
  });
}
